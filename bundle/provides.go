package bundle

import (
	"fmt"
	"os"
	"strings"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// provides reports whether one of the wheels has the top-level name that a
// module lies in.
func provides(wheels []stage.Wheel, module string) (bool, error) {
	top, _, _ := strings.Cut(module, ".")
	for _, w := range wheels {
		has, err := wheelHas(w, top)
		if has || err != nil {
			return has, err
		}
	}
	return false, nil
}

func wheelHas(w stage.Wheel, module string) (bool, error) {
	file, err := os.Open(w.Path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	opened, err := wheel.Open(file, w.Size, w.File)
	if err != nil {
		return false, fmt.Errorf("looking into %s: %w", w.File, err)
	}
	return opened.HasModule(module), nil
}
