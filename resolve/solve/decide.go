package solve

import (
	"context"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
)

const (
	// firstBatch is how many versions of a project are tried before the next ones are announced to the provider.
	firstBatch = 4
	// patience is how many conflicts a project may be in before its turn changes. As in uv: it lets solves end whose
	// only hope is a much older version of the project that was decided first.
	patience = 5
)

// standing is what conflicts have done to a project's turn.
type standing struct {
	conflicts         int // that something was learned from
	suffered, caused  int
	promoted, demoted bool
}

// turn is the order in which projects are decided, the first first.
type turn int

const (
	byURL    turn = iota // the user refers to it by URL
	pinned               // one candidate is left
	promoted             // it keeps running into what was decided before
	byUser               // the user requires it
	other
	demoted     // others keep running into it
	unsupported // only direct references are left that nothing selected has
	nobody      // not a turn
)

// pick returns the node to decide next, nil if all are decided: of those whose turn it is the one with the fewest
// candidates for the conflicts it has been in, and of these the one mentioned first. last is whether nothing is left
// but direct references that nothing selected has.
func (s *solver) pick() (next *node, last bool) {
	best, fewest := nobody, 0.0
	for _, n := range s.nodes {
		if n.extra != "" || n.decided >= 0 || !n.selected() {
			continue
		}
		open := s.open(n.project)
		count := open.len()
		turn := s.turn(n.project, count)
		score := float64(count) / float64(1+n.project.conflicts)
		if turn < best || turn == best && turn >= other && score < fewest {
			next, best, fewest = n, turn, score
		}
	}
	return next, best == unsupported
}

func (s *solver) turn(p *project, count int) turn {
	switch {
	case count == 0:
		return unsupported
	case len(s.rules.urls[p.name]) > 0:
		return byURL
	case count == 1:
		return pinned
	case p.promoted:
		return promoted
	case p.demoted:
		return demoted
	case p.byUser:
		return byUser
	}
	return other
}

// open returns the states that p can be decided for.
func (s *solver) open(p *project) set {
	open := p.node.now
	if p.guarded.overlaps(open) {
		open = open.without(p.guarded)
		for _, a := range p.askers {
			for i := range p.elements {
				if a.direct != "" && a.direct == p.elements[i].direct && p.node.now.has(i+1) && a.selected() {
					open = open.or(singleton(p.node.states(), i+1))
				}
			}
		}
	}
	return open
}

// favourite returns the state of p to try first, of those given.
func (s *solver) favourite(p *project, states set) int {
	if v, ok := s.rules.prefs[p.name]; ok {
		for i := range p.elements {
			if states.has(i+1) && p.elements[i].Version.Equal(v) {
				return i + 1
			}
		}
	}
	if p.late.overlaps(states) && !slices.ContainsFunc(p.askers, func(a asker) bool { return a.direct == "" && a.selected() }) {
		if final := states.without(p.late); !final.isEmpty() {
			states = final
		}
	}
	if p.fallback.overlaps(states) {
		if others := states.without(p.fallback); !others.isEmpty() {
			states = others
		}
	}
	if s.rules.Mode == Lowest || s.rules.Mode == LowestDirect && p.byUser {
		return states.lowest(1)
	}
	return states.highest()
}

// choose reads the version of p to try next and decides for it, unless what it requires rules it out at once.
func (s *solver) choose(ctx context.Context, p *project) error {
	open := s.open(p)
	state := s.favourite(p, open)
	s.announce(p, open)
	if err := s.expand(ctx, p, state, nil); err != nil {
		return err
	}
	for _, extra := range s.extras {
		if extra.project == p && extra.selected() {
			if err := s.expand(ctx, p, state, extra); err != nil {
				return err
			}
		}
	}
	if s.failure != nil {
		return nil
	}
	if culprit, ok := s.rulesOut(p.node, state); ok {
		if culprit != nil && blame(p, culprit.project) {
			s.backtrack(s.trail[culprit.steps[len(culprit.steps)-1]].level - 1)
		}
		return nil
	}
	s.decide(p.node, state)
	return nil
}

// rulesOut reports whether an incompatibility would be satisfied if n were decided for a state, and which other node
// was decided last of those in it.
func (s *solver) rulesOut(n *node, state int) (culprit *node, ok bool) {
	for k := len(n.mentions) - 1; k >= 0; k-- {
		m := &n.mentions[k]
		if !m.term.states.has(state) || m.other.node != nil && !m.other.node.now.subsetOf(m.other.states) {
			continue
		}
		i := m.i
		if i.merged || i.dead {
			continue
		}
		holds := true
		for _, t := range i.terms {
			if t.node != n && !t.node.now.subsetOf(t.states) {
				holds = false
				break
			}
		}
		if !holds {
			continue
		}
		at := -1
		for _, t := range i.terms {
			if t.node != n && t.node.decided >= 0 && t.node.steps[len(t.node.steps)-1] > at {
				culprit, at = t.node, t.node.steps[len(t.node.steps)-1]
			}
		}
		return culprit, true
	}
	return nil, false
}

// blame counts a conflict. Once a project has been in too many it is to be decided before the one that was in its way;
// now is whether this was the one too many.
func blame(suffers, causes *project) (now bool) {
	suffers.suffered++
	causes.caused++
	if causes.caused == patience && !causes.promoted {
		causes.demoted = true
	}
	if suffers.suffered == patience {
		suffers.promoted, suffers.demoted = true, false
		return true
	}
	return false
}

// announce tells the provider of the versions that are likely to be tried next, in growing batches, when a project is
// being searched.
func (s *solver) announce(p *project, open set) {
	if p.tries < p.batch {
		return
	}
	var versions []pep440.Version
	for n := p.batch * 2; n > 0 && !open.isEmpty(); n-- {
		state := s.favourite(p, open)
		open = open.without(singleton(p.node.states(), state))
		versions = append(versions, p.element(state).Version)
	}
	s.prefetch(p.name, versions...)
	p.batch *= 3
}

// refuseDirects rules out the direct references of p, since nothing selected has them: not with these decisions.
func (s *solver) refuseDirects(p *project) {
	terms := []term{{p.node, p.guarded}}
	for _, n := range s.nodes {
		if n.decided >= 0 {
			terms = append(terms, n.is(n.decided))
		}
	}
	s.addFact(&fact{kind: refersToNone, of: p}, terms...)
}
