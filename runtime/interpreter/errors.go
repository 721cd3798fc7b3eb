package interpreter

import (
	"fmt"
	"strings"
)

// A Reason says why a file is no interpreter to work with.
type Reason int

// The reasons of a [QueryError].
const (
	NotFound      Reason = iota + 1 // there is no such file
	NotExecutable                   // it is a folder, or may not be executed
	NotPython                       // it ran, but gave no answer as Pythons do
	TooOld                          // it is a Python before 3.6
	NoAnswer                        // it had not answered when its time was over
)

// A QueryError says why a file is no interpreter to work with.
type QueryError struct {
	Path   string // as it was given
	Reason Reason
	// Version is that of a Python which is TooOld, else "".
	Version string
	// Detail adds to the reason ("exit status 127"), "" where there is nothing to add.
	Detail string
	// Stderr is the end of what the process wrote to its standard error.
	Stderr string
	// Err is the cause where there is one, as fs.ErrNotExist.
	Err error
}

func (e *QueryError) Error() string {
	switch e.Reason {
	case NotFound:
		return fmt.Sprintf("%s: no such file", e.Path)
	case NotExecutable:
		return fmt.Sprintf("%s: cannot be executed (%s)", e.Path, e.Detail)
	case TooOld:
		return fmt.Sprintf("%s: Python %s is too old, 3.6 is the oldest that works", e.Path, e.Version)
	case NoAnswer:
		return fmt.Sprintf("%s: gave no answer within %s", e.Path, e.Detail)
	}
	text := fmt.Sprintf("%s: is not a Python (%s)", e.Path, e.Detail)
	if line := tellingLine(e.Stderr); line != "" {
		text += ": " + line
	}
	return text
}

func (e *QueryError) Unwrap() error { return e.Err }

// tellingLine returns the line that says most: of a traceback the last, else
// the first.
func tellingLine(text string) string {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "Traceback (most recent call last)") {
		return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
	}
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// A NotFoundError says that no name on PATH is an interpreter to work with.
type NotFoundError struct {
	Names []string
	Tried []*QueryError // the files of these names that were no use
}

func (e *NotFoundError) Error() string {
	text := "no " + strings.Join(e.Names, " or ") + " on PATH"
	if len(e.Tried) > 0 {
		text += " works: " + e.Tried[0].Error()
	}
	return text
}
