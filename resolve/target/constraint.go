package target

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// A Constraint says on which interpreters something may run: "CPython>=3.9",
// "PyPy", ">=3.9,<3.14". It is PEX's interpreter constraint, but for the flags of
// builds: whether a Python is free-threaded is a matter of targets.
type Constraint struct {
	// Implementation is sys.implementation.name, "" for any.
	Implementation string
	// Versions are those of the language, compared as Requires-Python is.
	Versions pep440.SpecifierSet
	text     string
}

// String returns the constraint as written, but for white space: one space where there was any.
func (c Constraint) String() string { return c.text }

// A ConstraintError says why a text is no constraint.
type ConstraintError struct {
	Input  string
	Reason string
}

func (e *ConstraintError) Error() string {
	return fmt.Sprintf("invalid Python constraint %q: %s", e.Input, e.Reason)
}

// implementationNames are the names that constraints may begin with, in lower
// case.
var implementationNames = map[string]string{"cpython": "cpython", "pypy": "pypy", "graalpy": "graalpy", "graalvm": "graalpy"}

// ParseConstraint reads a constraint: the name of an implementation in any
// case, a specifier set of PEP 440, or both. The error is a *ConstraintError.
func ParseConstraint(text string) (Constraint, error) {
	text = strings.Join(strings.Fields(text), " ")
	refuse := func(format string, arguments ...any) (Constraint, error) {
		return Constraint{}, &ConstraintError{text, fmt.Sprintf(format, arguments...)}
	}
	at := strings.IndexAny(text, "=<>!~ \t+[,;0123456789")
	if at < 0 {
		at = len(text)
	}
	c := Constraint{text: text}
	name, rest := text[:at], strings.TrimSpace(text[at:])
	switch {
	case text == "":
		return refuse("it is empty")
	case name != "":
		known := false
		if c.Implementation, known = implementationNames[strings.ToLower(name)]; !known {
			return refuse("%q is no implementation of Python; CPython, PyPy and GraalPy are", name)
		}
	}
	if strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "[") {
		return refuse("whether a build is free-threaded is a matter of targets: name one such as cp313t-linux-x86_64")
	}
	var err error
	if c.Versions, err = pep440.ParseSpecifierSet(rest); err != nil {
		return refuse("%q is not a set of versions such as >=3.9,<3.14", rest)
	}
	if c.Versions.Range().IsEmpty() {
		return refuse("there is no such version")
	}
	return c, nil
}

// Satisfies reports whether the target is an interpreter that the constraint
// allows.
func (t *Target) Satisfies(c Constraint) bool {
	return (c.Implementation == "" || c.Implementation == t.Environment.ImplementationName) && t.Accepts(c.Versions)
}
