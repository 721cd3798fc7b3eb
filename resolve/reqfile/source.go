package reqfile

import (
	"sort"
	"unicode/utf8"
)

// A source is one file that is being read.
type source struct {
	name       string // path or URL, complete
	shown      string // as the user would name it, passwords masked
	constraint bool
	text       string
	spans      [][2]int // of the lines in text, once needed
}

func (s *source) position(l *line) Position {
	return Position{File: s.shown, Line: l.number}
}

// syntaxError finds the fault's place in the file. The text it shows is the
// file's, where variables still have their names.
func (s *source) syntaxError(l *line, f *fault) *SyntaxError {
	if s.spans == nil {
		s.spans = splitLines(s.text)
	}
	at := min(max(f.at, 0), len(l.text))
	low := l.origin[at]
	high := l.origin[min(max(at+f.length, at), len(l.text))]
	number := max(0, sort.Search(len(s.spans), func(i int) bool { return s.spans[i][0] > low })-1)
	span := s.spans[number]
	low = min(low, span[1])
	high = min(max(low, high), span[1])
	text, from, to := maskSpan(s.text[span[0]:span[1]], low-span[0], high-span[0])
	return &SyntaxError{
		File:   s.shown,
		Line:   number + 1,
		Column: utf8.RuneCountInString(text[:from]) + 1,
		Length: max(1, utf8.RuneCountInString(text[from:to])),
		Text:   text,
		Reason: mask(f.reason),
	}
}
