package pep508

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unquote returns the value of what stands between the quotes of a Python string literal. If it is no such literal,
// it gives the reason.
func unquote(s string) (value, reason string) {
	if strings.ContainsAny(s, "\n\r\x00") {
		return "", "a text in quotes cannot hold a line break or a null character"
	}
	if !strings.Contains(s, `\`) {
		return s, ""
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		r, size, ok := unescape(s[i:])
		if !ok {
			return "", fmt.Sprintf("invalid escape %q in a text in quotes", s[i:min(i+size, len(s))])
		}
		if size == 0 { // unknown: Python keeps the backslash
			b.WriteByte('\\')
			i++
			continue
		}
		b.WriteRune(r)
		i += size
	}
	return b.String(), ""
}

// unescape reads the escape at the beginning of s and returns its length: 0 if Python knows no such escape. If it is
// not ok, size is the part to blame.
func unescape(s string) (r rune, size int, ok bool) {
	if len(s) < 2 {
		return 0, 1, false
	}
	switch c := s[1]; c {
	case '\\', '\'', '"':
		return rune(c), 2, true
	case 'x':
		return hexEscape(s, 2)
	case 'u':
		return hexEscape(s, 4)
	case 'U':
		return hexEscape(s, 8)
	case 'N':
		return 0, 2, false // names of characters are not known here
	case '0', '1', '2', '3', '4', '5', '6', '7':
		end := 1
		for end < len(s) && end < 4 && '0' <= s[end] && s[end] <= '7' {
			r = r*8 + rune(s[end]-'0')
			end++
		}
		return r, end, true
	default:
		if i := strings.IndexByte("abfnrtv", c); i >= 0 {
			return rune("\a\b\f\n\r\t\v"[i]), 2, true
		}
		return 0, 0, true
	}
}

func hexEscape(s string, digits int) (r rune, size int, ok bool) {
	size = 2 + digits
	if len(s) < size {
		return 0, size, false
	}
	for _, c := range []byte(s[2:size]) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return 0, size, false
		}
	}
	n, err := strconv.ParseUint(s[2:size], 16, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, size, false // surrogates too: they are no text
	}
	return rune(n), size, true
}

// quote returns a literal that unquote gives s back for: in double quotes if s has none, else in single quotes, and
// escaped only where it must be.
func quote(s string) string {
	mark := `"`
	if strings.Contains(s, `"`) && !strings.Contains(s, `'`) {
		mark = `'`
	}
	if !strings.ContainsAny(s, "\\\n\r\x00"+mark) {
		return mark + s + mark
	}
	var b strings.Builder
	b.WriteString(mark)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			b.WriteByte(c)
			if i+1 == len(s) || strings.IndexByte("\\'\"\n\r\x00abfnrtvxuUN01234567", s[i+1]) >= 0 {
				b.WriteByte(c)
			}
		case '\n', '\r', 0, mark[0]:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteString(mark)
	return b.String()
}
