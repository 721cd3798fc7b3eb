package index

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// NotFoundError says that no source knows a project.
type NotFoundError struct {
	Name    string   // normalised
	Indexes []string // the sources asked, without secrets
	Near    []string // names that do exist and look alike, best first; may be nil
	// Remedy is what to do where a source seems to be something else than it is
	// used as, and no name looks alike: an action; "" when they seem right.
	Remedy string
	// Where ends a sentence that says where the project isn't, as in "in none of
	// the find-links"; "" is on the indexes.
	Where string
}

func (e *NotFoundError) Error() string {
	if len(e.Indexes) == 0 {
		return "looking for " + e.Name + ": neither an index nor find-links are given"
	}
	return fmt.Sprintf("looking for %s: not found on %s", e.Name, strings.Join(e.Indexes, ", "))
}

// PageError is a page that can't be understood as an index page.
type PageError struct {
	URL    string // without secrets
	Reason string // continues a sentence that starts with the URL
}

func (e *PageError) Error() string { return e.URL + " " + e.Reason }

// VersionError is a page in a form newer than this package reads (PEP 629).
type VersionError struct {
	URL     string // without secrets
	Version string
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s has version %s of the repository API, of which gobundle reads 1", e.URL, e.Version)
}

// isRefusal reports that an error is ready to be shown as it is.
func isRefusal(err error) bool {
	var version *VersionError
	var page *PageError
	return errors.As(err, &version) || errors.As(err, &page)
}

// checkVersion refuses newer major versions; newer minor ones only add things.
func checkVersion(page, version string) error {
	major, minor, ok := strings.Cut(version, ".")
	n, err := strconv.ParseUint(major, 10, 32)
	if _, err2 := strconv.ParseUint(minor, 10, 32); !ok || err != nil || err2 != nil || n == 0 {
		return &PageError{URL: page, Reason: "names no valid version of the repository API"}
	}
	if n > 1 {
		return &VersionError{URL: page, Version: version}
	}
	return nil
}

// SourceError is a place to look in that can't be used.
type SourceError struct {
	Source string // as configured, without secrets
	Err    error
}

func (e *SourceError) Error() string { return fmt.Sprintf("looking in %s: %v", e.Source, e.Err) }

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }
