package pep440

import "slices"

// Range is a set of versions: a union of intervals. The zero Range is empty.
//
// Ranges are exact, down to pre-, post- and developmental releases and local versions, and canonical: two Ranges
// that hold the same versions are [Range.Equal], however they came about.
type Range struct {
	spans []interval // ascending, disjoint, with versions between; never changed once made
}

// interval holds the versions between two positions.
type interval struct {
	low, high position
}

// Full returns the set of all versions.
func Full() Range { return Range{spans: []interval{{}}} }

// Empty returns the set without versions.
func Empty() Range { return Range{} }

// Singleton returns the set of v alone: not of its local versions, if it is none itself.
func Singleton(v Version) Range { return Range{spans: []interval{{cutBefore(v), cutAfter(v)}}} }

// Contains reports whether v is in r.
func (r Range) Contains(v Version) bool {
	first, end := 0, len(r.spans) // intervals that may hold v
	for first < end {
		i := (first + end) / 2
		switch s := &r.spans[i]; {
		case !s.low.isOpen() && !s.low.isBelow(v):
			end = i
		case !s.high.isOpen() && s.high.isBelow(v):
			first = i + 1
		default:
			return true
		}
	}
	return false
}

// IsEmpty reports whether r holds no version.
func (r Range) IsEmpty() bool { return len(r.spans) == 0 }

// IsFull reports whether r holds every version.
func (r Range) IsFull() bool {
	return len(r.spans) == 1 && r.spans[0].low.isOpen() && r.spans[0].high.isOpen()
}

// Equal reports whether r and s hold the same versions.
func (r Range) Equal(s Range) bool {
	return slices.EqualFunc(r.spans, s.spans, func(a, b interval) bool {
		return compareLow(&a.low, &b.low) == 0 && compareHigh(&a.high, &b.high) == 0
	})
}

// Intersect returns the versions that are in both.
func (r Range) Intersect(s Range) Range {
	switch {
	case r.IsFull():
		return s
	case s.IsFull():
		return r
	}
	var spans []interval
	for i, j := 0, 0; i < len(r.spans) && j < len(s.spans); {
		a, b := &r.spans[i], &s.spans[j]
		low, high := &a.low, &a.high
		if compareLow(&b.low, low) > 0 {
			low = &b.low
		}
		if compareHigh(&b.high, high) < 0 {
			high = &b.high
			j++
		} else {
			i++
		}
		if !endsBefore(high, low) {
			spans = append(spans, interval{*low, *high})
		}
	}
	return Range{spans}
}

// Union returns the versions that are in either.
func (r Range) Union(s Range) Range {
	switch {
	case r.IsEmpty():
		return s
	case s.IsEmpty():
		return r
	}
	spans := make([]interval, 0, len(r.spans)+len(s.spans))
	for i, j := 0, 0; i < len(r.spans) || j < len(s.spans); {
		var next *interval
		if j == len(s.spans) || i < len(r.spans) && compareLow(&r.spans[i].low, &s.spans[j].low) <= 0 {
			next = &r.spans[i]
			i++
		} else {
			next = &s.spans[j]
			j++
		}
		if n := len(spans); n > 0 && spans[n-1].reaches(next) {
			if compareHigh(&next.high, &spans[n-1].high) > 0 {
				spans[n-1].high = next.high
			}
			continue
		}
		spans = append(spans, *next)
	}
	return Range{spans}
}

// Complement returns the versions that are not in r.
func (r Range) Complement() Range {
	spans := make([]interval, 0, len(r.spans)+1)
	var gap interval
	open := true // whether there is something above the last interval
	for i := range r.spans {
		s := &r.spans[i]
		if !s.low.isOpen() {
			gap.high = s.low
			spans = append(spans, gap)
		}
		gap = interval{low: s.high}
		open = !s.high.isOpen()
	}
	if open {
		spans = append(spans, gap)
	}
	return Range{spans}
}

// Subtract returns the versions that are in r and not in s.
func (r Range) Subtract(s Range) Range {
	if r.IsEmpty() || s.IsEmpty() {
		return r
	}
	return r.Intersect(s.Complement())
}

// SubsetOf reports whether all of r is in s.
func (r Range) SubsetOf(s Range) bool {
	j := 0
	for i := range r.spans {
		a := &r.spans[i]
		for j < len(s.spans) && compareHigh(&s.spans[j].high, &a.high) < 0 {
			j++
		}
		if j == len(s.spans) || compareLow(&s.spans[j].low, &a.low) > 0 {
			return false
		}
	}
	return true
}

// Overlaps reports whether r and s have a version in common.
func (r Range) Overlaps(s Range) bool {
	for i, j := 0, 0; i < len(r.spans) && j < len(s.spans); {
		a, b := &r.spans[i], &s.spans[j]
		switch {
		case endsBefore(&a.high, &b.low):
			i++
		case endsBefore(&b.high, &a.low):
			j++
		default:
			return true
		}
	}
	return false
}

// reaches reports whether no version lies between s and t, which begins no earlier.
func (s *interval) reaches(t *interval) bool {
	return s.high.isOpen() || t.low.isOpen() || s.high.compare(&t.low) >= 0
}

// endsBefore reports whether high, the end of an interval, lies at or below low, the beginning of another.
func endsBefore(high, low *position) bool {
	return !high.isOpen() && !low.isOpen() && high.compare(low) <= 0
}
