package launch

import (
	"path/filepath"
	"slices"
	"strings"
)

// isCommand reports whether a file has the name of one of the bundle's commands, and
// so is started as that. On Windows case does not count.
func (r *Record) isCommand(path string) bool {
	name := filepath.Base(path)
	if suffix == "" {
		return slices.Contains(r.Commands, name)
	}
	if strings.EqualFold(filepath.Ext(name), suffix) {
		name = name[:len(name)-len(suffix)]
	}
	return slices.ContainsFunc(r.Commands, func(command string) bool { return strings.EqualFold(command, name) })
}

// withCommand returns the user's arguments. If the process has the name of a command
// that its file does not have, as after `exec -a`, the command comes first: the file's
// name is all that the application will see.
func (r *Record) withCommand(self string, arguments []string) []string {
	name, rest := arguments[0], arguments[1:]
	if r.isCommand(self) || !slices.Contains(r.Commands, name) {
		return rest
	}
	return append([]string{name}, rest...)
}
