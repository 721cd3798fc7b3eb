package solve

import (
	"slices"
	"strings"
)

// conclusion says what a derived incompatibility means, as a sentence without its full stop.
func (r *report) conclusion(i *incompatibility) string {
	if len(i.terms) == 0 {
		return "your requirements cannot be met"
	}
	var subjects []phrase // what can't be together
	var objects []string  // unless with one of these
	for _, t := range i.terms {
		n := t.node
		switch {
		case t.positive() && n.extra == "":
			s := n.project.versionsOf(t.states)
			s.text = nameExtras(s.text, n.project.name, extrasIn(i, n.project))
			subjects = append(subjects, s)
		case t.positive():
			if _, ok := i.about(n.project.node); !ok || !isPositive(i, n.project.node) {
				subjects = append(subjects, phrase{text: withExtras(n.project.name, []string{n.extra})})
			}
		case n.extra == "":
			objects = append(objects, n.project.asObject(n.all.without(t.states)))
		default:
			objects = append(objects, withExtras(n.project.name, []string{n.extra}))
		}
	}
	switch need := list(objects, "or"); {
	case len(subjects) == 0:
		return need + " is needed"
	case len(subjects) == 1 && need == "":
		for _, every := range []string{"every version of ", "every usable version of "} {
			if name, ok := strings.CutPrefix(subjects[0].text, every); ok && !strings.Contains(name, " but ") {
				return "no version of " + name + " can be used"
			}
		}
		return subjects[0].text + " cannot be used"
	case len(subjects) == 1:
		return subjects[0].text + subjects[0].verb(" requires ", " require ") + need
	case len(subjects) == 2 && need == "":
		return subjects[0].text + subjects[0].verb(" is", " are") + " incompatible with " + subjects[1].text
	case need == "":
		return texts(subjects) + " cannot be used together"
	default:
		return texts(subjects) + " together require " + need
	}
}

func texts(subjects []phrase) string {
	words := make([]string, len(subjects))
	for i, s := range subjects {
		words[i] = s.text
	}
	return list(words, "and")
}

// extrasIn returns the extras of p that i has a positive term on.
func extrasIn(i *incompatibility, p *project) []string {
	var extras []string
	for _, t := range i.terms {
		if t.node.project == p && t.node.extra != "" && t.positive() {
			extras = append(extras, t.node.extra)
		}
	}
	slices.Sort(extras)
	return extras
}

func isPositive(i *incompatibility, n *node) bool {
	t, ok := i.about(n)
	return ok && t.positive()
}
