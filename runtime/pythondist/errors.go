package pythondist

import "fmt"

// A DamageError says that an archive is not the one that was built in.
type DamageError struct {
	Name   string // of the distribution
	From   string // the URL or path it came from, without credentials; "" if it was embedded
	Reason string // as a sentence: "its sha256 is ..."
	Err    error  // the cause, or nil
}

func (e *DamageError) Error() string {
	from := ""
	if e.From != "" {
		from = " from " + e.From
	}
	return fmt.Sprintf("unpacking %s%s: %s", e.Name, from, e.Reason)
}

// Unwrap returns the cause.
func (e *DamageError) Unwrap() error { return e.Err }

// A FetchError says that an archive can't be had.
type FetchError struct {
	Name string // of the distribution
	From string // the URL or path, without credentials
	Err  error
}

func (e *FetchError) Error() string {
	return fmt.Sprintf("fetching %s from %s: %v", e.Name, e.From, e.Err)
}

// Unwrap returns the cause.
func (e *FetchError) Unwrap() error { return e.Err }

// A NoExecError says that nothing can be started from the cache.
type NoExecError struct{ Program string }

func (e *NoExecError) Error() string {
	return e.Program + " can't be started from where it is: the file system may be mounted noexec"
}
