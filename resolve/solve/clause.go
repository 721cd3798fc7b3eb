package solve

import (
	"fmt"
	"strconv"
	"strings"
)

// clause says what a fact states, as a part of a sentence. Of the problems of a project's versions it tells those that
// the conclusion drawn from beside needs.
func (r *report) clause(e explained) string {
	f := e.fact
	switch f.kind {
	case requires:
		return r.subject(e) + " " + r.verb(e) + " " + r.object(e.incompatibility)
	case constrains:
		return "you constrain " + f.dependency.text() + place(f.dependency)
	case refersToNone:
		return fmt.Sprintf("nothing that is picked refers to %s by URL", f.of.name)
	}
	return r.problems(e)
}

// subject says who requires.
func (r *report) subject(e explained) string {
	if e.fact.of == nil {
		return "you"
	}
	return r.dependents(e).text
}

func (r *report) dependents(e explained) phrase {
	s := e.fact.of.versionsOf(e.dependents())
	if e.fact.extra != nil {
		s.text = nameExtras(s.text, e.fact.of.name, []string{e.fact.extra.extra})
	}
	return s
}

func (r *report) verb(e explained) string {
	switch {
	case e.fact.of == nil:
		return "require"
	case r.dependents(e).plural:
		return "depend on"
	}
	return "depends on"
}

// object says what is required, and what is wrong with it if nothing can satisfy it.
func (r *report) object(i *incompatibility) string {
	f := i.fact
	text := f.dependency.text() + place(f.dependency)
	if _, ok := i.about(f.on); ok || f.of == f.on.project {
		return text
	}
	p := f.on.project
	switch {
	case f.dependency.url != "":
		for _, d := range r.directs[p.name] {
			if d.url == canonicalURL(f.dependency.url) && d.problem != "" {
				return text + ", which cannot be used (" + d.problem + ")"
			}
		}
		return text
	case p.missing != nil:
		return text + ", which is " + p.missing.where()
	case len(p.elements) == 0:
		return text + ", which has no versions"
	}
	return text + ", but " + p.nearest(f.dependency)
}

// nearest says which versions there are where d allows none.
func (p *project) nearest(d dependency) string {
	n := len(p.elements)
	first, last := p.elements[0].Version, p.elements[n-1].Version
	versions := d.specifier.Range()
	switch low, high := versions.Spans(), n; {
	case n <= 3:
		words := make([]string, n)
		for i := range p.elements {
			words[i] = p.elements[i].Version.String()
		}
		if n == 1 {
			return "there is only " + p.name + " " + words[0]
		}
		return "there are only " + p.name + " " + list(words, "and")
	case len(low) > 0 && high > 0 && !low[0].Low.Unbounded && low[0].Low.Version.Compare(last) >= 0:
		return "the newest " + p.name + " is " + last.String()
	case len(low) > 0 && !low[len(low)-1].High.Unbounded && low[len(low)-1].High.Version.Compare(first) <= 0:
		return "the oldest " + p.name + " is " + first.String()
	}
	return "there is no such version of " + p.name
}

// place says where the user wrote d.
func place(d dependency) string {
	if d.from == "" {
		return ""
	}
	return " (" + d.from + ")"
}

func (s phrase) verb(singular, plural string) string {
	if s.plural {
		return plural
	}
	return singular
}

// nameExtras puts extras behind the name in a description of versions.
func nameExtras(text, name string, extras []string) string {
	return strings.Replace(text, name, withExtras(name, extras), 1)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
