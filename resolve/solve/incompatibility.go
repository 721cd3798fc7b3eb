package solve

import (
	"cmp"
	"slices"
)

// A term says that a node is in one of some states. What PubGrub calls a negative term is one whose states include
// absent.
type term struct {
	node   *node
	states set
}

// positive reports whether the term can only hold when the node is selected.
func (t term) positive() bool { return !t.states.has(absent) }

// An incompatibility is a set of terms, one per node, that no solution satisfies all at once. One without terms says
// that there is no solution.
type incompatibility struct {
	terms []term // in the order of their nodes
	// Either the fact that it states, or the two it was derived from.
	fact        *fact
	left, right *incompatibility
	// A merged incompatibility has been taken over by a wider one and is out of use, but for derivations.
	merged bool
	// dead is whether a term is contradicted at the present decision level or one below.
	dead bool
}

// newIncompatibility brings terms into order: terms on one node become one, and terms that always hold are left out.
// It returns nil if the terms can't hold together, whatever is selected.
func newIncompatibility(terms ...term) *incompatibility {
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(a.node.id, b.node.id) })
	kept := terms[:0]
	for _, t := range terms {
		if n := len(kept); n > 0 && kept[n-1].node == t.node {
			kept[n-1].states = kept[n-1].states.and(t.states)
		} else {
			kept = append(kept, t)
		}
	}
	all := kept
	kept = kept[:0]
	for _, t := range all {
		if t.states.isEmpty() {
			return nil
		}
		if !t.node.all.subsetOf(t.states) {
			kept = append(kept, t)
		}
	}
	return &incompatibility{terms: slices.Clip(kept)}
}

// about returns the incompatibility's term on n; ok is false if there is none.
func (i *incompatibility) about(n *node) (t term, ok bool) {
	for _, t := range i.terms {
		if t.node == n {
			return t, true
		}
	}
	return term{}, false
}

// resolvent derives what follows from i and cause by the rule of resolution on the node n, which both speak of.
func (i *incompatibility) resolvent(cause *incompatibility, n *node) *incompatibility {
	terms := make([]term, 0, len(i.terms)+len(cause.terms))
	union := newSet(n.states())
	for _, from := range [...]*incompatibility{i, cause} {
		for _, t := range from.terms {
			if t.node == n {
				union = union.or(t.states)
			} else {
				terms = append(terms, t)
			}
		}
	}
	terms = append(terms, term{n, union})
	r := newIncompatibility(terms...)
	r.left, r.right = i, cause
	return r
}
