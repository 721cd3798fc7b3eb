package pep440

import (
	"fmt"
	"strings"
)

// Specifier is one clause: an operator and a version. The zero Specifier contains nothing.
type Specifier struct {
	operator operator
	wildcard bool    // "==" or "!=" with ".*"
	version  Version // without the ".*"; zero where a "===" clause names no version
	text     string  // the version as written
}

type operator uint8

const (
	none operator = iota
	arbitrary
	compatible
	equal
	notEqual
	atMost
	atLeast
	below
	above
)

// operators lists the spellings, each before its own prefixes.
var operators = [...]struct {
	text     string
	operator operator
}{
	{"===", arbitrary}, {"~=", compatible}, {"==", equal}, {"!=", notEqual},
	{"<=", atMost}, {">=", atLeast}, {"<", below}, {">", above},
}

// Operator returns the operator as written: one of === ~= == != <= >= < >.
func (s Specifier) Operator() string {
	for _, o := range operators {
		if o.operator == s.operator {
			return o.text
		}
	}
	return ""
}

// Version returns the text that follows the operator, as written but for white space. It may end with ".*"; that of
// a "===" clause may be anything.
func (s Specifier) Version() string { return s.text }

// String returns the clause as written but for white space.
func (s Specifier) String() string { return s.Operator() + s.text }

// SpecifierError says where and why a text is no specifier, or no set of specifiers.
type SpecifierError struct {
	Input  string
	Offset int // in bytes, where reading stopped
	Reason string
}

func (e *SpecifierError) Error() string {
	return fmt.Sprintf("invalid specifier %q: %s", e.Input, e.Reason)
}

// ParseSpecifier reads one clause, white space around it and after the operator included.
// The error is a *[SpecifierError].
func ParseSpecifier(s string) (Specifier, error) {
	spec, offset, reason := parseSpecifier(s)
	if reason != "" {
		return Specifier{}, &SpecifierError{Input: s, Offset: offset, Reason: reason}
	}
	return spec, nil
}

// parseSpecifier reads s as one clause. If it is none, it gives the reason, and where it became clear.
func parseSpecifier(s string) (spec Specifier, offset int, reason string) {
	spec, end, reason := scanSpecifier(s, skipSpace(s, 0))
	if reason == "" {
		if end = skipSpace(s, end); end != len(s) {
			reason = spec.trailing(s[end:])
		}
	}
	return spec, end, reason
}

// CutSpecifier reads the longest clause at the beginning of s and returns what follows it. The error, a
// *[SpecifierError], says why there is none.
//
// Beware of "===": it takes everything up to white space, ";" or ")", commas included.
func CutSpecifier(s string) (spec Specifier, rest string, err error) {
	spec, end, reason := scanSpecifier(s, 0)
	if reason != "" {
		return Specifier{}, s, &SpecifierError{Input: s, Offset: end, Reason: reason}
	}
	return spec, s[end:], nil
}

// scanSpecifier reads the longest clause at s[i:]. If there is none, it gives the reason, and where it became clear.
func scanSpecifier(s string, i int) (spec Specifier, end int, reason string) {
	for _, o := range operators {
		if strings.HasPrefix(s[i:], o.text) {
			spec.operator = o.operator
			i += len(o.text)
			break
		}
	}
	if spec.operator == none {
		return spec, i, "expected an operator: one of ===, ~=, ==, !=, <=, >=, < or >"
	}
	start := skipSpace(s, i)
	if spec.operator == arbitrary {
		return spec.scanArbitrary(s, start)
	}
	p, end, ok := scan(s, start)
	if !ok {
		return spec, start, "expected a version after " + spec.Operator()
	}
	if spec.operator == compatible && p.segments < 2 {
		return spec, start, "~= needs a version with at least two parts, as in ~=1.0"
	}
	local := ""
	if spec.operator == equal || spec.operator == notEqual {
		if p.isRelease(s[start:end]) && strings.HasPrefix(s[end:], ".*") {
			spec.wildcard = true
		} else if last := scanLocal(s, end); last > end {
			local, end = s[end+1:last], last
		}
	}
	spec.version = p.version(local)
	if spec.wildcard {
		end += len(".*")
	}
	spec.text = s[start:end]
	return spec, end, ""
}

// isRelease reports whether p, scanned from text, is an epoch and a release alone.
func (p *parts) isRelease(text string) bool { return strings.HasSuffix(text, p.release) }

// scanArbitrary reads the text of a "===" clause: all up to white space, ";" or ")".
func (s Specifier) scanArbitrary(text string, start int) (spec Specifier, end int, reason string) {
	end = start + len(text[start:])
	for i, r := range text[start:] {
		if r == ';' || r == ')' || isSpace(r) {
			end = start + i
			break
		}
	}
	s.text = text[start:end]
	s.version, _ = Parse(s.text)
	return s, end, ""
}

// trailing says what is wrong with rest, which follows the clause.
func (s Specifier) trailing(rest string) string {
	switch equality := s.operator == equal || s.operator == notEqual; {
	case strings.HasPrefix(rest, ".*") && equality:
		return `".*" cannot follow a pre-release, post-release, developmental release or local version`
	case strings.HasPrefix(rest, ".*"):
		return `".*" goes with == and != only`
	case strings.HasPrefix(rest, "+") && s.wildcard:
		return `a local version cannot follow ".*"`
	case strings.HasPrefix(rest, "+") && !equality:
		return "a local version goes with == and != only"
	default:
		return fmt.Sprintf("unexpected %q after %s", rest, s)
	}
}

// namesPrerelease reports whether the clause asks for pre-releases by naming one.
func (s Specifier) namesPrerelease() bool {
	return s.operator != notEqual && !s.wildcard && s.version.IsPrerelease()
}

// canonical returns a text that is equal for clauses which packaging takes for the same.
func (s Specifier) canonical() string {
	switch {
	case s.operator == arbitrary || s.wildcard:
		return s.String()
	case s.operator == compatible:
		return s.Operator() + s.version.String()
	default:
		return s.Operator() + s.version.Key()
	}
}
