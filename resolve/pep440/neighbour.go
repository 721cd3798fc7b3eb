package pep440

import "slices"

// Versions beside a version, where bounds of ranges lie. None of them has a local segment.

// devZero returns v's first developmental release. v must not be one itself.
func (v Version) devZero() Version {
	if v.unusual() == nil {
		p := v.phase()
		if p == final && v.postField() == 0 {
			p = devOnly
		}
		v.suffix = suffixOf(p, v.preField(), v.postField(), 1, v.releaseLength())
		return v.Public()
	}
	f := v.split()
	f.dev = "0"
	if f.phase == final && f.post == "" {
		f.phase = devOnly
	}
	return f.version()
}

// successor returns the version that comes right after v and all its local versions.
func (v Version) successor() Version {
	if v.unusual() == nil {
		dev, post := v.devField()+1, v.postField()
		if dev > noDev {
			dev, post = 1, post+1
		}
		if dev <= maxDev+1 && post <= maxPost+1 {
			v.suffix = suffixOf(v.phase(), v.preField(), post, dev, v.releaseLength())
			return v.Public()
		}
	}
	f := v.split()
	switch {
	case f.dev != "":
		f.dev = f.dev.next()
	case f.post != "":
		f.post, f.dev = f.post.next(), "0"
	default:
		f.post, f.dev = "0", "0"
	}
	return f.version()
}

// afterPre returns the version that comes right after the pre-release v and all its post-releases.
func (v Version) afterPre() Version {
	f := v.split()
	f.pre, f.post, f.dev = f.pre.next(), "", "0"
	return f.version()
}

// prefix returns the first version that has v's epoch and its first n release segments, and the first version after
// all of these.
func (v Version) prefix(n int) (first, after Version) {
	if v.unusual() == nil && v.segment(n-1) < maxSegment {
		first.suffix = suffixOf(devOnly, 0, 0, 1, n)
		after.suffix = first.suffix
		for i := range n {
			segment := uint64(v.segment(i))
			first.setSegment(i, segment)
			if i == n-1 {
				segment++
			}
			after.setSegment(i, segment)
		}
		return first, after
	}
	f := v.split()
	f = fields{epoch: f.epoch, release: f.release[:n:n], phase: devOnly, dev: "0"}
	first = f.version()
	f.release = slices.Clone(f.release)
	f.release[n-1] = f.release[n-1].next()
	return first, f.version()
}

// isFirst reports whether no version comes before v: whether it is 0.dev0.
func (v Version) isFirst() bool {
	if v.unusual() == nil {
		return v.head == 0 && v.tail == 0 && v.suffix>>devShift == 1 && v.Local() == ""
	}
	f := v.split()
	return f.epoch == "0" && f.phase == devOnly && f.dev == "0" && v.Local() == "" &&
		!slices.ContainsFunc(f.release, func(n Number) bool { return n != "0" })
}
