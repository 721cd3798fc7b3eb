package unpack

import "fmt"

// UnsafeError says which member of an archive must not be unpacked.
type UnsafeError struct {
	Archive string // file name
	Member  string // name in the archive, "" when the whole archive is meant
	Reason  string // as the end of a sentence: "has an absolute name"
	Large   bool   // it is about Limits, which may be set higher
}

func (e *UnsafeError) Error() string {
	if e.Member == "" {
		return fmt.Sprintf("%s is not safe to unpack: it %s", e.Archive, e.Reason)
	}
	return fmt.Sprintf("%s is not safe to unpack: %q %s", e.Archive, e.Member, e.Reason)
}

// FormatError says that a file is no archive of the kind that its name says, or
// of no kind that is read.
type FormatError struct {
	Archive string // file name
	Reason  string // as a sentence
	Err     error  // the cause, or nil
}

func (e *FormatError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("unpacking %s: %s: %v", e.Archive, e.Reason, e.Err)
	}
	return fmt.Sprintf("unpacking %s: %s", e.Archive, e.Reason)
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }
