package index

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON (RFC 8259) in one pass over a text that is held anyway.
// Strings without escapes share the text's memory, and what nobody asks for is
// checked but not built; so a page costs little more than looking at it once.
type scanner struct {
	text string
	at   int
}

// deepest is how far values may nest.
const deepest = 64

func (s *scanner) fail(reason string) error {
	return fmt.Errorf("%s at byte %d", reason, s.at)
}

// next skips white space and returns the byte after it, 0 at the end.
func (s *scanner) next() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) expect(c byte) error {
	if s.next() != c {
		return s.fail("no " + strconv.QuoteRune(rune(c)))
	}
	s.at++
	return nil
}

// end expects nothing but white space.
func (s *scanner) end() error {
	if s.next(); s.at < len(s.text) {
		return s.fail("more than one value")
	}
	return nil
}

// object calls member for each key, with the scanner at the member's value,
// which member must read.
func (s *scanner) object(member func(key string) error) error {
	if err := s.expect('{'); err != nil {
		return err
	}
	if s.next() == '}' {
		s.at++
		return nil
	}
	for {
		if s.next() != '"' {
			return s.fail("no key")
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.at++
		case '}':
			s.at++
			return nil
		default:
			return s.fail("no ',' or '}'")
		}
	}
}

// array calls element with the scanner at each element, which it must read.
func (s *scanner) array(element func() error) error {
	if err := s.expect('['); err != nil {
		return err
	}
	if s.next() == ']' {
		s.at++
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.at++
		case ']':
			s.at++
			return nil
		default:
			return s.fail("no ',' or ']'")
		}
	}
}

// stringOr reads a value that is wanted as a string; ok is false for any other.
func (s *scanner) stringOr() (value string, ok bool, err error) {
	if s.next() != '"' {
		return "", false, s.skip(0)
	}
	value, err = s.str()
	return value, err == nil, err
}

// str reads a string; the scanner stands at its first quote.
func (s *scanner) str() (string, error) {
	start := s.at + 1
	length := strings.IndexByte(s.text[start:], '"')
	if length < 0 {
		return "", s.fail("a string without end")
	}
	value := s.text[start : start+length]
	if !plain(value) {
		return s.escaped(start)
	}
	s.at = start + length + 1
	return value, nil
}

// plain reports whether a string stands for itself: no escapes and control
// characters, and nothing that may be broken UTF-8.
func plain(s string) bool {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	for len(s) >= 8 {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		// A byte's high bit is set by borrowing when it is below 0x20, and when
		// it is zero after a backslash is taken out. False alarms are looked into.
		backslash := w ^ ones*'\\'
		if ((w-ones*0x20)|(backslash-ones)|w)&high != 0 {
			break
		}
		s = s[8:]
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// escaped reads the string that starts at byte start with all care.
func (s *scanner) escaped(start int) (string, error) {
	var b strings.Builder
	s.at = start
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return b.String(), nil
		case c < 0x20:
			return "", s.fail("a control character in a string")
		case c == '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		case c < utf8.RuneSelf:
			b.WriteByte(c)
			s.at++
		default:
			r, size := utf8.DecodeRuneInString(s.text[s.at:])
			b.WriteRune(r) // broken UTF-8 becomes U+FFFD, as in encoding/json
			s.at += size
		}
	}
	return "", s.fail("a string without end")
}

// escape reads one escape sequence; the scanner stands at its backslash.
func (s *scanner) escape() (rune, error) {
	s.at++
	if s.at == len(s.text) {
		return 0, s.fail("a string without end")
	}
	c := s.text[s.at]
	if c == 'u' {
		return s.unicodeEscape()
	}
	plain := strings.IndexByte(`"\/bfnrt`, c)
	if plain < 0 {
		return 0, s.fail("an unknown escape")
	}
	s.at++
	return rune("\"\\/\b\f\n\r\t"[plain]), nil
}

func (s *scanner) unicodeEscape() (rune, error) {
	first, ok := s.hex4(s.at + 1)
	if !ok {
		return 0, s.fail("an unknown escape")
	}
	s.at += 5
	if !utf16.IsSurrogate(first) {
		return first, nil
	}
	if strings.HasPrefix(s.text[s.at:], `\u`) {
		if second, ok := s.hex4(s.at + 2); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				s.at += 6
				return r, nil
			}
		}
	}
	return utf8.RuneError, nil
}

func (s *scanner) hex4(at int) (rune, bool) {
	if at+4 > len(s.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s.text[at : at+4]) {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// skip reads a value of any kind, depth levels down from where it matters.
func (s *scanner) skip(depth int) error {
	if depth > deepest {
		return s.fail("too deep nesting")
	}
	switch c := s.next(); c {
	case '{':
		return s.object(func(string) error { return s.skip(depth + 1) })
	case '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case '"':
		_, err := s.str()
		return err
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		_, err := s.number()
		return err
	}
}

func (s *scanner) word(word string) error {
	if !strings.HasPrefix(s.text[s.at:], word) {
		return s.fail("no value")
	}
	s.at += len(word)
	return nil
}

// number reads a number and returns its text.
func (s *scanner) number() (string, error) {
	start := s.at
	s.one("-")
	switch {
	case s.one("0"):
	case s.digits():
	default:
		return "", s.fail("no value")
	}
	if s.one(".") && !s.digits() {
		return "", s.fail("a broken number")
	}
	if s.one("eE") {
		s.one("+-")
		if !s.digits() {
			return "", s.fail("a broken number")
		}
	}
	return s.text[start:s.at], nil
}

// one reads a byte if it is in the set.
func (s *scanner) one(set string) bool {
	if s.at < len(s.text) && strings.IndexByte(set, s.text[s.at]) >= 0 {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
