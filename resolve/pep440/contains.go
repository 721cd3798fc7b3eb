package pep440

import "strings"

// Contains reports whether v satisfies the clause; pre-releases are allowed. A "===" clause compares its text with
// v's normalised text.
func (s Specifier) Contains(v Version) bool {
	w := s.version
	switch s.operator {
	case arbitrary:
		return s.matchesText(v.String())
	case equal:
		return s.equals(v)
	case notEqual:
		return !s.equals(v)
	case compatible:
		return comparePublic(v, w) >= 0 && samePrefix(v, w, w.releaseLength()-1)
	case atLeast:
		return comparePublic(v, w) >= 0
	case atMost:
		return comparePublic(v, w) <= 0
	case below:
		return isBelow(v, w)
	case above:
		return isAbove(v, w)
	default:
		return false
	}
}

// ContainsText reports whether a text satisfies the clause; pre-releases are allowed. What is no version satisfies
// only "===".
func (s Specifier) ContainsText(text string) bool {
	if s.operator == arbitrary {
		return s.matchesText(text)
	}
	v, err := Parse(text)
	return err == nil && s.Contains(v)
}

func (s Specifier) matchesText(text string) bool {
	return strings.EqualFold(text, s.text)
}

func (s Specifier) equals(v Version) bool {
	switch {
	case s.wildcard:
		return samePrefix(v, s.version, s.version.releaseLength())
	case s.version.Local() != "":
		return v.Equal(s.version)
	default:
		return comparePublic(v, s.version) == 0
	}
}

// isBelow is "<w": not w's own pre-releases, unless w is one itself.
func isBelow(v, w Version) bool {
	switch {
	case w.IsPrerelease():
		return comparePublic(v, w) < 0
	case w.IsPost():
		return comparePublic(v, w.devZero()) < 0
	default:
		return compareRelease(v, w) < 0
	}
}

// isAbove is ">w": not w's own post-releases, unless w is one itself, and not its local versions.
func isAbove(v, w Version) bool {
	switch {
	case w.IsDev() || w.IsPost():
		return comparePublic(v, w) > 0
	case w.IsPrerelease():
		return comparePublic(v, w) > 0 && !samePre(v, w)
	default:
		return compareRelease(v, w) > 0
	}
}

// samePre reports whether v has the release and pre-release of w.
func samePre(v, w Version) bool {
	if compareRelease(v, w) != 0 {
		return false
	}
	if v.unusual() == nil && w.unusual() == nil {
		return v.suffix>>preShift == w.suffix>>preShift
	}
	f, g := v.split(), w.split()
	return f.phase == g.phase && f.pre == g.pre
}
