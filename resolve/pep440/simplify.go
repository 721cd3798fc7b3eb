package pep440

// Simplify returns a range that holds the same of the available versions as r and is as plain as can be, for
// messages: bounds beyond the first and the last available version go, intervals with no available version between
// them become one, and what holds or leaves out a single available version becomes just that one.
//
// The available versions must be in ascending order. If there are none, Simplify returns r.
func (r Range) Simplify(available []Version) Range {
	if len(available) == 0 {
		return r
	}
	runs := r.runs(available)
	if len(runs) == 1 {
		if runs[0].span < 0 {
			return Empty()
		}
		return Full()
	}
	isHole := func(i int) bool { return 0 < i && i < len(runs)-1 && runs[i].span < 0 && runs[i].isSingle() }
	var spans []interval
	for i, run := range runs {
		if run.span < 0 {
			continue
		}
		isOnly := len(runs) == 2 || len(runs) == 3 && i == 1
		isInside := 0 < i && i < len(runs)-1 && !isHole(i-1) && !isHole(i+1)
		if run.isSingle() && (isOnly || isInside) {
			spans = append(spans, single(available, run.first))
			continue
		}
		var s interval
		switch {
		case i == 0:
		case isHole(i - 1):
			s.low = single(available, runs[i-1].first).high
		default:
			s.low = r.spans[run.span].low
		}
		switch {
		case i == len(runs)-1:
		case isHole(i + 1):
			s.high = single(available, runs[i+1].first).low
		default:
			s.high = r.spans[run.lastSpan].high
		}
		spans = append(spans, s)
	}
	return Range{spans}
}

// run is a stretch of available versions that are all in a range, or all outside.
type run struct {
	first, last    int // indexes of versions
	span, lastSpan int // indexes of the intervals that hold these two, -1 outside
}

func (r run) isSingle() bool { return r.first == r.last }

// runs divides versions, which must not be empty, into runs that alternate between inside and outside.
func (r Range) runs(versions []Version) []run {
	var runs []run
	next := 0 // the first interval that does not end below the version
	for i, v := range versions {
		for next < len(r.spans) && !r.spans[next].high.isOpen() && r.spans[next].high.isBelow(v) {
			next++
		}
		span := -1
		if next < len(r.spans) && (r.spans[next].low.isOpen() || r.spans[next].low.isBelow(v)) {
			span = next
		}
		if n := len(runs); n > 0 && (runs[n-1].span < 0) == (span < 0) {
			runs[n-1].last, runs[n-1].lastSpan = i, span
			continue
		}
		runs = append(runs, run{first: i, last: i, span: span, lastSpan: span})
	}
	return runs
}

// single returns the interval of version i with its local versions, without those that are available on their own.
func single(versions []Version, i int) interval {
	v := versions[i]
	s := interval{low: cutBefore(v), high: cutAfterLocals(v)}
	if v.Local() != "" || i+1 < len(versions) && !s.high.isBelow(versions[i+1]) {
		s.high = cutAfter(v)
	}
	return s
}
