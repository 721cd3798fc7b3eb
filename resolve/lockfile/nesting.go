package lockfile

import "strings"

// maxNesting is how deep arrays and tables may be nested: the TOML reader calls
// itself for each level, and a stack is no place for a stranger's wishes.
const maxNesting = 200

// nesting returns how deep brackets are nested in a TOML text at most. Text that is
// no TOML gets some number.
func nesting(text string) int {
	depth, deepest := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth = max(0, depth-1)
		case '#':
			i += len(text[i:]) - len(strings.TrimLeft(text[i:], "#")) - 1
			if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(text)
			}
		case '"', '\'':
			i = stringEnd(text, i)
		}
	}
	return deepest
}

// stringEnd returns the place of the quote that ends the string which starts at i,
// or the end of what cannot be one.
func stringEnd(text string, i int) int {
	quote := text[i : i+1]
	long := strings.HasPrefix(text[i:], quote+quote+quote)
	if long {
		quote = text[i : i+3]
	}
	for at := i + len(quote); at < len(text); at++ {
		switch {
		case text[at] == '\\' && quote[0] == '"':
			at++
		case text[at] == '\n' && !long:
			return at
		case strings.HasPrefix(text[at:], quote):
			return at + len(quote) - 1
		}
	}
	return len(text)
}
