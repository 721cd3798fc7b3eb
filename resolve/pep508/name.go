package pep508

import "strings"

// NormalizeName returns the name of a project or extra in the form that is compared: lower case, with one "-" for
// every run of "-", "_" and "." (PEP 503). It doesn't ask whether s is a name.
func NormalizeName(s string) string {
	if IsNormalizedName(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if !isNameSeparator(s[i]) {
			b.WriteByte(s[i])
		} else if i == 0 || !isNameSeparator(s[i-1]) {
			b.WriteByte('-')
		}
	}
	return strings.ToLower(b.String())
}

// IsName reports whether s is a valid name: ASCII letters, digits, "-", "_" and ".", a letter or digit at both ends.
func IsName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlphanumeric(s[i]) && !isNameSeparator(s[i]) {
			return false
		}
	}
	return s != "" && isAlphanumeric(s[0]) && isAlphanumeric(s[len(s)-1])
}

// IsNormalizedName reports whether s is a valid name that [NormalizeName] leaves alone.
func IsNormalizedName(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case c == '-' && i > 0 && s[i-1] != '-' && i < len(s)-1:
		default:
			return false
		}
	}
	return s != ""
}

func isNameSeparator(c byte) bool { return c == '-' || c == '_' || c == '.' }

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
