package solve

import (
	"context"
	"slices"
)

// fact is what an incompatibility states that was not derived.
type fact struct {
	kind factKind
	// of is whose fact it is: the project that requires, or the one with a problem. extra is the extra that requires.
	of    *project
	extra *node
	// on is what is required or constrained, by which dependency.
	on         *node
	dependency dependency
}

type factKind int

const (
	requires     factKind = iota // of, or the user, requires on
	constrains                   // the user constrains on
	hasProblem                   // versions of of have problems: see element
	refersToNone                 // nothing selected has a direct reference to of
)

// searchAskers is the last resort before a failure that rests on what nothing had asked for so far: pre-releases, or a
// direct reference. It reads what the user's requirements would be satisfied by at best, in case one of those asks.
// again is whether one does.
func (s *solver) searchAskers(ctx context.Context, failure *incompatibility) (again bool, err error) {
	involved := make(map[*project]bool)
	for _, e := range facts(failure) {
		switch f := e.fact; {
		case f.kind == requires && f.of == nil && f.on.project.missing != nil:
			involved[f.on.project] = true
		case f.kind == hasProblem && slices.ContainsFunc(f.of.troubles(e.concerned()), func(t trouble) bool { return t.kind == isPrerelease }):
			involved[f.of] = true
		}
	}
	if len(involved) == 0 {
		return false, nil
	}
	for _, d := range s.rules.required {
		p := s.projects[d.name]
		if p == nil {
			continue
		}
		open := p.matching(d).without(p.unusable)
		if open.isEmpty() {
			continue
		}
		r, err := s.release(ctx, p.name, p.element(s.favourite(p, open)).Candidate)
		if err != nil {
			return false, err
		}
		for _, q := range r.requires {
			other := s.projects[q.name]
			if !involved[other] {
				continue
			}
			if q.url != "" {
				isNew, err := s.direct(ctx, q)
				if err != nil {
					return false, err
				}
				again = again || isNew
			}
			if q.asks && !s.asked[q.name] && s.refusesPrereleases(other, q) {
				s.asked[q.name], again = true, true
			}
		}
	}
	return again, nil
}
