package pep440

// Range returns the exact set of versions that satisfy every clause, pre-releases included.
//
// One clause has no exact set: "===" compares texts, and versions of different text can be equal (1.0 and 1.00). Its
// Range is the one version that its text names, with no local versions but its own; it is empty where the text names none, or
// is not that version's normalised text, since then no version as such satisfies it.
func (s SpecifierSet) Range() Range {
	if len(s.clauses) == 0 {
		return Full()
	}
	r := s.clauses[0].Range()
	for i := 1; i < len(s.clauses); i++ {
		r = r.Intersect(s.clauses[i].Range())
	}
	return r
}

// Range returns the set of versions that satisfy the clause, as [SpecifierSet.Range] does.
func (s Specifier) Range() Range {
	v := s.version
	switch s.operator {
	case arbitrary:
		if v.IsZero() || !s.matchesText(v.String()) {
			return Empty()
		}
		return Singleton(v)
	case equal:
		return between(s.equalBounds())
	case notEqual:
		return between(s.equalBounds()).Complement()
	case compatible:
		_, high := prefixBounds(v, v.releaseLength()-1)
		return between(cutBefore(v), high)
	case atLeast:
		return between(cutBefore(v), position{})
	case atMost:
		return between(position{}, cutAfterLocals(v))
	case below:
		if !v.IsPrerelease() {
			v = v.devZero()
		}
		if v.isFirst() {
			return Empty()
		}
		return between(position{}, cutBefore(v))
	case above:
		if v.IsDev() || v.IsPost() {
			return between(cutAfterLocals(v), position{})
		}
		return between(cutAfterPosts(v), position{})
	default:
		return Empty()
	}
}

func between(low, high position) Range { return Range{spans: []interval{{low, high}}} }

// equalBounds returns where the versions begin and end that an == clause contains.
func (s Specifier) equalBounds() (low, high position) {
	switch v := s.version; {
	case s.wildcard:
		return prefixBounds(v, v.releaseLength())
	case v.Local() != "":
		return cutBefore(v), cutAfter(v)
	default:
		return cutBefore(v), cutAfterLocals(v)
	}
}

// prefixBounds returns where the versions begin and end that share v's epoch and its first n release segments.
func prefixBounds(v Version, n int) (low, high position) {
	first, after := v.prefix(n)
	return cutBefore(first), cutBefore(after)
}
