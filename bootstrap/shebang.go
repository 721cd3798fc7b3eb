package bootstrap

import (
	"fmt"
	"strings"
)

// A ShebangError says why a text can't be a shebang line.
type ShebangError struct {
	Text   string
	Reason string // as the end of a sentence: "is empty"
}

func (e *ShebangError) Error() string { return fmt.Sprintf("the shebang %q %s", e.Text, e.Reason) }

// longestShebang is what every kernel reads of the first line, "#!" included
// and the line feed not: Linux before 5.1 has the least.
const longestShebang = 127

// Shebang returns the line that starts a bundle by the interpreter which text
// names: "/usr/bin/env python3". It returns a [*ShebangError] for a text that
// kernels don't take as it stands.
func Shebang(text string) ([]byte, error) {
	refuse := func(reason string) ([]byte, error) { return nil, &ShebangError{Text: text, Reason: reason} }
	switch {
	case strings.TrimSpace(text) == "":
		return refuse("is empty")
	case strings.ContainsAny(text, "\n\r\x00"):
		return refuse("is more than one line")
	case strings.TrimSpace(text) != text:
		return refuse("begins or ends with white space")
	case !strings.HasPrefix(text, "/"):
		return refuse("is not an absolute path: kernels don't look at PATH, /usr/bin/env does")
	case len(text)+len("#!") > longestShebang:
		return refuse(fmt.Sprintf("is longer than %d bytes, and some systems cut it off there", longestShebang-len("#!")))
	}
	return []byte("#!" + text + "\n"), nil
}
