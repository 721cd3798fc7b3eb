package lockfile

import "fmt"

// A SyntaxError says that a file is not of the form that its name says: TOML or
// JSON.
type SyntaxError struct {
	Line   int // from 1; 0 if unknown
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// A FieldError says what is wrong with one value.
type FieldError struct {
	Field  string // as in "packages[3].wheels[0].hashes"
	Reason string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Reason }

// A VersionError is a lock of a format that is not known.
type VersionError struct {
	Format  string // "pylock.toml", "poetry.lock"
	Version string // that of the file
	Known   string // those that can be read, as in "1"
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("its format is version %s of %s, and only %s can be read", e.Version, e.Format, e.Known)
}
