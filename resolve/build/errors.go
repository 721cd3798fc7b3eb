package build

import (
	"fmt"
	"strings"
)

// ProjectError says that a source is no project that can be built: what it says
// of itself is missing or wrong.
type ProjectError struct {
	Source string
	File   string // "pyproject.toml", or "" when it is about the whole
	Reason string // as a sentence
	Err    error  // the cause, or nil
	// Below are the folders that are projects, with slashes, in the top of a source
	// that is none itself. Of what an index has there are none.
	Below []string
}

func (e *ProjectError) Error() string {
	text := e.Source + ": " + e.Reason
	if e.File != "" {
		text = e.File + " of " + text
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *ProjectError) Unwrap() error { return e.Err }

// RequirementsError says that what a source needs to be built can't be had.
type RequirementsError struct {
	Source       string
	Requirements []string
	Err          error
}

func (e *RequirementsError) Error() string {
	return fmt.Sprintf("preparing to build %s, which needs %s: %v", e.Source, strings.Join(e.Requirements, ", "), e.Err)
}

// Unwrap returns the cause.
func (e *RequirementsError) Unwrap() error { return e.Err }

// CycleError says that sources need each other to be built.
type CycleError struct {
	// Chain holds the names of the sources, each of which needs the next one;
	// the last is the first again.
	Chain []string
}

func (e *CycleError) Error() string {
	if len(e.Chain) == 2 {
		return e.Chain[0] + " needs itself to be built"
	}
	return "these need each other to be built: " + strings.Join(e.Chain, " -> ")
}

// BackendError says that a build backend failed.
type BackendError struct {
	Source  string
	Backend string   // as [build-system] names it
	Hook    string   // as PEP 517 names it
	Reason  string   // as the end of a sentence about the hook: "ended with exit status 1"
	Output  []string // the last lines of what it printed, without control characters
	Log     string   // path of the file with all of it, "" if there is none
	Advice  string   // one thing to do, "" if nothing is known
	Err     error    // the cause, or nil
}

func (e *BackendError) Error() string {
	text := fmt.Sprintf("building %s: %s of %s %s", e.Source, e.Hook, e.Backend, e.Reason)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *BackendError) Unwrap() error { return e.Err }

// Hint is one action, never empty.
func (e *BackendError) Hint() string {
	switch {
	case e.Advice != "":
		return e.Advice
	case e.Log != "":
		return "read the whole log, " + e.Log
	}
	return "ask the makers of " + e.Source
}

// MismatchError says that a source came to something else than it said before.
type MismatchError struct {
	Source string
	What   string // "name", "version", "Requires-Dist" or "Requires-Python"
	Want   string // what was said before
	Got    string
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("building %s: the %s is %s, not %s", e.Source, e.What, quoteEmpty(e.Got), quoteEmpty(e.Want))
}

func quoteEmpty(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// NotHereError says that a source can't be built on this machine for a target.
type NotHereError struct {
	Source string
	Target string
	Tags   []string // of the wheel that a Python of this machine makes of it, nil if there is no such Python
	Err    error    // why there is none, or nil
}

func (e *NotHereError) Error() string {
	if len(e.Tags) == 0 {
		return fmt.Sprintf("%s has to be built for %s, and no Python here can do that", e.Source, e.Target)
	}
	return fmt.Sprintf("%s has to be built for %s, and what can be built here is for %s", e.Source, e.Target, strings.Join(e.Tags, ", "))
}

// Unwrap returns the cause.
func (e *NotHereError) Unwrap() error { return e.Err }

// Hint is one action.
func (e *NotHereError) Hint() string {
	return fmt.Sprintf("run `gobundle wheel %s --no-deps -w wheels` on a machine for %s, and name that folder with --find-links", e.Source, e.Target)
}
