package target

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// A Target is an interpreter on a platform. It does not change.
type Target struct {
	// Name names the target for people and in manifests:
	// "cp311-manylinux_2_36_x86_64". Two targets of one name may still differ in
	// details that a name does not tell.
	Name string
	// Environment holds the marker variables.
	Environment pep508.Environment
	// Python is sys.version_info[:3], which Requires-Python is compared with, as
	// pip does: 3.15.0 for the beta that calls itself 3.15.0b1. The whole version
	// is in Environment.
	Python pep440.Version
	// Tags ranks the tags of the wheels that the target takes.
	Tags *tag.Ranking
	// Interpreter is the target itself where it is on this machine, else nil.
	Interpreter *interpreter.Interpreter
}

// Accepts reports whether the target's Python satisfies a Requires-Python.
func (t *Target) Accepts(requires pep440.SpecifierSet) bool { return requires.Contains(t.Python) }

// An UnknownError says that a text names no target.
type UnknownError struct {
	Text   string
	Reason string   // what of it is not known
	Near   []string // names that may have been meant, the likeliest first
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown target %q: %s", e.Text, e.Reason)
}

// Hint suggests what to write instead, "" if nothing is near.
func (e *UnknownError) Hint() string {
	if len(e.Near) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(e.Near, " or ") + "?"
}

// pythonVersion reads the three numbers of the version that a Python calls
// itself. Builds between releases call themselves "3.13.0+", which PEP 440 has no
// room for.
func pythonVersion(text string) (pep440.Version, error) {
	full, err := pep440.Parse(strings.TrimSuffix(text, "+"))
	if err != nil {
		return full, fmt.Errorf("reading the version of Python: %w", err)
	}
	return pep440.Parse(fmt.Sprintf("%d.%d.%d", full.Major(), full.Minor(), full.Micro()))
}
