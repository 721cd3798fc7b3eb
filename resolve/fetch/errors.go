package fetch

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/transport"
)

// StatusError is an answer of a server that is no success.
type StatusError = transport.StatusError

// HashError says that a file's bytes are not those that were asked for.
type HashError struct {
	File string   // name of the file
	From string   // the path or URL it came from, without secrets
	Want []string // "algorithm:hex", of which one would do
	Got  string   // "algorithm:hex"
	// Announced says that the index asked for this digest, not the user.
	Announced bool
	// InURL says that the digest stands in the URL that the user gave.
	InURL bool
}

func (e *HashError) Error() string {
	by := "is wanted"
	switch {
	case e.Announced:
		by = "is announced"
	case e.InURL:
		by = "is wanted by its URL"
	}
	return fmt.Sprintf("%s has the digest %s, but %s %s (from %s)", e.File, e.Got, strings.Join(e.Want, " or "), by, e.From)
}

// HashFormatError says that a digest to check against is of no use.
type HashFormatError struct {
	File   string
	Hash   string
	Reason string
}

func (e *HashFormatError) Error() string {
	return fmt.Sprintf("checking %s against %q: %s", e.File, e.Hash, e.Reason)
}

// SizeError says that a file has another size than was announced, or more than
// Options.MaxSize.
type SizeError struct {
	File string
	From string // URL, without secrets
	Want int64  // bytes announced, or the limit
	Got  int64  // bytes there are, or how many were read before giving up
}

func (e *SizeError) Error() string {
	if e.Got > e.Want {
		return fmt.Sprintf("%s is larger than the %d bytes announced or allowed (from %s)", e.File, e.Want, e.From)
	}
	return fmt.Sprintf("%s has %d of the %d bytes announced (from %s)", e.File, e.Got, e.Want, e.From)
}

// FileError says that a file can't be read as what it is named.
type FileError struct {
	File string // path or URL, without secrets
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("reading %s: %v", e.File, e.Err) }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }
