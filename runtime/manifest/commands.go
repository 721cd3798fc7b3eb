package manifest

import "fmt"

// A Command is one of the programs that a bundle of the kind [Busybox] starts.
type Command struct {
	// Name is what it is called by: a file name on every system, so that a link can
	// have it. It does not begin with a dash.
	Name string `json:"name"`
	// EntryPoint is a [Callable], a [Module] or a [Script]. A command of a
	// distribution is there on those targets that have the distribution.
	EntryPoint
}

// IsCommandName reports whether a command can have this name.
func IsCommandName(s string) bool { return IsFileName(s) && s[0] != '-' && isText(s) }

// CommandNames returns the names of the commands, in their order; none if the
// bundle starts one thing.
func (m *Manifest) CommandNames() []string {
	var names []string
	for _, c := range m.Commands {
		names = append(names, c.Name)
	}
	return names
}

// validateCommands checks that there are commands where the entry point says so,
// and no others.
func (m *Manifest) validateCommands() error {
	if (m.EntryPoint.Kind == Busybox) != (len(m.Commands) > 0) {
		return wrong("commands", "belong to the kind %s, and it to them", Busybox)
	}
	previous := ""
	for i, c := range m.Commands {
		where := fmt.Sprintf("commands[%d]", i)
		switch {
		case !IsCommandName(c.Name):
			return wrong(where+".name", "%q can't be the name of a command", c.Name)
		case c.Name <= previous:
			return wrong(where+".name", "%q is out of order, or there twice", c.Name)
		case c.Kind != Callable && c.Kind != Module && c.Kind != Script:
			return wrong(where+".kind", "%q is none that a command can have", c.Kind)
		}
		if err := c.validate(where); err != nil {
			return err
		}
		previous = c.Name
	}
	return nil
}
