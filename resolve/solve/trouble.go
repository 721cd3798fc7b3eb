package solve

import (
	"fmt"
	"strings"
)

// trouble is a problem and the versions of a project that have it.
type trouble struct {
	problem
	states set
}

// troubles sorts some versions of p by their problems, in the order of the lowest version with each.
func (p *project) troubles(states set) []trouble {
	var found []trouble
	for state := states.lowest(1); state > 0; state = states.lowest(state + 1) {
		e := p.element(state)
		if e.problem == nil {
			continue
		}
		k := 0
		for k < len(found) && found[k].problem != *e.problem {
			k++
		}
		if k == len(found) {
			found = append(found, trouble{*e.problem, newSet(p.node.states())})
		}
		found[k].states.add(state)
	}
	return found
}

// problems says what is wrong with the versions that e concerns.
func (r *report) problems(e explained) string {
	p := e.fact.of
	concerned := e.concerned()
	troubles := p.troubles(concerned)
	if len(troubles) == 1 {
		s := p.exactVersionsOf(concerned)
		if b := e.beside.fact; b != nil && b.kind == requires && strings.Count(s.text, " ") > 3 {
			s = phrase{text: "every matching version of " + p.name}
		}
		return r.problem(s, troubles[0].problem)
	}
	var pythons, others []trouble
	for _, t := range troubles {
		if t.kind == wrongPython {
			pythons = append(pythons, t)
		} else {
			others = append(others, t)
		}
	}
	var words []string
	if len(pythons) > 0 {
		words = append(words, r.pythons(p, pythons))
	}
	for _, t := range others {
		words = append(words, r.problem(p.exactVersionsOf(t.states), t.problem))
	}
	return list(words, "and")
}

// pythons says which Pythons some versions of p need.
func (r *report) pythons(p *project, troubles []trouble) string {
	all := newSet(p.node.states())
	words := make([]string, len(troubles))
	for k, t := range troubles {
		all = all.or(t.states)
		s := p.exactVersionsOf(t.states)
		words[k] = s.text + " " + t.text
		if k == 0 {
			words[k] = s.text + s.verb(" needs", " need") + " Python " + t.text
		}
	}
	if s := p.exactVersionsOf(all); len(troubles) > 3 {
		return s.text + s.verb(" does", " do") + " not support this target's Python " + r.rules.Python.String()
	}
	return list(words, "and") + " (this target has " + r.rules.Python.String() + ")"
}

func (r *report) problem(s phrase, what problem) string {
	text := what.text
	switch what.kind {
	case wrongPython:
		return fmt.Sprintf("%s%s Python %s (this target has %s)", s.text, s.verb(" needs", " need"), text, r.rules.Python)
	case wrongTarget:
		thing, none := strings.CutPrefix(text, "no ")
		if every, ok := strings.CutPrefix(s.text, "every "); ok && none {
			return "no " + every + " has a " + thing
		} else if none {
			return s.text + s.verb(" has ", " have ") + text
		}
		return s.text + " cannot be used (" + text + ")"
	case unusableMetadata:
		return s.text + s.verb(" is", " are") + " unusable (" + text + ")"
	case yanked:
		if text != "" {
			text = " (" + text + ")"
		}
		return s.text + s.verb(" was", " were") + " yanked" + text
	}
	return s.text + s.verb(" is a pre-release", " are pre-releases")
}
