package credential

import (
	"fmt"
	"strings"
)

// entry is what a netrc file says of one machine.
type entry struct {
	machine   string // lower-case
	isDefault bool
	login     string
	password  string
}

// SyntaxError is a netrc file that can't be read.
type SyntaxError struct {
	Path   string
	Line   int // from 1
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("reading %s: line %d: %s", e.Path, e.Line, e.Reason)
}

// parseNetrc reads a netrc file as curl and Python do: words between white
// space, quotes around words with blanks in them, backslashes before quotes, #
// comments where a keyword may stand, and macros, which are passed over.
func parseNetrc(path, text string) ([]entry, error) {
	s := &netrcScanner{text: text, line: 1}
	var entries []entry
	for {
		keyword, ok, err := s.word()
		if err != nil {
			return nil, &SyntaxError{Path: path, Line: s.line, Reason: err.Error()}
		}
		if !ok {
			return entries, nil
		}
		line := s.line
		refuse := func(reason string) ([]entry, error) {
			return nil, &SyntaxError{Path: path, Line: line, Reason: reason}
		}
		if strings.HasPrefix(keyword, "#") {
			s.endLine()
			continue
		}
		switch keyword {
		case "default":
			entries = append(entries, entry{isDefault: true})
			continue
		case "machine", "login", "user", "password", "account", "macdef":
		default:
			return refuse("this is none of machine, default, login, password, account and macdef")
		}
		value, ok, err := s.word()
		switch {
		case err != nil:
			return refuse(err.Error())
		case !ok:
			return refuse(keyword + " has no value")
		case keyword == "machine":
			entries = append(entries, entry{machine: strings.ToLower(value)})
		case keyword == "macdef":
			s.endMacro()
		case len(entries) == 0:
			return refuse(keyword + " stands before any machine")
		case keyword == "password":
			entries[len(entries)-1].password = value
		case keyword == "login" || keyword == "user":
			entries[len(entries)-1].login = value
		}
	}
}

type netrcScanner struct {
	text string
	at   int
	line int // of the last word
}

type netrcError string

func (e netrcError) Error() string { return string(e) }

// word reads the next word; ok is false at the end.
func (s *netrcScanner) word() (word string, ok bool, err error) {
	for s.at < len(s.text) && isBlank(s.text[s.at]) {
		if s.text[s.at] == '\n' {
			s.line++
		}
		s.at++
	}
	if s.at == len(s.text) {
		return "", false, nil
	}
	if s.text[s.at] == '"' {
		return s.quoted()
	}
	var b strings.Builder
	for s.at < len(s.text) && !isBlank(s.text[s.at]) {
		if s.text[s.at] == '\\' && s.at+1 < len(s.text) && !isBlank(s.text[s.at+1]) {
			s.at++
		}
		b.WriteByte(s.text[s.at])
		s.at++
	}
	return b.String(), true, nil
}

func (s *netrcScanner) quoted() (string, bool, error) {
	var b strings.Builder
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return b.String(), true, nil
		case c == '\n':
			return "", false, netrcError("a quotation mark has no partner on its line")
		case c == '\\' && s.at+1 < len(s.text) && s.text[s.at+1] != '\n':
			s.at++
			b.WriteByte(s.text[s.at])
		default:
			b.WriteByte(c)
		}
	}
	return "", false, netrcError("a quotation mark has no partner on its line")
}

// endLine passes over the rest of a comment, whose first word was just read.
func (s *netrcScanner) endLine() {
	if next := strings.IndexByte(s.text[s.at:], '\n'); next >= 0 {
		s.at += next
	} else {
		s.at = len(s.text)
	}
}

// endMacro passes over a macro, which ends at an empty line.
func (s *netrcScanner) endMacro() {
	rest := strings.ReplaceAll(s.text[s.at:], "\r", " ")
	for offset := 0; ; {
		newline := strings.IndexByte(rest[offset:], '\n')
		if newline < 0 {
			s.at = len(s.text)
			return
		}
		s.line++
		offset += newline + 1
		line, _, _ := strings.Cut(rest[offset:], "\n")
		if strings.TrimSpace(line) == "" {
			s.at += offset
			return
		}
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
