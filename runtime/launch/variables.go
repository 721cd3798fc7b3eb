//go:build unix

package launch

import (
	"path/filepath"
	"slices"
	"strings"
)

// variables are an environment, as os.Environ gives it. Methods never change
// what they are called on.
type variables []string

func (v variables) get(name string) string {
	for _, variable := range slices.Backward(v) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

func (v variables) without(name string) variables {
	return slices.DeleteFunc(slices.Clone(v), func(variable string) bool { return strings.HasPrefix(variable, name+"=") })
}

func (v variables) with(name, value string) variables {
	return append(v.without(name), name+"="+value)
}

// folders are those of PATH that don't depend on where the user stands.
func (v variables) folders() []string {
	path := v.get("PATH")
	if path == "" {
		path = usualPath
	}
	return slices.DeleteFunc(filepath.SplitList(path), func(folder string) bool { return !filepath.IsAbs(folder) })
}
