package index

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Named is an index with a name of the user's.
type Named struct{ Name, URL string }

// Binding keeps projects to a named index.
type Binding struct {
	// Project is a project's name in any form, or the start of names with a * at
	// its end. A name counts before a start, and a longer start before a shorter.
	Project string
	Index   string // a name of Options.Named
}

// BindingError is a named index or a binding that makes no sense.
type BindingError struct {
	Index  string
	Reason string   // continues a sentence that starts with the index
	Known  []string // the names there are; may be nil
}

func (e *BindingError) Error() string { return "the index " + e.Index + " " + e.Reason }

// bindings are the sources of bound projects, what counts first first.
type bindings []bound

type bound struct {
	project string // normalised, without a * at its end
	open    bool   // there was one
	source  *source
}

// source returns the only place where a project is to be looked for, nil if it
// is bound to none.
func (b bindings) source(project string) *source {
	for _, at := range b {
		if at.project == project || at.open && strings.HasPrefix(project, at.project) {
			return at.source
		}
	}
	return nil
}

// bind reads the bindings and returns the URLs of the named indexes that have none.
func (c *Client) bind(o *Options) (urls []string, err error) {
	var names []string
	for _, n := range o.Named {
		switch {
		case n.Name == "" || strings.ContainsFunc(n.Name, func(r rune) bool { return !isNameRune(r) }):
			return nil, &BindingError{Index: quoted(n.Name), Reason: "must have a name of letters, digits, dots, dashes and underscores"}
		case n.URL == "":
			return nil, &BindingError{Index: n.Name, Reason: "has no URL"}
		case slices.Contains(names, n.Name):
			return nil, &BindingError{Index: n.Name, Reason: "is there twice"}
		}
		names = append(names, n.Name)
	}
	sources := map[string]*source{}
	for _, b := range o.Bindings {
		at := slices.Index(names, b.Index)
		if at < 0 {
			return nil, &BindingError{Index: quoted(b.Index), Reason: "is not there, but " + b.Project + " is to come from it", Known: names}
		}
		if sources[b.Index] == nil {
			if sources[b.Index], err = c.newSource(o.Named[at].URL); err != nil {
				return nil, err
			}
		}
		project, open := strings.CutSuffix(b.Project, "*")
		name := pep508.NormalizeName(project)
		if name == "" || !open && !pep508.IsName(name) || strings.Contains(name, "*") {
			return nil, &BindingError{Index: b.Index, Reason: "can't have " + quoted(b.Project) + ", which is no project's name nor the start of names with a * behind"}
		}
		if slices.ContainsFunc(c.bindings, func(other bound) bool {
			return other.project == name && other.open == open && other.source != sources[b.Index]
		}) {
			return nil, &BindingError{Index: b.Index, Reason: "can't have " + quoted(b.Project) + ", which is to come from another index too"}
		}
		c.bindings = append(c.bindings, bound{name, open, sources[b.Index]})
	}
	slices.SortFunc(c.bindings, func(a, b bound) int { return cmp.Compare(closeness(b), closeness(a)) })
	for _, n := range o.Named {
		if sources[n.Name] == nil {
			urls = append(urls, n.URL)
		}
	}
	return urls, nil
}

// closeness ranks bindings: names before starts, long starts before short ones.
func closeness(b bound) int {
	if !b.open {
		return 1 << 20
	}
	return len(b.project)
}

func quoted(name string) string { return `"` + name + `"` }

func isNameRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r)
}
