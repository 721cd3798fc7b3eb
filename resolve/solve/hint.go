package solve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// adviser finds the one action that is most likely to help with a failure.
type adviser struct {
	*solver
	facts []explained
}

func (a adviser) hint() string {
	for _, advise := range []func(*fact) string{a.name, a.constraint} {
		for _, e := range a.facts {
			if hint := advise(e.fact); hint != "" {
				return hint
			}
		}
	}
	for _, kind := range []problemKind{isPrerelease, wrongPython, wrongTarget, yanked} {
		for _, e := range a.facts {
			if e.fact.kind != hasProblem {
				continue
			}
			for _, t := range e.fact.of.troubles(e.concerned()) {
				if t.kind == kind {
					return a.problem(e.fact.of, t)
				}
			}
		}
	}
	return a.requirements()
}

func (a adviser) name(f *fact) string {
	if f.kind != requires || f.on.project.missing == nil {
		return ""
	}
	missing := f.on.project.missing
	switch near := missing.Near; {
	case len(near) > 0:
		return "did you mean " + list(near, "or") + "?"
	case missing.Remedy != "":
		return missing.Remedy
	case f.of == nil:
		return "check the spelling of " + f.dependency.name + ", or name an index that has it"
	}
	return "name an index that has " + f.dependency.name
}

func (a adviser) constraint(f *fact) string {
	if f.kind != constrains {
		return ""
	}
	return "loosen the constraint " + f.dependency.text() + place(f.dependency)
}

func (a adviser) problem(p *project, t trouble) string {
	version := p.element(t.states.highest()).Version.String()
	usable := ""
	if states := p.node.all.without(p.problems()).highest(); states > 0 && a.ownRequirement(p) {
		usable = p.element(states).Version.String()
	}
	switch {
	case t.kind == isPrerelease && a.rules.Prereleases == Disallow:
		return "do not rule out pre-releases"
	case t.kind == isPrerelease:
		return fmt.Sprintf("allow pre-releases with --pre, or those of %s alone by requiring %s>=%s", p.name, p.name, version)
	case t.kind == wrongPython && usable != "":
		return fmt.Sprintf("require a version of %s that supports Python %s, such as %s", p.name, a.rules.Python, usable)
	case t.kind == wrongPython:
		return "choose a target with Python " + t.text
	case t.remedy != "":
		return t.remedy
	case t.kind == wrongTarget && usable != "":
		return fmt.Sprintf("require a version of %s that this target can use, such as %s", p.name, usable)
	case t.kind == wrongTarget && strings.HasPrefix(t.text, "no wheel"):
		return fmt.Sprintf("choose a target that %s has wheels for", p.name)
	case t.kind == yanked:
		return fmt.Sprintf("require %s==%s to use the yanked version all the same", p.name, version)
	}
	return ""
}

// ownRequirement reports whether a requirement of the user on p is part of the failure.
func (a adviser) ownRequirement(p *project) bool {
	return slices.ContainsFunc(a.facts, func(e explained) bool {
		f := e.fact
		return f.kind == requires && f.of == nil && f.on.project == p
	})
}

// requirements names the requirements that stand in the way: the user's own if any of them says more than a name.
func (a adviser) requirements() string {
	var own []dependency
	var disputed *project // what distributions disagree on
	for _, e := range a.facts {
		switch f := e.fact; {
		case f.kind != requires || f.dependency.url == "" && f.dependency.specifier.IsEmpty():
		case f.of == nil:
			own = append(own, f.dependency)
		case disputed == nil:
			disputed = f.on.project
		}
	}
	slices.SortFunc(own, func(a, b dependency) int { return cmp.Compare(a.order, b.order) })
	var words []string
	for _, d := range own {
		words = append(words, d.text()+place(d))
	}
	switch words = slices.Compact(words); {
	case len(words) == 1:
		return "loosen your requirement " + words[0]
	case len(words) > 1:
		return "loosen one of your requirements: " + list(words, "or")
	case disputed != nil:
		if state := disputed.node.all.without(disputed.problems()).highest(); state > 0 {
			return fmt.Sprintf("if one version of %s suits all of them, say so, as in --override %s==%s",
				disputed.name, disputed.name, disputed.element(state).Version)
		}
	}
	return ""
}
