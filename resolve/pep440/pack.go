package pep440

// A usual version is three integers that compare as the versions do, but for the lowest two bits of the last:
//
//	head    first release segment (32 bits), second one (32)
//	tail    third release segment, fourth one
//	suffix  phase (3), pre-release number (10), post field (16), dev field (32), release segments written - 1 (2)
//
// The post field is the number of the post-release + 1, or 0 without one. The dev field is the number of the
// developmental release + 1, or all ones without one, because 1.0.dev1 comes before 1.0; so suffix is never 0.
const (
	maxSegments = 4
	maxSegment  = 1<<32 - 1
	maxPre      = 1<<10 - 1
	maxPost     = 1<<16 - 2
	maxDev      = 1<<32 - 3

	noDev = 1<<32 - 1

	lengthMask = 1<<2 - 1
	devShift   = 2
	postShift  = 34
	preShift   = 50
	phaseShift = 60
)

// suffixOf packs the fields of a suffix.
func suffixOf(p phase, pre, post, dev uint64, segments int) uint64 {
	return uint64(p)<<phaseShift | pre<<preShift | post<<postShift | dev<<devShift | uint64(segments-1)
}

func (v Version) phase() phase      { return phase(v.suffix >> phaseShift) }
func (v Version) preField() uint64  { return v.suffix >> preShift & maxPre }
func (v Version) postField() uint64 { return v.suffix >> postShift & (1<<16 - 1) }
func (v Version) devField() uint64  { return v.suffix >> devShift & noDev }

// releaseLength returns how many release segments are written.
func (v Version) releaseLength() int {
	switch f := v.unusual(); {
	case f != nil:
		return len(f.release)
	case v.suffix == 0:
		return 0
	default:
		return int(v.suffix&lengthMask) + 1
	}
}

// segment returns release segment i of a usual version.
func (v Version) segment(i int) uint32 {
	switch i {
	case 0:
		return uint32(v.head >> 32)
	case 1:
		return uint32(v.head)
	case 2:
		return uint32(v.tail >> 32)
	case 3:
		return uint32(v.tail)
	default:
		return 0
	}
}

// setSegment sets release segment i, which must be 0 before.
func (v *Version) setSegment(i int, n uint64) {
	switch i {
	case 0:
		v.head |= n << 32
	case 1:
		v.head |= n
	case 2:
		v.tail |= n << 32
	case 3:
		v.tail |= n
	}
}

// version packs f if it can be packed. It keeps f otherwise, which must not be changed afterwards.
func (f *fields) version() Version {
	if v, ok := f.pack(); ok {
		return v
	}
	kept := *f
	return Version{more: &more{fields: &kept}}
}

func (f *fields) pack() (v Version, ok bool) {
	if f.epoch != "0" || len(f.release) > maxSegments {
		return v, false
	}
	for i, n := range f.release {
		value, ok := small(string(n), maxSegment)
		if !ok {
			return v, false
		}
		v.setSegment(i, value)
	}
	pre, preOK := small(string(f.pre), maxPre)
	post, postOK := small(string(f.post), maxPost)
	dev, devOK := small(string(f.dev), maxDev)
	if !preOK || !postOK || !devOK {
		return v, false
	}
	if f.post != "" {
		post++
	}
	if dev++; f.dev == "" {
		dev = noDev
	}
	v.suffix = suffixOf(f.phase, pre, post, dev, len(f.release))
	return v, true
}

// split takes v apart, without its local segment.
func (v Version) split() fields {
	if f := v.unusual(); f != nil {
		return *f
	}
	f := fields{epoch: "0", release: v.Release(), phase: v.phase()}
	if f.phase == alpha || f.phase == beta || f.phase == candidate {
		f.pre = smallNumber(v.preField())
	}
	if post := v.postField(); post != 0 {
		f.post = smallNumber(post - 1)
	}
	if dev := v.devField(); dev != noDev && v.suffix != 0 {
		f.dev = smallNumber(dev - 1)
	}
	return f
}
