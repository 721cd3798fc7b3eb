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
		if is(variable, name) {
			return variable[len(name)+1:]
		}
	}
	return ""
}

func (v variables) without(name string) variables {
	return slices.DeleteFunc(slices.Clone(v), func(variable string) bool { return is(variable, name) })
}

// is reports whether a variable has a name, in which case does not count where it
// does not for the system.
func is(variable, name string) bool {
	if len(variable) <= len(name) || variable[len(name)] != '=' {
		return false
	}
	return variable[:len(name)] == name || foldsNames && strings.EqualFold(variable[:len(name)], name)
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
