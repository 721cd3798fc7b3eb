package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/reqfile"
)

// An ArgumentError is a requirement on the command line that cannot be read. It
// unwraps to a [*reqfile.SyntaxError] or a [*pep508.SyntaxError] where there is one.
type ArgumentError struct {
	Err  error
	Hint string // one action, "" if nothing is known
}

func (e *ArgumentError) Error() string {
	var syntax *reqfile.SyntaxError
	if errors.As(e.Err, &syntax) { // it counts lines of a file, which there is none
		return fmt.Sprintf("requirement %q: %s", syntax.Text, syntax.Reason)
	}
	return e.Err.Error()
}

func (e *ArgumentError) Unwrap() error { return e.Err }

// argument reads one requirement of the command line, in the forms that pip
// takes: it goes through the same reader as a line of a file. The error is an
// [*ArgumentError].
func (s *session) argument(ctx context.Context, text string, options reqfile.Options) (reqfile.Entry, error) {
	refuse := func(hint, format string, arguments ...any) (reqfile.Entry, error) {
		return reqfile.Entry{}, &ArgumentError{Err: fmt.Errorf(format, arguments...), Hint: hint}
	}
	switch {
	case strings.TrimSpace(text) == "":
		return refuse("", "a requirement is empty")
	case strings.HasPrefix(text, "-"), strings.ContainsAny(text, "\r\n"):
		return refuse("", "%q is not a requirement", text)
	case s.isRequirementFile(text):
		return refuse("take the requirements in it with -r "+text, "%s is a file of requirements, not a requirement", text)
	case strings.EqualFold(path.Ext(text), ".pyz"):
		if !s.isFile(text) {
			return refuse("check the name "+text, "%s is a bundle by its name, and there is none", text)
		}
		return refuse("install it with `gobundle venv "+text+" DIR`, or take its wheels out with gobundle extract", "%s is a file, not a requirement", text)
	case path.Ext(text) == ".py" && s.isFile(text):
		return refuse("take what it requires with --script "+text+", or start it with -e "+strings.TrimSuffix(path.Base(text), ".py"), "%s is a file, not a requirement", text)
	case lockfile.Knows(path.Base(text)):
		return refuse("take what it has with --lock "+text, "%s is a lock file, not a requirement", text)
	}
	o := s.readOptions(Indexes{}, options, false)
	o.Getenv = nil // a shell has expanded its own variables
	o.Open = func(context.Context, string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}
	file, err := reqfile.Read(ctx, commandLine, o)
	if err != nil {
		return reqfile.Entry{}, &ArgumentError{Err: err, Hint: howToReach(text)}
	}
	if len(file.Entries) != 1 {
		return refuse("", "%q is not a requirement", text)
	}
	file.Entries[0].Where.Line = 0
	return file.Entries[0], nil
}

// howToReach is what to do about a requirement that cannot be read and was perhaps
// meant as a folder or a repository; "" if it was not. Nothing of a URL is in it,
// which may have a password.
func howToReach(text string) string {
	const repository = "git+https://HOST/PATH or git+ssh://HOST/PATH"
	first, _, folders := strings.Cut(text, "/")
	switch {
	case strings.HasPrefix(text, "."), strings.HasPrefix(text, "/"), strings.HasPrefix(text, "~"):
		return "check the path; a project's folder has a pyproject.toml or a setup.py, and all other paths are archives"
	case strings.HasPrefix(text, "git:"), strings.HasPrefix(text, "ssh:"), strings.HasPrefix(text, "svn:"),
		strings.Contains(first, "@") && strings.Contains(first, ":"):
		return "write a repository as " + repository
	case folders && strings.Contains(first, ".") && !strings.Contains(text, " "):
		return "write a repository as " + repository + ", and a path as ./PATH"
	}
	return ""
}

// isRequirementFile reports whether a requirement is the name of a requirements
// file that was meant to follow a -r. As a project's name it would be asked of an
// index, where anyone may have taken it.
func (s *session) isRequirementFile(text string) bool {
	switch path.Ext(text) {
	case ".txt", ".in":
	default:
		return false
	}
	return strings.HasPrefix(path.Base(text), "requirements") || s.isFile(text)
}

func (s *session) isFile(name string) bool { return isFile(s.surroundings.path(name)) }
