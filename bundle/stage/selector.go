package stage

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A Selector chooses commands of a bundle that has several, in the forms that PEX has
// for it.
type Selector struct {
	text    string     // as it was written
	exclude bool       // "!": what it chooses is left out
	all     bool       // "@", "@project": every script, of Project if that is not ""
	project string     // normalised
	name    string     // "name", "name=module:function"
	starts  EntryPoint // of "name=module:function"
}

// ParseSelectors reads selectors: separated by commas, several texts add up. The
// error is a [*CommandError].
func ParseSelectors(texts []string) ([]Selector, error) {
	var selectors []Selector
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			s, err := parseSelector(strings.TrimSpace(part))
			if err != nil {
				return nil, err
			}
			selectors = append(selectors, s)
		}
	}
	return selectors, nil
}

func parseSelector(text string) (Selector, error) {
	refuse := func(reason string) (Selector, error) {
		return Selector{}, &CommandError{Text: text, Reason: reason, Malformed: true}
	}
	s := Selector{text: text}
	rest, excluded := strings.CutPrefix(text, "!")
	s.exclude = excluded
	if project, found := strings.CutPrefix(rest, "@"); found {
		s.all = true
		switch {
		case project == "" && excluded:
			return refuse("leaves nothing")
		case project != "" && !pep508.IsName(project):
			return refuse("names no project")
		case project != "":
			s.project = pep508.NormalizeName(project)
		}
		return s, nil
	}
	name, reference, assigned := strings.Cut(rest, "=")
	s.name = strings.TrimSpace(name)
	if !manifest.IsCommandName(s.name) {
		return refuse("can't be the name of a command")
	}
	if !assigned {
		return s, nil
	}
	if excluded {
		return refuse("both adds a command and leaves it out")
	}
	s.starts.Text = strings.TrimSpace(reference)
	if _, _, err := s.starts.parse(); err != nil {
		return refuse("does not say what it starts as MODULE or MODULE:FUNCTION")
	}
	return s, nil
}

// Modules are the modules that selectors start by themselves, without a script.
func Modules(selectors []Selector) []string {
	var modules []string
	for _, s := range selectors {
		if module, _, _ := strings.Cut(s.starts.Text, ":"); module != "" {
			modules = append(modules, module)
		}
	}
	return modules
}
