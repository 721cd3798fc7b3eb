package solve

// A node is what terms are about: a project, whose states are its candidates, or one extra of a project, which is
// selected or not. The requirements of an extra hang on two terms, project and extra, so that both always agree on the
// version.
type node struct {
	id      int // in the order of first mention
	project *project
	extra   string // empty for the project itself
	all     set

	// What the partial solution says.
	now     set
	steps   []int // positions in the trail
	decided int   // the state that a decision selected, else -1

	mentions []mention // oldest first
	stale    int       // the number of merged ones among mentions
	queued   bool      // for propagation
}

func (n *node) states() int {
	if n.extra != "" {
		return 2
	}
	return len(n.project.elements) + 1
}

// selected reports whether the partial solution demands the node.
func (n *node) selected() bool { return !n.now.has(absent) }

// not returns the term that the node is not in one of the candidates; present is what such a term takes away from.
func (n *node) not(candidates set) term { return term{n, n.all.without(candidates)} }

// is returns the term that the node is in one state.
func (n *node) is(state int) term { return term{n, singleton(n.states(), state)} }

// sweep forgets mentions that were merged into others.
func (n *node) sweep() {
	if n.stale == 0 {
		return
	}
	kept := n.mentions[:0]
	for _, i := range n.mentions {
		if !i.i.merged {
			kept = append(kept, i)
		}
	}
	clear(n.mentions[len(kept):])
	n.mentions, n.stale = kept, 0
}

// A mention is an incompatibility with what it takes to pass over it quickly: most have two terms, and nothing follows
// from one of these as long as neither holds.
type mention struct {
	i    *incompatibility
	term term // the node's own
	// other is the other term of two.
	other term
}

func (m *mention) isOpen() bool {
	return m.other.node != nil && !m.term.node.now.subsetOf(m.term.states) && !m.other.node.now.subsetOf(m.other.states)
}
