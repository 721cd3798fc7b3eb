package solve

import (
	"cmp"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// consulted returns the conditions on the environment that the resolution rests on. Those of versions that were tried
// and not picked are none of them: the pins satisfy all requirements wherever these conditions come out the same.
func (s *solver) consulted() []Consulted {
	var c conditions
	for _, root := range s.rules.Requirements {
		if s.rules.stands(root.Requirement) {
			c.marker(s.rules, root.Marker, nil, "requirements")
		}
	}
	for _, o := range s.rules.Overrides {
		c.marker(s.rules, o.Marker, nil, "overrides")
	}
	for _, constraint := range s.rules.Constraints {
		if p := s.projects[pep508.NormalizeName(constraint.Name)]; p != nil && p.node.decided >= 0 {
			c.marker(s.rules, constraint.Marker, nil, "constraints")
		}
	}
	for _, n := range s.nodes {
		if n.extra != "" || n.decided < 0 {
			continue
		}
		e := n.project.element(n.decided)
		by := n.project.name + " " + e.Version.String()
		if specifiers, err := pep440.ParseSpecifierSet(e.RequiresPython); err == nil {
			c.python(specifiers, by)
		}
		c.python(e.release.metadata.RequiresPython, by)
		if s.rules.NoDependencies {
			continue
		}
		extras := n.project.selectedExtras()
		for _, q := range e.release.metadata.Requires {
			if s.rules.stands(q) {
				c.marker(s.rules, q.Marker, extras, by)
			}
		}
	}
	slices.SortFunc(c.all, compareConsulted)
	return slices.CompactFunc(c.all, func(a, b Consulted) bool { return compareConsulted(a, b) == 0 })
}

// stands reports whether a requirement's own marker is heard: it is not excluded.
func (r *rules) stands(q pep508.Requirement) bool { return !r.excluded[pep508.NormalizeName(q.Name)] }

func compareConsulted(a, b Consulted) int {
	return cmp.Or(
		cmp.Compare(a.By, b.By),
		cmp.Compare(a.RequiresPython, b.RequiresPython),
		cmp.Compare(a.Marker, b.Marker),
		slices.Compare(a.Extras, b.Extras),
	)
}

type conditions struct{ all []Consulted }

func (c *conditions) python(requires pep440.SpecifierSet, by string) {
	if !requires.IsEmpty() {
		c.all = append(c.all, Consulted{RequiresPython: requires.String(), Truth: true, By: by})
	}
}

// marker adds m as it was evaluated: without extras and with each of those selected alone. An evaluation that would
// come out the same in every environment is no condition.
func (c *conditions) marker(r *rules, m *pep508.Marker, extras []string, by string) {
	if m == nil {
		return
	}
	tree := m.Tree()
	without := c.evaluation(r, m, tree, "", by)
	if without || !mentionsExtra(tree) {
		return
	}
	for _, extra := range extras {
		c.evaluation(r, m, tree, extra, by)
	}
}

func (c *conditions) evaluation(r *rules, m *pep508.Marker, tree pep508.Node, extra, by string) bool {
	truth, err := r.holds(m, extra)
	if err != nil {
		return false
	}
	if !settled(tree, extra) {
		one := Consulted{Marker: m.String(), Truth: truth, By: by}
		if extra != "" {
			one.Extras = []string{extra}
		}
		c.all = append(c.all, one)
	}
	return truth
}

func mentionsExtra(n pep508.Node) bool {
	switch n := n.(type) {
	case pep508.And:
		return slices.ContainsFunc(n.Nodes, mentionsExtra)
	case pep508.Or:
		return slices.ContainsFunc(n.Nodes, mentionsExtra)
	case pep508.Comparison:
		return n.Left.Variable == "extra" || n.Right.Variable == "extra"
	}
	return false
}

// settled reports whether a marker comes out the same in every environment, given the extra.
func settled(n pep508.Node, extra string) bool {
	_, known := truth(n, extra)
	return known
}

// truth evaluates what a marker says of the extra; all else is unknown.
func truth(n pep508.Node, extra string) (truth, known bool) {
	switch n := n.(type) {
	case pep508.And:
		return combined(n.Nodes, extra, false)
	case pep508.Or:
		return combined(n.Nodes, extra, true)
	case pep508.Comparison:
		value := n.Right.Value
		if n.Left.Variable != "extra" {
			value = n.Left.Value
		}
		switch {
		case !mentionsExtra(n):
			return false, false
		case n.Op == "==":
			return pep508.NormalizeName(value) == extra, true
		case n.Op == "!=":
			return pep508.NormalizeName(value) != extra, true
		}
	}
	return false, false
}

// combined is truth for nodes of which one that is decisive settles the whole.
func combined(nodes []pep508.Node, extra string, decisive bool) (is, known bool) {
	known = true
	for _, n := range nodes {
		one, ok := truth(n, extra)
		if ok && one == decisive {
			return decisive, true
		}
		known = known && ok
	}
	return !decisive, known
}
