package pyproject

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// A SyntaxError says that a text is not TOML.
type SyntaxError struct {
	File   string // as the user would name it
	Line   int    // from 1, in the file
	Column int    // from 1, in characters
	Length int    // of what is wrong, in characters, at least 1
	Text   string // the line
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s line %d: %s", e.File, e.Line, e.Reason)
}

// A ValueError says that a value has no meaning.
type ValueError struct {
	File   string
	Key    string // where it stands: "project.dependencies[2]"
	Reason string // as a sentence
	Err    error  // the cause, or nil
}

func (e *ValueError) Error() string {
	text := fmt.Sprintf("%s: %s: %s", e.File, e.Key, e.Reason)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *ValueError) Unwrap() error { return e.Err }

// A GroupError says that there is no dependency group of a name.
type GroupError struct {
	File string
	Name string
	// In is the group that includes it, "" if the user named it.
	In    string
	Known []string // the groups that there are, sorted
	Near  []string // those of them that look like it, best first
}

func (e *GroupError) Error() string {
	text := fmt.Sprintf("%s has no dependency group %q", e.File, e.Name)
	if e.In != "" {
		text += ", which the group " + e.In + " includes"
	}
	return text
}

// A CycleError says that dependency groups include each other.
type CycleError struct {
	File string
	// Chain holds the names of groups, each of which includes the next one; the
	// last is the first again.
	Chain []string
}

func (e *CycleError) Error() string {
	if len(e.Chain) == 2 {
		return fmt.Sprintf("%s: the dependency group %s includes itself", e.File, e.Chain[0])
	}
	return fmt.Sprintf("%s: these dependency groups include each other: %s", e.File, strings.Join(e.Chain, " -> "))
}

// A BlockError says that a script has more than one block.
type BlockError struct {
	File string
	Line int // of the second one, from 1
}

func (e *BlockError) Error() string {
	return fmt.Sprintf("%s line %d: a second script block; there may be only one", e.File, e.Line)
}

// decode reads TOML that begins in a file at a line and column, both from 0.
func decode(file, text string, line, column int) (map[string]any, error) {
	tables := map[string]any{}
	_, err := toml.Decode(text, &tables)
	if err == nil {
		return tables, nil
	}
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return nil, &SyntaxError{File: file, Line: line + 1, Column: column + 1, Length: 1, Reason: err.Error()}
	}
	lines := strings.Split(text, "\n")
	number := min(max(parse.Position.Line, 1), len(lines))
	shown := strings.TrimRight(lines[number-1], "\r")
	length := len([]rune(shown))
	at := min(max(parse.Position.Col-1, 0), length)
	reason := parse.Message
	if reason == "" {
		reason = strings.TrimPrefix(err.Error(), "toml: ")
	}
	return nil, &SyntaxError{
		File: file, Line: line + number, Column: column + at + 1, Length: max(1, min(parse.Position.Len, length-at)),
		Text: strings.Repeat(" ", column) + shown, Reason: reason,
	}
}
