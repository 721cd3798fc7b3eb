package reqfile

import (
	"fmt"
	"strings"
)

// A SyntaxError is a line that cannot be read.
type SyntaxError struct {
	// File is the path or URL as the user would name it, passwords masked.
	File string
	// Line and Column count from 1, Column in characters of Text.
	Line, Column int
	// Length is the number of characters that are wrong, at least 1.
	Length int
	// Text is the line as it stands in the file, passwords masked; of a
	// joined line only the part that is wrong.
	Text string
	// Reason says what is wrong and, where there is one, the way out.
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s line %d, column %d: %s", e.File, e.Line, e.Column, e.Reason)
}

// A CycleError is a requirements file that includes itself.
type CycleError struct {
	// Chain is the way from the file to itself, so that the first and the
	// last name are the same.
	Chain []string
	// Where is the line that closes the circle.
	Where Position
}

func (e *CycleError) Error() string {
	return fmt.Sprintf("%s: requirements file includes itself: %s", e.Where, strings.Join(e.Chain, " -> "))
}

// An OpenError is a file that cannot be opened or read. It unwraps to the
// cause, such as fs.ErrNotExist.
type OpenError struct {
	// File is the path or URL as the user would name it, passwords masked.
	File string
	// From is the line that includes the file; its Line is 0 for the file
	// that Read was asked for.
	From Position
	// Constraint is whether the file was wanted as a constraints file.
	Constraint bool
	Err        error
}

func (e *OpenError) Error() string {
	kind := "requirements"
	if e.Constraint {
		kind = "constraints"
	}
	from := ""
	if e.From.Line > 0 {
		from = ", included by " + e.From.String()
	}
	return fmt.Sprintf("reading %s file %s%s: %v", kind, e.File, from, e.Err)
}

func (e *OpenError) Unwrap() error { return e.Err }
