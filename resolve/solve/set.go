package solve

import (
	"encoding/binary"
	"math/bits"
)

// A set holds states of one node: state 0 is "not selected", state i+1 is "candidate i is selected". All sets of a
// node have the same length. A set is never changed once another part of the solver has seen it.
//
// Candidates are known before the first term about a project is made, so that finite sets do what version ranges do in
// other PubGrub solvers: they are exact, quick to compare, and speak of nothing but versions that exist.
type set []uint64

// absent is the state of a node that is not selected.
const absent = 0

// newSet returns an empty set of a node with the given number of states.
func newSet(states int) set { return make(set, (states+63)/64) }

// fullSet returns the set of all the states.
func fullSet(states int) set {
	s := newSet(states)
	for i := range s {
		s[i] = ^uint64(0)
	}
	if rest := states % 64; rest != 0 {
		s[len(s)-1] = 1<<rest - 1
	}
	return s
}

// singleton returns the set of one state.
func singleton(states, state int) set {
	s := newSet(states)
	s.add(state)
	return s
}

// add is for sets under construction.
func (s set) add(state int)      { s[state/64] |= 1 << (state % 64) }
func (s set) has(state int) bool { return s[state/64]&(1<<(state%64)) != 0 }

func (s set) and(t set) set {
	u := make(set, len(s))
	for i := range s {
		u[i] = s[i] & t[i]
	}
	return u
}

func (s set) or(t set) set {
	u := make(set, len(s))
	for i := range s {
		u[i] = s[i] | t[i]
	}
	return u
}

// without returns the states of s that are not in t.
func (s set) without(t set) set {
	u := make(set, len(s))
	for i := range s {
		u[i] = s[i] &^ t[i]
	}
	return u
}

func (s set) subsetOf(t set) bool {
	for i := range s {
		if s[i]&^t[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) overlaps(t set) bool {
	for i := range s {
		if s[i]&t[i] != 0 {
			return true
		}
	}
	return false
}

func (s set) isEmpty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

func (s set) equal(t set) bool {
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

func (s set) len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// lowest returns the lowest state at or above from, -1 if there is none.
func (s set) lowest(from int) int {
	for i := from / 64; i < len(s); i++ {
		word := s[i]
		if i == from/64 {
			word &^= 1<<(from%64) - 1
		}
		if word != 0 {
			return i*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// highest returns the highest state, -1 if s is empty.
func (s set) highest() int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != 0 {
			return i*64 + bits.Len64(s[i]) - 1
		}
	}
	return -1
}

// key returns a map key that is equal for equal sets of one node.
func (s set) key() string {
	b := make([]byte, 0, 8*len(s))
	for _, word := range s {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	return string(b)
}
