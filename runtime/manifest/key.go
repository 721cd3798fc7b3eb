package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// A Key orders versions of the kind that interpreters have: major, minor,
// micro, level, serial. Comparing keys part by part gives the order that PEP 440
// gives the versions.
type Key [5]int

// The levels of a [Key].
const (
	Dev = iota
	Alpha
	Beta
	Candidate
	Final
	Post
)

// Compare returns −1, 0 or 1.
func (k Key) Compare(l Key) int { return slices.Compare(k[:], l[:]) }

// maxDigits bounds the numbers of a key, so that every reader can hold them.
const maxDigits = 9

// levels are the suffixes of a version, as PEP 440 normalises them.
var levels = []struct {
	suffix string
	level  int
}{
	{".dev", Dev}, {".post", Post}, {"a", Alpha}, {"b", Beta}, {"rc", Candidate},
}

// KeyOf returns the place of a version in the order of keys. These versions have
// one: up to three numbers, then at most one of aN, bN, rcN, .devN and .postN,
// then a local part as PEP 440 has it, which does not count; it may be empty, as in
// the "3.13.0+" of builds between releases. All else is not ok, among it what PEP 440
// would accept after normalising: a reader which knows less is never wrong, it only
// says so.
func KeyOf(version string) (key Key, ok bool) {
	text, local, hasLocal := strings.Cut(version, "+")
	if hasLocal && !isLocal(local) {
		return Key{}, false
	}
	key[3] = Final
	for _, l := range levels {
		release, serial, found := strings.Cut(text, l.suffix)
		if !found {
			continue
		}
		if key[4], ok = number(serial); !ok {
			return Key{}, false
		}
		text, key[3] = release, l.level
		break
	}
	for i, part := range strings.Split(text, ".") {
		if i == 3 {
			return Key{}, false
		}
		if key[i], ok = number(part); !ok {
			return Key{}, false
		}
	}
	return key, true
}

// isLocal reports whether a text can follow the + of a version.
func isLocal(text string) bool {
	if text == "" {
		return true
	}
	apart := strings.NewReplacer("-", ".", "_", ".").Replace(text)
	for part := range strings.SplitSeq(apart, ".") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return false
		}
	}
	return true
}

func number(digits string) (int, bool) {
	if digits == "" || len(digits) > maxDigits || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// A Span is an interval of versions. A nil end is open: no bound.
type Span struct {
	Low           *Key
	LowInclusive  bool
	High          *Key
	HighInclusive bool
}

// Holds reports whether the key lies in the span.
func (s Span) Holds(k Key) bool {
	if s.Low != nil {
		if c := k.Compare(*s.Low); c < 0 || c == 0 && !s.LowInclusive {
			return false
		}
	}
	if s.High != nil {
		if c := k.Compare(*s.High); c > 0 || c == 0 && !s.HighInclusive {
			return false
		}
	}
	return true
}
