package solve_test

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// bruteForce tries everything. Its rules are written from the specifications, without regard to how the solver works.
type bruteForce struct {
	projects map[string][]distribution // those behind URLs too
	problem  solve.Problem
	// lenient takes any pre-release that some distribution asks for, whether that one is picked or not, and what
	// distributions refer to by URL. The solver must not go beyond that, and must find what is there without.
	lenient bool
}

// picks maps names to indexes into the project's versions.
type picks map[string]int

// needs maps the names of projects to the extras that are needed, "" among them.
type needs map[string]map[string]bool

// satisfiable reports whether any choice of versions is a solution.
func (b *bruteForce) satisfiable() bool {
	chosen := picks{}
	var try func() bool
	try = func() bool {
		needed, open, ok := b.closure(chosen, "")
		switch {
		case !ok:
			return false
		case open == "":
			return b.founded(needed, chosen)
		}
		for i := range b.projects[open] {
			chosen[open] = i
			if try() {
				return true
			}
		}
		delete(chosen, open)
		return false
	}
	return try()
}

// solution returns what is needed when chosen are the versions, nil if they are no solution.
func (b *bruteForce) solution(chosen picks) needs {
	needed, open, ok := b.closure(chosen, "")
	if !ok || open != "" || !b.founded(needed, chosen) {
		return nil
	}
	return needed
}

// closure follows the requirements of the chosen versions, but for those of the project skip. open is a needed project
// that nothing is chosen for, if there is one. ok is whether all requirements found are satisfied.
func (b *bruteForce) closure(chosen picks, skip string) (needed needs, open string, ok bool) {
	needed = needs{}
	type demand struct{ name, extra string }
	var queue []demand
	ok = true
	require := func(q pep508.Requirement, extra string) {
		for _, q := range b.effective(q, extra) {
			if i, isChosen := chosen[q.Name]; !isChosen {
				open = q.Name
			} else if d := b.projects[q.Name][i]; !b.usable(q.Name, i) || !q.Specifier.Contains(d.Version) || q.URL != "" && q.URL != d.Direct {
				ok = false
			}
			for _, extra := range append([]string{""}, q.Extras...) {
				if needed[q.Name] == nil {
					needed[q.Name] = map[string]bool{}
				}
				if !needed[q.Name][extra] {
					needed[q.Name][extra] = true
					queue = append(queue, demand{q.Name, extra})
				}
			}
			if q.URL != "" {
				needed[q.Name][q.URL] = true // for founded
			}
		}
	}
	for _, root := range b.problem.Requirements {
		require(root.Requirement, "")
	}
	for ; len(queue) > 0; queue = queue[1:] {
		d := queue[0]
		if i, isChosen := chosen[d.name]; isChosen && d.name != skip {
			for _, q := range b.projects[d.name][i].Requires {
				require(q, d.extra)
			}
		}
	}
	return needed, open, ok
}

// founded reports whether every chosen direct reference is referred to by something that is needed without it.
func (b *bruteForce) founded(needed needs, chosen picks) bool {
	for name := range needed {
		d := b.projects[name][chosen[name]]
		if d.Direct == "" || b.refers(name) {
			continue
		}
		if without, _, _ := b.closure(chosen, name); !without[name][d.Direct] {
			return false
		}
	}
	return true
}

// refers reports whether the user refers to a project by URL.
func (b *bruteForce) refers(name string) bool {
	refers := func(q pep508.Requirement) bool { return q.Name == name && q.URL != "" && b.holds(q.Marker, "") }
	return slices.ContainsFunc(b.problem.Requirements, func(root solve.Root) bool {
		return slices.ContainsFunc(b.effective(root.Requirement, ""), refers)
	}) || slices.ContainsFunc(b.problem.Overrides, refers)
}

// effective returns what a requirement comes to.
func (b *bruteForce) effective(q pep508.Requirement, extra string) []pep508.Requirement {
	if slices.Contains(b.problem.Exclusions, q.Name) || !b.holds(q.Marker, extra) {
		return nil
	}
	var found []pep508.Requirement
	overridden := false
	for _, o := range b.problem.Overrides {
		if o.Name == q.Name {
			overridden = true
			if b.holds(o.Marker, "") {
				o.Extras = slices.Concat(o.Extras, q.Extras)
				found = append(found, o)
			}
		}
	}
	if overridden {
		return found
	}
	return []pep508.Requirement{q}
}

func (b *bruteForce) holds(m *pep508.Marker, extra string) bool {
	var truth bool
	var err error
	if extra == "" {
		truth, err = m.Evaluate(b.problem.Environment)
	} else {
		truth, err = m.Evaluate(b.problem.Environment, extra)
	}
	return truth && err == nil
}

// usable applies the policies and constraints to a version.
func (b *bruteForce) usable(name string, i int) bool {
	d := b.projects[name][i]
	if users := b.refers(name); users != (d.Direct != "") && (users || !b.lenient) {
		return false
	}
	if d.Unusable != "" || d.broken != "" || !pep440.MustParseSpecifierSet(d.Candidate.RequiresPython).Contains(b.problem.Python) ||
		!d.Metadata.RequiresPython.Contains(b.problem.Python) {
		return false
	}
	for _, c := range b.problem.Constraints {
		if c.Name == name && b.holds(c.Marker, "") && !c.Specifier.Contains(d.Version) {
			return false
		}
	}
	if d.Yanked && !b.pinned(name, d.Version) {
		return false
	}
	return d.Direct != "" || !d.Version.IsPrerelease() || b.wantsPrereleases(name)
}

// users returns what the user says of a project.
func (b *bruteForce) users(name string) []pep440.SpecifierSet {
	var found []pep440.SpecifierSet
	for _, root := range b.problem.Requirements {
		for _, q := range b.effective(root.Requirement, "") {
			if q.Name == name {
				found = append(found, q.Specifier)
			}
		}
	}
	for _, c := range b.problem.Constraints {
		if c.Name == name && b.holds(c.Marker, "") {
			found = append(found, c.Specifier)
		}
	}
	for _, o := range b.problem.Overrides {
		if o.Name == name && b.holds(o.Marker, "") {
			found = append(found, o.Specifier)
		}
	}
	return found
}

func (b *bruteForce) pinned(name string, version pep440.Version) bool {
	for _, specifier := range b.users(name) {
		for _, clause := range specifier.Clauses() {
			if clause.Operator() != "==" || strings.HasSuffix(clause.Version(), ".*") || !clause.Contains(version) {
				continue
			}
			if !slices.ContainsFunc(b.projects[name], func(d distribution) bool {
				return clause.Contains(d.Version) && !d.Yanked && d.Unusable == "" && (d.Direct != "") == b.refers(name)
			}) {
				return true
			}
		}
	}
	return false
}

func (b *bruteForce) wantsPrereleases(name string) bool {
	if slices.ContainsFunc(b.users(name), pep440.SpecifierSet.NamesPrerelease) {
		return true
	}
	if !slices.ContainsFunc(b.projects[name], func(d distribution) bool {
		return d.Direct == "" && !d.Version.IsPrerelease() && d.Unusable == "" && (!d.Yanked || b.pinned(name, d.Version))
	}) {
		return true
	}
	for _, versions := range b.projects {
		for _, d := range versions {
			for _, q := range d.Requires {
				if b.lenient && q.Name == name && q.Specifier.NamesPrerelease() {
					return true
				}
			}
		}
	}
	return false
}
