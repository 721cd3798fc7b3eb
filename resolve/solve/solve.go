package solve

import (
	"context"
	"errors"
)

// Solve returns a resolution of p. The error is a *[Conflict] if there is none, else what the provider or ctx said.
func Solve(ctx context.Context, p Problem, provider Provider) (*Resolution, error) {
	rules, err := newRules(&p)
	if err != nil {
		return nil, err
	}
	known := newKnowledge(rules, provider)
	for {
		s := &solver{knowledge: known, projects: make(map[string]*project), widest: make(map[mergeKey]*incompatibility)}
		failure, err := s.run(ctx)
		switch {
		case errors.Is(err, errRestart):
			continue
		case err != nil:
			return nil, err
		case failure == nil:
			return s.resolution(), nil
		}
		if again, err := s.searchAskers(ctx, failure); err != nil {
			return nil, err
		} else if !again {
			return nil, s.conflict(failure)
		}
	}
}

// errRestart says that something read since has changed what the candidates of a project are, after terms about them
// were made. Everything read is remembered, so that the next run knows it from the start.
var errRestart = errors.New("restart")

// solver is one run.
type solver struct {
	*knowledge
	partial
	nodes    []*node
	extras   []*node // those of nodes that are extras
	projects map[string]*project
	// widest are the incompatibilities that the next version with the same requirement is merged into.
	widest  map[mergeKey]*incompatibility
	failure *incompatibility // found while adding facts
}

// run returns the incompatibility without terms if there is no solution.
func (s *solver) run(ctx context.Context) (*incompatibility, error) {
	for _, d := range s.rules.required {
		if d.url == "" {
			s.prefetch(d.name)
		}
	}
	for i := range s.rules.required {
		if err := s.require(ctx, origin{}, s.rules.required[i]); err != nil {
			return nil, err
		}
	}
	changed := append([]*node(nil), s.nodes...)
	for {
		if s.failure != nil {
			return s.failure, nil
		}
		if failure := s.propagate(changed...); failure != nil {
			return failure, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if changed, err = s.expandExtras(ctx); err != nil {
			return nil, err
		}
		if len(changed) > 0 {
			continue
		}
		n, last := s.pick()
		switch {
		case n == nil:
			return nil, nil
		case last:
			s.refuseDirects(n.project)
		default:
			if err := s.choose(ctx, n.project); err != nil {
				return nil, err
			}
		}
		changed = []*node{n}
	}
}

// add makes an incompatibility known to the nodes it is about.
func (s *solver) add(i *incompatibility) {
	for k, t := range i.terms {
		m := mention{i: i, term: t}
		if len(i.terms) == 2 {
			m.other = i.terms[1-k]
		}
		t.node.mentions = append(t.node.mentions, m)
	}
	if len(i.terms) == 0 && s.failure == nil {
		s.failure = i
	}
}

// addFact adds what f says, unless the terms can't hold together anyway.
func (s *solver) addFact(f *fact, terms ...term) *incompatibility {
	i := newIncompatibility(terms...)
	if i != nil {
		i.fact = f
		s.add(i)
	}
	return i
}
