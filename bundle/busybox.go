package bundle

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// hiddenCommands warns of an output that has the name of one of its commands: its other
// ones can't be started by the first argument then.
func (o *Options) hiddenCommands(m *manifest.Manifest) []string {
	name := filepath.Base(o.Output)
	if strings.EqualFold(filepath.Ext(name), ".exe") {
		name = name[:len(name)-len(".exe")]
	}
	names := m.CommandNames()
	if !slices.Contains(names, name) || len(names) == 1 {
		return nil
	}
	return []string{fmt.Sprintf("%s is called like one of its commands and always starts that: another name, or links, give the other ones", filepath.Base(o.Output))}
}
