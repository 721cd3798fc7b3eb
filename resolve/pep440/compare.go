package pep440

import (
	"cmp"
	"strings"
)

// Compare orders versions as PEP 440 does, local segments included: it returns -1, 0 or +1. The zero Version comes
// before all others.
func (v Version) Compare(w Version) int {
	if c := comparePublic(v, w); c != 0 || v.more == w.more {
		return c
	}
	return compareLocal(v.Local(), w.Local())
}

// Equal reports whether v and w are the same version, however they are written.
func (v Version) Equal(w Version) bool { return v.Compare(w) == 0 }

// comparePublic compares without local segments.
func comparePublic(v, w Version) int {
	if v.unusual() != nil || w.unusual() != nil {
		return compareUnusual(v, w)
	}
	switch {
	case v.head != w.head:
		return cmp.Compare(v.head, w.head)
	case v.tail != w.tail:
		return cmp.Compare(v.tail, w.tail)
	default:
		return cmp.Compare(v.suffix>>devShift, w.suffix>>devShift)
	}
}

// compareRelease compares epoch and release alone.
func compareRelease(v, w Version) int {
	if v.unusual() != nil || w.unusual() != nil {
		return compareUnusualRelease(v, w)
	}
	if c := cmp.Compare(v.head, w.head); c != 0 {
		return c
	}
	return cmp.Compare(v.tail, w.tail)
}

func compareUnusual(v, w Version) int {
	if c := compareUnusualRelease(v, w); c != 0 {
		return c
	}
	f, g := v.split(), w.split()
	if c := cmp.Compare(f.phase, g.phase); c != 0 {
		return c
	}
	if c := f.pre.Compare(g.pre); c != 0 {
		return c
	}
	if c := f.post.Compare(g.post); c != 0 {
		return c
	}
	switch {
	case f.dev == g.dev:
		return 0
	case f.dev == "":
		return +1
	case g.dev == "":
		return -1
	default:
		return f.dev.Compare(g.dev)
	}
}

func compareUnusualRelease(v, w Version) int {
	if v.IsZero() || w.IsZero() {
		return cmp.Compare(zeroFirst(v), zeroFirst(w))
	}
	if c := v.Epoch().Compare(w.Epoch()); c != 0 {
		return c
	}
	a, b := v.Release(), w.Release()
	for i := range max(len(a), len(b)) {
		if c := segmentOf(a, i).Compare(segmentOf(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func zeroFirst(v Version) int {
	if v.IsZero() {
		return 0
	}
	return 1
}

// samePrefix reports whether v has w's epoch and w's first n release segments.
func samePrefix(v, w Version, n int) bool {
	if v.unusual() == nil && w.unusual() == nil {
		for i := range n {
			if v.segment(i) != w.segment(i) {
				return false
			}
		}
		return true
	}
	if v.Epoch() != w.Epoch() {
		return false
	}
	a, b := v.Release(), w.Release()
	for i := range n {
		if segmentOf(a, i) != segmentOf(b, i) {
			return false
		}
	}
	return true
}

// segmentOf returns release segment i; what is not written is 0.
func segmentOf(release []Number, i int) Number {
	if i < len(release) {
		return release[i]
	}
	return "0"
}

// compareLocal orders normalised local segments: none first, then part by part, words before numbers, and the
// longer one last where one begins with the other.
func compareLocal(a, b string) int {
	if a == b {
		return 0
	}
	for a != "" && b != "" {
		var p, q string
		p, a, _ = strings.Cut(a, ".")
		q, b, _ = strings.Cut(b, ".")
		if p == q {
			continue
		}
		switch pn, qn := isNumeric(p), isNumeric(q); {
		case pn && qn:
			return Number(p).Compare(Number(q))
		case pn:
			return +1
		case qn:
			return -1
		default:
			return strings.Compare(p, q)
		}
	}
	return cmp.Compare(len(a), len(b))
}
