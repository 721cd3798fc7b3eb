// Package venv makes virtual environments that every tool knows, and fills them
// with wheels.
//
// An environment is made by the standard library's own venv module of the
// interpreter it is for (https://docs.python.org/3/library/venv.html), so that
// it is what that version calls standard; the wheels are then installed by
// package wheel. Environments can't be moved, so they are made in place; what
// fails halfway is removed.
package venv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gobundle/gobundle/runtime/wheel"
)

// Wheel is a wheel to install, and what it is to the application.
type Wheel struct {
	wheel.Source
	Application bool // the application's own sources, not a dependency
}

// Scope picks the wheels that are installed.
type Scope string

// The scopes.
const (
	All          Scope = "all" // the zero Scope means the same
	Dependencies Scope = "deps"
	Sources      Scope = "srcs"
)

// Options says what to make. Python is required; the zero value of all else is
// useful.
type Options struct {
	Python             string // path of the interpreter the environment is for
	Wheels             []Wheel
	Scope              Scope
	Force              bool   // empty a folder that isn't
	Prompt             string // shown by the activate scripts; "" is the folder's name
	Copies             bool   // copy the interpreter instead of linking to it
	SystemSitePackages bool
	Pip                bool // install pip by ensurepip, unless it is one of the wheels
	Compile            bool // byte-compile what is installed
	CollisionsOK       bool // of two distributions that write one path the later one wins
}

// NotEmptyError says that a folder can't become an environment because there is
// something in it. Options.Force helps, unless Kept says that it doesn't.
type NotEmptyError struct {
	Dir  string
	Kept string // why the folder is not emptied, as the end of a sentence, or ""
}

func (e *NotEmptyError) Error() string {
	if e.Kept != "" {
		return fmt.Sprintf("%s is not emptied: it %s", e.Dir, e.Kept)
	}
	return e.Dir + " is not empty"
}

// ErrScope says that Options.Scope is none of the scopes.
var ErrScope = errors.New("the scope must be all, deps or srcs")

// Create makes a virtual environment in dir and installs the wheels. dir must
// not exist, or be an empty folder, unless o.Force. On any error, and when ctx
// ends, what was made is removed again; what o.Force removed is not restored,
// but whatever can be checked before is checked before.
//
// Errors are [*NotEmptyError], [*PythonError], [ErrScope], [*wheel.LongPathError] on
// Windows, and those of
// [wheel.Install].
func Create(ctx context.Context, dir string, o Options) (*wheel.Report, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	sources, err := o.sources()
	if err != nil {
		return nil, err
	}
	if err := checkLength(dir, runtime.GOOS); err != nil {
		return nil, err
	}
	existed, err := checkFolder(dir, o.Force)
	if err != nil {
		return nil, err
	}
	if err := wheel.Check(ctx, sources, imagined(dir), o.installOptions()); err != nil {
		return nil, err
	}
	if existed {
		if err := checkPython(ctx, o.Python); err != nil {
			return nil, err
		}
	}
	report, err := fill(ctx, dir, existed, sources, o)
	if err != nil {
		return nil, errors.Join(err, remove(dir, existed))
	}
	return report, nil
}

// fill does what Create does, without checks before and without removal after.
func fill(ctx context.Context, dir string, existed bool, sources []wheel.Source, o Options) (*wheel.Report, error) {
	if err := makeEmpty(ctx, dir, existed, o); err != nil {
		return nil, err
	}
	environment, err := Describe(ctx, dir)
	if err != nil {
		return nil, err
	}
	report, err := wheel.Install(ctx, sources, environment, o.installOptions())
	if err != nil {
		return nil, err
	}
	if o.Pip && !hasPip(sources) {
		return report, ensurePip(ctx, environment.Python)
	}
	return report, nil
}

func (o Options) installOptions() wheel.InstallOptions {
	return wheel.InstallOptions{Compile: o.Compile, CollisionsOK: o.CollisionsOK}
}

// sources picks the wheels of the scope.
func (o Options) sources() ([]wheel.Source, error) {
	switch o.Scope {
	case "", All, Dependencies, Sources:
	default:
		return nil, ErrScope
	}
	var sources []wheel.Source
	for _, w := range o.Wheels {
		if o.Scope == Dependencies && w.Application || o.Scope == Sources && !w.Application {
			continue
		}
		sources = append(sources, w.Source)
	}
	return sources, nil
}

func hasPip(sources []wheel.Source) bool {
	for _, s := range sources {
		if s.Wheel.Name == "pip" {
			return true
		}
	}
	return false
}

// checkLength refuses a folder in which Windows could not start programs. What makes
// them known to it takes no more characters than ever, whatever is set for files.
func checkLength(dir, goos string) error {
	longest := len([]rune(dir)) + len(`\Scripts\pythonw.exe`)
	if goos == "windows" && longest > wheel.LongestPath {
		return &wheel.LongPathError{Prefix: dir, Longest: longest, Programs: true}
	}
	return nil
}

// imagined is an environment that has the shape of all others, for a check
// before there is one.
func imagined(dir string) wheel.Environment {
	library := filepath.Join(dir, "lib", "site-packages")
	return wheel.Environment{
		Prefix: dir, Purelib: library, Platlib: library, Scripts: filepath.Join(dir, "bin"), Data: dir,
		Headers: filepath.Join(dir, "include", "site"), Python: filepath.Join(dir, "bin", "python"), Version: "3",
	}
}

// checkFolder reports whether dir exists, and refuses it if it may not become
// an environment.
func checkFolder(dir string, force bool) (existed bool, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || len(entries) == 0 {
		return true, err
	}
	if !force {
		return true, &NotEmptyError{Dir: dir}
	}
	if _, err := os.Stat(filepath.Join(dir, "pyvenv.cfg")); err == nil {
		return true, nil
	}
	if reason := tooDear(dir); reason != "" {
		return true, &NotEmptyError{Dir: dir, Kept: reason}
	}
	return true, nil
}

// tooDear says why a folder that is no environment is never emptied: a wrong
// DIR after --force must not cost more than a folder.
func tooDear(dir string) string {
	if filepath.Dir(dir) == dir {
		return "is the root of the file system"
	}
	if home, err := os.UserHomeDir(); err == nil && contains(dir, home) {
		return "is or holds the home directory"
	}
	if here, err := os.Getwd(); err == nil && contains(dir, here) {
		return "is or holds the working directory"
	}
	return ""
}

// contains reports whether dir is path or one of its parents.
func contains(dir, path string) bool {
	target, err := os.Stat(dir)
	if err != nil {
		return false
	}
	for {
		if info, err := os.Stat(path); err == nil && os.SameFile(info, target) {
			return true
		}
		parent := filepath.Dir(path)
		if parent == path {
			return false
		}
		path = parent
	}
}

// remove takes a half-made environment away; a folder that was there before
// stays, empty.
func remove(dir string, existed bool) error {
	if !existed {
		return os.RemoveAll(dir)
	}
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
	}
	return err
}
