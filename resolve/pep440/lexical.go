package pep440

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// normalizeLocal lowers case, writes "." for each separator and drops the leading zeros of numbers.
func normalizeLocal(local string) string {
	if isNormalizedLocal(local) {
		return local
	}
	var b strings.Builder
	for i, part := range strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		if i > 0 {
			b.WriteByte('.')
		}
		if isNumeric(part) {
			b.WriteString(string(number(part)))
		} else {
			b.WriteString(strings.ToLower(part))
		}
	}
	return b.String()
}

// isNormalizedLocal reports whether it is plain to see that local is normalised.
func isNormalizedLocal(local string) bool {
	for i := 0; i < len(local); i++ {
		switch c := local[i]; {
		case 'a' <= c && c <= 'z' || '1' <= c && c <= '9':
		case c == '.' && i > 0:
		case c == '0' && i > 0 && local[i-1] != '.':
		default:
			return false
		}
	}
	return true
}

func hasLongNumber(local string) bool {
	if len(local) <= maxDigits {
		return false
	}
	for part := range strings.FieldsFuncSeq(local, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		if len(part) > maxDigits && isNumeric(part) {
			return true
		}
	}
	return false
}

// matchLabel returns the first of labels that s has at i, in any case, and where it ends; end is 0 if there is none.
func matchLabel(s string, i int, labels ...string) (label string, end int) {
	for _, label := range labels {
		if len(s)-i >= len(label) && hasPrefixFold(s[i:], label) {
			return label, i + len(label)
		}
	}
	return "", 0
}

func hasPrefixFold(s, prefix string) bool {
	for i := 0; i < len(prefix); i++ {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

func skipDigits(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

func skipSeparator(s string, i int) int {
	if i < len(s) && isSeparator(s[i]) {
		return i + 1
	}
	return i
}

func isDigit(c byte) bool        { return '0' <= c && c <= '9' }
func isSeparator(c byte) bool    { return c == '.' || c == '-' || c == '_' }
func isAlphanumeric(c byte) bool { return isDigit(c) || 'a' <= lower(c) && lower(c) <= 'z' }

func isNumeric(s string) bool { return skipDigits(s, 0) == len(s) }

// lower lowers an ASCII letter and leaves digits and punctuation below "@" alone.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// trimSpace cuts off what Python's str.isspace calls white space.
func trimSpace(s string) string {
	if s != "" && isGraphic(s[0]) && isGraphic(s[len(s)-1]) {
		return s
	}
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if !isSpace(r) {
			break
		}
		s = s[n:]
	}
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		if !isSpace(r) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// skipSpace returns the end of the white space at s[i:].
func skipSpace(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isSpace(r) {
			break
		}
		i += n
	}
	return i
}

// isGraphic reports whether c is a visible ASCII character.
func isGraphic(c byte) bool { return ' ' < c && c <= '~' }

// isSpace is Python's str.isspace for one character: Go's, and the four ASCII separators.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }
