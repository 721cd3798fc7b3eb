package reqfile

import (
	"errors"
	"strings"
)

// A word is a part of a line's options, without its quotes.
type word struct {
	text    string
	at, end int // offsets in the line
}

// splitArguments returns what stands before the first word that begins with
// a dash. Only a single space separates words here: the arguments may hold a
// marker, whose quotes and spaces must stay as they are.
func splitArguments(text string) (arguments string, options int) {
	if strings.HasPrefix(text, "-") {
		return "", 0
	}
	if at := strings.Index(text, " -"); at >= 0 {
		return text[:at], at + 1
	}
	return text, len(text)
}

var (
	errQuotation = errors.New("quotation mark without its partner")
	errEscape    = errors.New("nothing follows the backslash")
)

// Words splits a text as Python's shlex.split does.
func Words(text string) ([]string, error) {
	words, _, err := splitOptions(text, 0)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return texts, nil
}

// splitOptions splits text[from:] as Python's shlex.split does. A backslash
// escapes any character outside of quotes, and only itself and the quote
// inside of double ones; single quotes take everything literally. On error,
// the offset is where the open quotation or escape begins.
func splitOptions(text string, from int) ([]word, int, error) {
	var words []word
	var current strings.Builder
	start, open := -1, 0
	var quote byte
	for at := from; at < len(text); at++ {
		c := text[at]
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case c == '\\' && quote != '\'':
			if at+1 == len(text) {
				return nil, at, errEscape
			}
			if start < 0 {
				start = at
			}
			at++
			if quote == '"' && text[at] != '"' && text[at] != '\\' {
				current.WriteByte('\\')
			}
			c = text[at]
		case quote != 0:
		case c == '\'' || c == '"':
			quote, open = c, at
			if start < 0 {
				start = at
			}
			continue
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			if start >= 0 {
				words = append(words, word{current.String(), start, at})
				current.Reset()
				start = -1
			}
			continue
		}
		if start < 0 {
			start = at
		}
		current.WriteByte(c)
	}
	if quote != 0 {
		return nil, open, errQuotation
	}
	if start >= 0 {
		words = append(words, word{current.String(), start, len(text)})
	}
	return words, 0, nil
}
