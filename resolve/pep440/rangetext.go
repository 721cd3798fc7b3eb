package pep440

import (
	"slices"
	"strings"
)

// String returns r for people to read: "*", "∅", ">=1.0,!=1.5,<2.0", "<1.0 | >=2.0", "==1.4.*". It does not tell
// apart what only a pre-, post- or local version of a bound would notice; [Range.Spans] does.
func (r Range) String() string {
	if r.IsEmpty() {
		return "∅"
	}
	var alternatives []string
	for rest := r.spans; len(rest) > 0; {
		n := 1 // how many intervals have only single versions, or all of one prefix, between them
		var holes []string
		for n < len(rest) {
			hole, ok := interval{rest[n-1].high, rest[n].low}.singleText()
			if !ok {
				break
			}
			holes = append(holes, "!="+hole)
			n++
		}
		alternatives = append(alternatives, clausesText(rest[0].low, holes, rest[n-1].high))
		rest = rest[n:]
	}
	return strings.Join(alternatives, " | ")
}

func clausesText(low position, holes []string, high position) string {
	if len(holes) == 0 {
		if low.isOpen() && high.isOpen() {
			return "*"
		}
		if text, ok := (interval{low, high}).singleText(); ok {
			return "==" + text
		}
	}
	var clauses []string
	if b := low.bound(true); !b.Unbounded {
		if b.Place <= Before {
			clauses = append(clauses, ">="+b.Version.String())
		} else {
			clauses = append(clauses, ">"+b.Version.String())
		}
	}
	clauses = append(clauses, holes...)
	if b := high.bound(false); !b.Unbounded {
		if b.Place <= Before {
			clauses = append(clauses, "<"+b.Version.String())
		} else {
			clauses = append(clauses, "<="+b.Version.String())
		}
	}
	return strings.Join(clauses, ",")
}

// singleText returns what follows "==" where s is one version, or all with one prefix.
func (s interval) singleText() (text string, ok bool) {
	if s.high.isOpen() {
		return "", false
	}
	high := s.high.bound(false)
	if low := s.low.version; s.low.side == beforeVersion && !low.IsZero() {
		if (high.Place == After || high.Place == AfterLocals) && high.Version.Equal(low) {
			return low.String(), true
		}
	}
	low := s.low.bound(true)
	if low.Unbounded || low.Place != BeforeDevs || high.Place != BeforeDevs {
		return "", false
	}
	f, g := low.Version.split(), high.Version.split()
	n := len(f.release)
	if f.phase != final || g.phase != final || f.epoch != g.epoch || n != len(g.release) ||
		!slices.Equal(f.release[:n-1], g.release[:n-1]) || f.release[n-1].next() != g.release[n-1] {
		return "", false
	}
	return low.Version.String() + ".*", true
}
