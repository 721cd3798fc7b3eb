package reqfile

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// A line is what pip parses at once: one or more lines of the file, joined,
// without comment, with variables replaced.
type line struct {
	number int // of the first line, from 1
	text   string
	// origin has, for each byte of text and for its end, the offset in the
	// file where it comes from. What a variable stands for comes from the
	// variable's "$".
	origin []int
	// written is text before variables were replaced.
	written string
}

// logicalLines runs pip's line pipeline, whose order matters: a comment is
// looked for after joining, a variable's value is never a comment.
func logicalLines(text string, getenv func(string) string) []line {
	var lines []line
	for _, l := range joinLines(text) {
		l.stripComment()
		l.trim()
		if l.text == "" {
			continue
		}
		l.written = l.text
		l.expand(getenv)
		lines = append(lines, l)
	}
	return lines
}

// joinLines joins lines that end in a backslash with the next one. A line
// that is only a comment ends this, and whether it itself ends in a backslash
// does not matter.
func joinLines(text string) []line {
	var lines []line
	var joined joiner
	for number, span := range splitLines(text) {
		if !joined.open {
			joined.number = number + 1
		}
		s := text[span[0]:span[1]]
		comment := isComment(s)
		if strings.HasSuffix(s, `\`) && !comment {
			inner := strings.Trim(s, `\`)
			joined.add(inner, span[0]+strings.Index(s, inner))
			joined.open = true
			continue
		}
		if comment {
			// The space lets the comment be seen as one after joining.
			joined.add(" ", span[0])
		}
		joined.add(s, span[0])
		lines = append(lines, joined.line(span[1]))
		joined = joiner{}
	}
	if joined.open {
		lines = append(lines, joined.line(len(text)))
	}
	return lines
}

// A joiner collects the parts of one line.
type joiner struct {
	number int
	open   bool
	text   []byte
	origin []int
}

func (j *joiner) add(s string, offset int) {
	j.text = append(j.text, s...)
	j.origin = slices.Grow(j.origin, len(s)+1)
	for i := range len(s) {
		j.origin = append(j.origin, offset+i)
	}
}

func (j *joiner) line(end int) line {
	return line{number: j.number, text: string(j.text), origin: append(j.origin, end)}
}

// cut keeps text[low:high].
func (l *line) cut(low, high int) {
	l.text, l.origin = l.text[low:high], l.origin[low:high+1]
}

func (l *line) trim() {
	left := strings.TrimLeftFunc(l.text, isSpace)
	low := len(l.text) - len(left)
	l.cut(low, low+len(strings.TrimRightFunc(left, isSpace)))
}

// stripComment cuts at the first "#" that begins the line or follows white
// space, together with that white space.
func (l *line) stripComment() {
	for at := 0; at < len(l.text); at++ {
		if l.text[at] != '#' {
			continue
		}
		before := strings.TrimRightFunc(l.text[:at], isSpace)
		if at == 0 || len(before) < at {
			l.cut(0, len(before))
			return
		}
	}
}

var variable = lazyregexp.New(`\$\{([A-Z0-9_]+)\}`)

// expand replaces ${NAME} where the variable has a value. A value is not
// looked through for the variables that went before.
func (l *line) expand(getenv func(string) string) {
	seen := map[string]bool{}
	for _, found := range variable().FindAllStringSubmatch(l.text, -1) {
		reference, name := found[0], found[1]
		if seen[name] {
			continue
		}
		seen[name] = true
		if value := getenv(name); value != "" {
			l.replace(reference, value)
		}
	}
}

func (l *line) replace(old, value string) {
	var text strings.Builder
	var origin []int
	from := 0
	for {
		at := strings.Index(l.text[from:], old)
		if at < 0 {
			break
		}
		at += from
		text.WriteString(l.text[from:at])
		origin = append(origin, l.origin[from:at]...)
		text.WriteString(value)
		for range len(value) {
			origin = append(origin, l.origin[at])
		}
		from = at + len(old)
	}
	text.WriteString(l.text[from:])
	l.text, l.origin = text.String(), append(origin, l.origin[from:]...)
}

// splitLines returns the start and end of each line. Lines end where Python's
// str.splitlines sees an end, which includes form feeds and the separators of
// Unicode.
func splitLines(text string) [][2]int {
	var spans [][2]int
	start := 0
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !isLineEnd(r) {
			at += size
			continue
		}
		spans = append(spans, [2]int{start, at})
		at += size
		if r == '\r' && strings.HasPrefix(text[at:], "\n") {
			at++
		}
		start = at
	}
	if start < len(text) {
		spans = append(spans, [2]int{start, len(text)})
	}
	return spans
}

func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// isSpace is Python's idea of white space in text.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f
}

// isComment reports whether a line begins with "#", white space aside.
func isComment(s string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(s, isSpace), "#")
}
