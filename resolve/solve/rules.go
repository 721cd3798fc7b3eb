package solve

import (
	"fmt"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// dependency is a requirement that holds in the environment, in the form the solver works with.
type dependency struct {
	name      string   // normalised
	extras    []string // normalised, sorted, each once
	specifier pep440.SpecifierSet
	url       string // as the requirement has it
	// asks is whether it asks for pre-releases by naming one.
	asks bool
	// from is where the user wrote it, and order its place among the user's requirements; only of the user's own.
	from  string
	order int
}

// rules is a Problem made ready: names normalised, markers evaluated.
type rules struct {
	*Problem
	required    []dependency
	constraints map[string][]dependency
	overrides   map[string][]pep508.Requirement
	excluded    map[string]bool
	// What the user's own requirements, constraints and overrides say of projects: those whose pre-releases are asked
	// for, the clauses that pin one version, and the direct references.
	asks  map[string]bool
	pins  map[string][]pep440.Specifier
	urls  map[string][]dependency
	prefs map[string]pep440.Version
}

func newRules(p *Problem) (*rules, error) {
	r := &rules{
		Problem:     p,
		constraints: make(map[string][]dependency),
		overrides:   make(map[string][]pep508.Requirement),
		excluded:    make(map[string]bool),
		asks:        make(map[string]bool),
		pins:        make(map[string][]pep440.Specifier),
		urls:        make(map[string][]dependency),
		prefs:       make(map[string]pep440.Version),
	}
	for _, name := range p.Exclusions {
		r.excluded[pep508.NormalizeName(name)] = true
	}
	for name, version := range p.Preferences {
		r.prefs[pep508.NormalizeName(name)] = version
	}
	for _, o := range p.Overrides {
		holds, err := r.holds(o.Marker, "")
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of override %s: %w", o, err)
		}
		d := newDependency(o, true)
		r.overrides[d.name] = append(r.overrides[d.name], o)
		if holds {
			r.heed(d)
		}
	}
	for _, root := range p.Requirements {
		found, err := r.apply(root.Requirement, "", true)
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of requirement %s: %w", root.Requirement, err)
		}
		for _, d := range found {
			d.from, d.order = root.From, len(r.required)
			r.required = append(r.required, d)
			r.heed(d)
		}
	}
	for _, c := range p.Constraints {
		holds, err := r.holds(c.Marker, "")
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of constraint %s: %w", c.Requirement, err)
		}
		if !holds {
			continue
		}
		d := newDependency(c.Requirement, true)
		d.from, d.extras = c.From, nil
		r.constraints[d.name] = append(r.constraints[d.name], d)
		r.heed(d)
	}
	return r, nil
}

// heed notes what the user says of a project in d.
func (r *rules) heed(d dependency) {
	if d.asks {
		r.asks[d.name] = true
	}
	for _, clause := range d.specifier.Clauses() {
		if isPin(clause) {
			r.pins[d.name] = append(r.pins[d.name], clause)
		}
	}
	if d.url != "" {
		r.urls[d.name] = append(r.urls[d.name], d)
	}
}

func (r *rules) holds(m *pep508.Marker, extra string) (bool, error) {
	switch {
	case m == nil:
		return true, nil
	case extra == "":
		return m.Evaluate(r.Environment)
	default:
		return m.Evaluate(r.Environment, extra)
	}
}

// apply returns what requirement q comes to, for the given extra of whatever requires it: nothing where its marker is
// false or its project excluded, and the overrides in its place where there are any.
func (r *rules) apply(q pep508.Requirement, extra string, users bool) ([]dependency, error) {
	holds, err := r.holds(q.Marker, extra)
	if !holds || err != nil {
		return nil, err
	}
	name := pep508.NormalizeName(q.Name)
	if r.excluded[name] {
		return nil, nil
	}
	overrides, overridden := r.overrides[name]
	if !overridden {
		return []dependency{newDependency(q, users)}, nil
	}
	var found []dependency
	for _, o := range overrides {
		if holds, err := r.holds(o.Marker, ""); err != nil {
			return nil, fmt.Errorf("override %s: %w", o, err)
		} else if !holds {
			continue
		}
		o.Extras = append(slices.Clip(o.Extras), q.Extras...)
		found = append(found, newDependency(o, true))
	}
	return found, nil
}

func newDependency(q pep508.Requirement, users bool) dependency {
	d := dependency{
		name:      pep508.NormalizeName(q.Name),
		specifier: q.Specifier,
		url:       q.URL,
		asks:      asksForPrereleases(q.Specifier, users),
	}
	for _, extra := range q.Extras {
		d.extras = append(d.extras, pep508.NormalizeName(extra))
	}
	slices.Sort(d.extras)
	d.extras = slices.Compact(d.extras)
	return d
}

// asksForPrereleases reports whether a specifier welcomes pre-releases by naming one. The user's own may do so with any
// clause but "!="; a distribution's not with "<" either, which is how metadata keeps pre-releases out ("<3.0.dev0").
func asksForPrereleases(s pep440.SpecifierSet, users bool) bool {
	if users || !s.NamesPrerelease() {
		return s.NamesPrerelease()
	}
	return slices.ContainsFunc(s.Clauses(), func(clause pep440.Specifier) bool {
		return clause.Operator() != "<" && pep440.SetOf(clause).NamesPrerelease()
	})
}

// isPin reports whether a clause allows one version only.
func isPin(clause pep440.Specifier) bool {
	switch text := clause.Version(); clause.Operator() {
	case "===":
		return true
	case "==":
		return len(text) < 2 || text[len(text)-2:] != ".*"
	}
	return false
}
