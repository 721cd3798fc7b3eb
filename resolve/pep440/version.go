package pep440

import (
	"fmt"
	"math"
)

// Version is a version of PEP 440. The zero Version is none: [Version.IsZero] tells.
//
// Two Versions may be equal without being identical ("1.0" and "1.00.0"): compare with [Version.Compare] or
// [Version.Equal], and use [Version.Key] in maps.
type Version struct {
	// The usual version has no epoch, up to four release segments, and numbers of usual size. Then these integers
	// hold all of it, in an order that compares as the versions do (see pack.go). All are 0 in the zero Version and
	// in an unusual one.
	head, tail, suffix uint64

	more *more // nil for a usual version without a local segment
}

// more is what does not fit into the integers of a Version.
type more struct {
	fields *fields // the whole version, where it is an unusual one
	local  string  // normalised, without the "+"
}

// fields is a public version of any size, taken apart.
type fields struct {
	epoch   Number
	release []Number
	phase   phase
	pre     Number // "" unless phase is alpha, beta or candidate
	post    Number // "" where there is none
	dev     Number // "" where there is none
}

// phase says where a version lies in the life of its release. Its order is that of PEP 440.
type phase uint8

const (
	devOnly phase = iota // 1.0.dev1: before all pre-releases
	alpha
	beta
	candidate
	final // 1.0, and also 1.0.post1 and 1.0.post1.dev1
)

func (p phase) label() string {
	switch p {
	case alpha:
		return "a"
	case beta:
		return "b"
	case candidate:
		return "rc"
	default:
		return ""
	}
}

// VersionError says that a text is no version.
type VersionError struct {
	Input string
}

func (e *VersionError) Error() string { return fmt.Sprintf("invalid version %q", e.Input) }

// MustParse is [Parse] for constants and tests. It panics where Parse returns an error.
func MustParse(s string) Version {
	v, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return v
}

// IsZero reports whether v is the zero Version.
func (v Version) IsZero() bool { return v.suffix == 0 && v.more == nil }

// Epoch returns the epoch, "0" where none is written.
func (v Version) Epoch() Number {
	if f := v.unusual(); f != nil {
		return f.epoch
	}
	return "0"
}

// Release returns the release segments as written, trailing zeros included.
func (v Version) Release() []Number {
	if f := v.unusual(); f != nil {
		return append([]Number(nil), f.release...)
	}
	release := make([]Number, v.releaseLength())
	for i := range release {
		release[i] = smallNumber(uint64(v.segment(i)))
	}
	return release
}

// Major returns the first release segment, 0 for the zero Version. Like Minor and Micro it stops at math.MaxInt32.
func (v Version) Major() int { return v.releaseInt(0) }

// Minor returns the second release segment, 0 where there is none.
func (v Version) Minor() int { return v.releaseInt(1) }

// Micro returns the third release segment, 0 where there is none.
func (v Version) Micro() int { return v.releaseInt(2) }

func (v Version) releaseInt(i int) int {
	if f := v.unusual(); f != nil {
		if i >= len(f.release) {
			return 0
		}
		n, ok := small(string(f.release[i]), math.MaxInt32)
		if !ok {
			return math.MaxInt32
		}
		return int(n)
	}
	return int(min(v.segment(i), math.MaxInt32))
}

// Pre returns the pre-release label ("a", "b" or "rc") and its number; ok is false where there is none.
func (v Version) Pre() (label string, number Number, ok bool) {
	f := v.split()
	return f.phase.label(), f.pre, f.pre != ""
}

// Post returns the number of the post-release; ok is false where there is none.
func (v Version) Post() (number Number, ok bool) {
	f := v.split()
	return f.post, f.post != ""
}

// Dev returns the number of the developmental release; ok is false where there is none.
func (v Version) Dev() (number Number, ok bool) {
	f := v.split()
	return f.dev, f.dev != ""
}

// Local returns the normalised local segment without its "+", "" where there is none.
func (v Version) Local() string {
	if v.more == nil {
		return ""
	}
	return v.more.local
}

// Public returns v without its local segment.
func (v Version) Public() Version {
	if v.more == nil || v.more.local == "" {
		return v
	}
	if v.more.fields == nil {
		v.more = nil
	} else {
		v.more = &more{fields: v.more.fields}
	}
	return v
}

// Base returns the epoch and release of v alone.
func (v Version) Base() Version {
	if v.IsZero() {
		return v
	}
	if v.unusual() == nil {
		v.suffix, v.more = suffixOf(final, 0, 0, noDev, v.releaseLength()), nil
		return v
	}
	f := v.split()
	f.phase, f.pre, f.post, f.dev = final, "", "", ""
	return f.version()
}

// IsPrerelease reports whether v is a pre-release or a developmental release.
func (v Version) IsPrerelease() bool {
	if f := v.unusual(); f != nil {
		return f.phase != final || f.dev != ""
	}
	return v.suffix != 0 && (v.phase() < final || v.devField() != noDev)
}

// IsPost reports whether v is a post-release.
func (v Version) IsPost() bool {
	if f := v.unusual(); f != nil {
		return f.post != ""
	}
	return v.postField() != 0
}

// IsDev reports whether v is a developmental release.
func (v Version) IsDev() bool {
	if f := v.unusual(); f != nil {
		return f.dev != ""
	}
	return v.suffix != 0 && v.devField() != noDev
}

// unusual returns the fields of a version that does not fit into integers, else nil.
func (v Version) unusual() *fields {
	if v.more == nil {
		return nil
	}
	return v.more.fields
}
