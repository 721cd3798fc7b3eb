package pep508

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads a text from left to right. Its methods that read something leave it where they found it if it isn't
// there.
type parser struct {
	text string
	pos  int
}

func (p *parser) rest() string { return p.text[p.pos:] }

func (p *parser) atEnd() bool { return p.pos == len(p.text) }

// fail returns the error that the text from start up to the current position is at fault.
func (p *parser) fail(start int, reason string) error {
	return &SyntaxError{Input: p.text, Offset: start, Length: p.pos - start, Reason: reason}
}

// skipSpace reads spaces and tabs: other white space is none in a requirement.
func (p *parser) skipSpace() {
	for !p.atEnd() && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

func (p *parser) at(c byte) bool { return !p.atEnd() && p.text[p.pos] == c }

func (p *parser) take(c byte) bool {
	if !p.at(c) {
		return false
	}
	p.pos++
	return true
}

// takeWord reads word if no letter, digit or "_" follows it.
func (p *parser) takeWord(word string) bool {
	if !strings.HasPrefix(p.rest(), word) || !p.isBoundary(p.pos+len(word)) {
		return false
	}
	p.pos += len(word)
	return true
}

// takeIdentifier reads a name. Like packaging's it may end with "_".
func (p *parser) takeIdentifier() (name string, ok bool) {
	if p.atEnd() || !isAlphanumeric(p.text[p.pos]) {
		return "", false
	}
	end := p.pos
	for end < len(p.text) && (isAlphanumeric(p.text[end]) || isNameSeparator(p.text[end])) {
		end++
	}
	for end > p.pos && !p.isBoundary(end) {
		end--
	}
	name, p.pos = p.text[p.pos:end], end
	return name, name != ""
}

// isBoundary reports whether a word begins or ends at i, which is the \b of Python's regular expressions.
func (p *parser) isBoundary(i int) bool {
	before, _ := utf8.DecodeLastRuneInString(p.text[:i])
	after, _ := utf8.DecodeRuneInString(p.text[i:])
	return isWord(before) != isWord(after)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
