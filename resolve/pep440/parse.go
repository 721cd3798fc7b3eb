package pep440

import "strings"

// parts is a version as written, found by scan.
type parts struct {
	epoch    string // digits, "" where none is written
	release  string // digits and dots
	segments int
	phase    phase // final where no pre-release is written
	pre      string
	post     string
	dev      string
	hasPost  bool
	hasDev   bool
	tooLong  bool // a number has more than maxDigits digits
}

// Parse reads a version in any of the spellings that PEP 440 allows, white space around it included.
// The error is a *[VersionError].
func Parse(s string) (Version, error) {
	text := trimSpace(s)
	p, end, ok := scan(text, 0)
	if !ok || p.tooLong {
		return Version{}, &VersionError{Input: s}
	}
	local := ""
	if end < len(text) && text[end] == '+' {
		last := scanLocal(text, end)
		local, end = text[min(end+1, last):last], last
	}
	if end != len(text) || hasLongNumber(local) {
		return Version{}, &VersionError{Input: s}
	}
	return p.version(local), nil
}

// scan reads the longest public version at s[i:], with an optional "v" before it.
func scan(s string, i int) (p parts, end int, ok bool) {
	if i < len(s) && lower(s[i]) == 'v' {
		i++
	}
	j := skipDigits(s, i)
	if j == i {
		return p, i, false
	}
	p.tooLong = j-i > maxDigits
	if j < len(s)-1 && s[j] == '!' && isDigit(s[j+1]) {
		p.epoch = s[i:j]
		i = j + 1
		j = skipDigits(s, i)
		p.tooLong = p.tooLong || j-i > maxDigits
	}
	p.segments = 1
	end = j
	for end < len(s)-1 && s[end] == '.' && isDigit(s[end+1]) {
		j = skipDigits(s, end+1)
		p.tooLong = p.tooLong || j-end > maxDigits+1
		p.segments++
		end = j
	}
	p.release = s[i:end]
	p.phase = final
	if end < len(s) {
		end = p.scanSuffix(s, end)
	}
	return p, end, true
}

// scanSuffix reads pre-, post- and developmental release, each optional, and returns where they end.
func (p *parts) scanSuffix(s string, i int) int {
	if label, j := matchLabel(s, skipSeparator(s, i), "alpha", "a", "beta", "b", "preview", "pre", "c", "rc"); j > 0 {
		switch label[0] {
		case 'a':
			p.phase = alpha
		case 'b':
			p.phase = beta
		default:
			p.phase = candidate
		}
		i, p.pre = p.scanNumber(s, skipSeparator(s, j))
	}
	if i < len(s)-1 && s[i] == '-' && isDigit(s[i+1]) {
		p.hasPost = true
		i, p.post = p.scanNumber(s, i+1)
	} else if _, j := matchLabel(s, skipSeparator(s, i), "post", "rev", "r"); j > 0 {
		p.hasPost = true
		i, p.post = p.scanNumber(s, skipSeparator(s, j))
	}
	if _, j := matchLabel(s, skipSeparator(s, i), "dev"); j > 0 {
		p.hasDev = true
		i, p.dev = p.scanNumber(s, skipSeparator(s, j))
	}
	return i
}

func (p *parts) scanNumber(s string, i int) (end int, digits string) {
	end = skipDigits(s, i)
	p.tooLong = p.tooLong || end-i > maxDigits
	return end, s[i:end]
}

// scanLocal reads a local segment with its "+" at s[i:] and returns where it ends: i where there is none.
func scanLocal(s string, i int) int {
	if i >= len(s) || s[i] != '+' {
		return i
	}
	end := i
	for j := i + 1; ; {
		k := j
		for k < len(s) && isAlphanumeric(s[k]) {
			k++
		}
		if k == j {
			return end
		}
		end = k
		if k == len(s) || !isSeparator(s[k]) {
			return end
		}
		j = k + 1
	}
}

// version builds the version that was scanned, with a local segment as written.
func (p *parts) version(local string) Version {
	v, ok := p.pack()
	if !ok {
		f := fields{epoch: number(p.epoch), phase: p.wholePhase()}
		for segment := range strings.SplitSeq(p.release, ".") {
			f.release = append(f.release, number(segment))
		}
		if p.phase != final {
			f.pre = number(p.pre)
		}
		if p.hasPost {
			f.post = number(p.post)
		}
		if p.hasDev {
			f.dev = number(p.dev)
		}
		v = f.version()
	}
	if local == "" {
		return v
	}
	return v.withLocal(normalizeLocal(local))
}

func (v Version) withLocal(local string) Version {
	v.more = &more{fields: v.unusual(), local: local}
	return v
}

// pack is fields.pack without taking the text apart first.
func (p *parts) pack() (v Version, ok bool) {
	if p.epoch != "" || p.segments > maxSegments {
		return v, false
	}
	var segment uint64
	n := 0
	for i := 0; i < len(p.release); i++ {
		c := p.release[i]
		if c == '.' {
			v.setSegment(n, segment)
			n++
			segment = 0
			continue
		}
		segment = segment*10 + uint64(c-'0')
		if segment > maxSegment {
			return v, false
		}
	}
	v.setSegment(n, segment)
	if p.phase == final && !p.hasPost && !p.hasDev {
		v.suffix = suffixOf(final, 0, 0, noDev, p.segments)
		return v, true
	}
	pre, preOK := small(p.pre, maxPre)
	post, postOK := small(p.post, maxPost)
	dev, devOK := small(p.dev, maxDev)
	if !preOK || !postOK || !devOK {
		return v, false
	}
	if p.hasPost {
		post++
	}
	if dev++; !p.hasDev {
		dev = noDev
	}
	v.suffix = suffixOf(p.wholePhase(), pre, post, dev, p.segments)
	return v, true
}

// wholePhase returns the phase of the whole version, where p.phase is that of its pre-release part.
func (p *parts) wholePhase() phase {
	if p.phase == final && p.hasDev && !p.hasPost {
		return devOnly
	}
	return p.phase
}
