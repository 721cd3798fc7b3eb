package solve

import "sort"

// An assignment is one step of the partial solution: it leaves a node only some of its states.
type assignment struct {
	node  *node
	own   set              // the states that this step alone leaves
	now   set              // those that it and all steps before leave
	cause *incompatibility // nil for a decision
	level int              // the number of decisions up to here
}

// partial is PubGrub's partial solution: what has been decided, and what follows.
type partial struct {
	trail []assignment
	level int
	// died lists per level the incompatibilities that were found contradicted there.
	died [][]*incompatibility
}

// decide selects one state of n.
func (p *partial) decide(n *node, state int) {
	p.level++
	p.push(n, singleton(n.states(), state), nil)
	n.decided = state
}

// derive notes that t, the last open term of cause, can't hold.
func (p *partial) derive(t term, cause *incompatibility) {
	p.push(t.node, t.node.all.without(t.states), cause)
}

func (p *partial) push(n *node, own set, cause *incompatibility) {
	n.now = n.now.and(own)
	n.steps = append(n.steps, len(p.trail))
	p.trail = append(p.trail, assignment{n, own, n.now, cause, p.level})
}

// backtrack takes back every assignment above a level.
func (p *partial) backtrack(level int) {
	for len(p.trail) > 0 {
		last := p.trail[len(p.trail)-1]
		if last.level <= level {
			break
		}
		p.trail = p.trail[:len(p.trail)-1]
		n := last.node
		n.steps = n.steps[:len(n.steps)-1]
		n.now = n.all
		if k := len(n.steps); k > 0 {
			n.now = p.trail[n.steps[k-1]].now
		}
		if last.cause == nil {
			n.decided = -1
		}
	}
	for l := level + 1; l < len(p.died); l++ {
		for _, i := range p.died[l] {
			i.dead = false
		}
		p.died[l] = p.died[l][:0]
	}
	p.level = level
}

// bury notes that i is contradicted, so that it need not be looked at before the next backtrack.
func (p *partial) bury(i *incompatibility) {
	for len(p.died) <= p.level {
		p.died = append(p.died, nil)
	}
	i.dead = true
	p.died[p.level] = append(p.died[p.level], i)
}

// relation is how the partial solution stands to an incompatibility.
type relation int

const (
	satisfied    relation = iota // every term holds
	almost                       // every term but one holds, and that one may
	contradicted                 // a term can't hold
	inconclusive
)

// relate returns the relation, and the open term if it is almost.
func relate(i *incompatibility) (r relation, open term) {
	for _, t := range i.terms {
		switch {
		case t.node.now.subsetOf(t.states):
		case !t.node.now.overlaps(t.states):
			return contradicted, term{}
		case open.node != nil:
			return inconclusive, term{}
		default:
			open = t
		}
	}
	if open.node == nil {
		return satisfied, term{}
	}
	return almost, open
}

// satisfier returns the position of the first assignment that, with those before it, makes t hold.
func (p *partial) satisfier(t term) int {
	steps := t.node.steps
	return steps[sort.Search(len(steps), func(i int) bool { return p.trail[steps[i]].now.subsetOf(t.states) })]
}

// satisfierWith is satisfier when the states of own are all that is left anyway.
func (p *partial) satisfierWith(t term, own set) int {
	steps := t.node.steps
	return steps[sort.Search(len(steps), func(i int) bool { return p.trail[steps[i]].now.and(own).subsetOf(t.states) })]
}
