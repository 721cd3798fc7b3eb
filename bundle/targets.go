package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// ErrNoInterpreter is wrapped by the error for a run without a target on a
// machine without a python3.
var ErrNoInterpreter = errors.New("no python3 on PATH and no target given")

// ReadTarget makes a target out of the user's word: the name of a target, the
// path of an interpreter or its name on PATH, "host" for the python3 on PATH, a
// complete-platform file (*.json), or its text.
func ReadTarget(ctx context.Context, text string, defaults target.Defaults, around Surroundings) (*target.Target, error) {
	s, err := newSession(&around)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.target(ctx, text, defaults)
}

// targets makes the targets out of the user's words. Without any it is the
// python3 on PATH. What comes twice counts once; different ones get different names.
func (s *session) targets(ctx context.Context, texts []string, defaults target.Defaults) ([]*target.Target, error) {
	if len(texts) == 0 {
		on, err := s.target(ctx, "host", defaults)
		var missing *interpreter.NotFoundError
		if errors.As(err, &missing) {
			return nil, fmt.Errorf("choosing a target: %w", ErrNoInterpreter)
		}
		if err != nil {
			return nil, err
		}
		return []*target.Target{on}, nil
	}
	var targets []*target.Target
	for _, text := range texts {
		on, err := s.target(ctx, text, defaults)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(targets, func(other *target.Target) bool { return same(on, other) }) {
			targets = append(targets, distinct(on, targets))
		}
	}
	return targets, nil
}

// same reports whether two targets get the same wheels whatever is asked for:
// what a name leaves open may differ, such as the release of a kernel.
func same(a, b *target.Target) bool {
	return a.Name == b.Name && a.Environment.ImplementationName == b.Environment.ImplementationName && a.Environment.SysPlatform == b.Environment.SysPlatform &&
		a.Environment.PlatformMachine == b.Environment.PlatformMachine && a.Python.Equal(b.Python) && a.Tags.Equal(b.Tags)
}

// distinct gives the target another name if one of the others has it: one of a
// complete platform may differ from one of the same name.
func distinct(on *target.Target, others []*target.Target) *target.Target {
	name := on.Name
	for n := 2; slices.ContainsFunc(others, func(other *target.Target) bool { return other.Name == name }); n++ {
		name = fmt.Sprintf("%s~%d", on.Name, n)
	}
	if name == on.Name {
		return on
	}
	renamed := *on
	renamed.Name = name
	return &renamed
}

// target reads one target.
func (s *session) target(ctx context.Context, text string, defaults target.Defaults) (*target.Target, error) {
	switch {
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		return completePlatform("the complete platform", strings.NewReader(text))
	case strings.HasSuffix(text, ".json"):
		file, err := os.Open(s.surroundings.path(text))
		if err != nil {
			return nil, &PlatformError{File: text, Err: errors.Unwrap(err)}
		}
		defer file.Close()
		return completePlatform(text, file)
	case isInterpreter(text):
		if text == "host" {
			text = "python3"
		}
		host, err := s.python(ctx, text)
		if err != nil {
			return nil, err
		}
		return target.FromInterpreter(host)
	}
	return defaults.Parse(text)
}

func completePlatform(name string, r io.Reader) (*target.Target, error) {
	on, err := target.FromCompletePlatform(r)
	if err != nil {
		return nil, &PlatformError{File: name, Err: err}
	}
	return on, nil
}

// A PlatformError says that a complete-platform file is none.
type PlatformError struct {
	File string // its name, or what stands for its text
	Err  error
}

func (e *PlatformError) Error() string { return fmt.Sprintf("reading %s: %v", e.File, e.Err) }

// Unwrap returns the cause.
func (e *PlatformError) Unwrap() error { return e.Err }

// isInterpreter reports whether a word for a target means an interpreter on
// this machine. Names of targets begin otherwise and have no separators.
func isInterpreter(text string) bool {
	switch text {
	case "host", "pypy", "graalpy":
		return true
	}
	return strings.HasPrefix(text, "python") || strings.HasPrefix(text, "pypy3") || strings.ContainsAny(text, `/\`)
}

// python asks the interpreter of a name on PATH, or of a path.
func (s *session) python(ctx context.Context, name string) (*interpreter.Interpreter, error) {
	if strings.ContainsAny(name, `/\`) {
		name = s.surroundings.path(name)
	}
	asker := interpreter.Asker{Memory: &interpreter.Memory{Dir: filepath.Join(s.cacheDir, "interpreters")}}
	return asker.Lookup(ctx, name)
}
