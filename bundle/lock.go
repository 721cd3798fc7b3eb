package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/cache"
)

// LockOptions says what to lock.
type LockOptions struct {
	Inputs
	Surroundings

	// Targets are as in Options.
	Targets        []string
	TargetDefaults target.Defaults
	// Output is the lock file: pylock.toml, or pylock.NAME.toml. What it has now is
	// kept, unless something else is asked for.
	Output string
	// AllWheels locks every wheel of a release, not only those of the targets.
	AllWheels bool
	// Upgrade keeps no version, UpgradePackages not those of the named projects,
	// which may come with the version wanted: "NAME" or "NAME==VERSION".
	Upgrade         bool
	UpgradePackages []string
	// NoWrite only finds out what would change.
	NoWrite bool
}

// LockSummary says what was locked.
type LockSummary struct {
	Distributions int
	Targets       []string
	// New reports that there was no lock, Changes what the one that was there did
	// not say: a line each.
	New     bool
	Changes []string
	// Differences, Held and Warnings are as in Summary.
	Differences, Held, Warnings []string
}

// A LockNameError is an output that no lock file may be called.
type LockNameError struct{ Name string }

func (e *LockNameError) Error() string {
	return fmt.Sprintf("a lock file can't be called %s", e.Name)
}

// A LockReadError says that a lock can't be read. It wraps the reason.
type LockReadError struct {
	Path string
	// Output is set of the lock that was to be renewed.
	Output bool
	Err    error
}

func (e *LockReadError) Error() string { return fmt.Sprintf("reading %s: %v", e.Path, e.Err) }

// Unwrap returns the reason.
func (e *LockReadError) Unwrap() error { return e.Err }

// Lock resolves for all targets and writes the lock file, whole or not at all. A
// file that would stay the same is not touched.
func Lock(ctx context.Context, o LockOptions) (*LockSummary, error) {
	output := o.path(o.Output)
	if !lockfile.IsName(filepath.Base(output)) {
		return nil, &LockNameError{Name: o.Output}
	}
	if err := checkOutput(output, Zipapp); err != nil {
		return nil, err
	}
	s, err := newSession(&o.Surroundings)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	before, text, err := o.present(output)
	if err != nil {
		return nil, err
	}
	targets, err := s.targets(ctx, o.Targets, o.TargetDefaults)
	if err != nil {
		return nil, err
	}
	made, summary, err := s.lock(ctx, &o, targets, before)
	if err != nil {
		return nil, err
	}
	written := made.Marshal()
	summary.New = text == nil
	if bytes.Equal(written, text) {
		return summary, nil
	}
	switch {
	case before != nil:
		summary.Changes = lockfile.Changes(before, made)
	case text != nil:
		summary.Changes = []string{"the lock could not be read"}
	}
	if text != nil && len(summary.Changes) == 0 {
		summary.Changes = []string{"the lock was written by hand, or by another tool"}
	}
	if o.NoWrite {
		return summary, nil
	}
	if err := cache.WriteFile(output, written, 0o644); err != nil {
		return nil, &pack.OutputError{Path: output, Reason: "can't be written: " + err.Error(), Err: err}
	}
	return summary, nil
}

// present reads the lock that is there. Both results are nil if there is none; with
// Upgrade one that can't be read is only text.
func (o *LockOptions) present(output string) (*lockfile.Lock, []byte, error) {
	text, err := readLimited(output)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	var before *lockfile.Lock
	if err == nil {
		before, err = lockfile.Read(text)
	}
	if err != nil && !o.Upgrade {
		return nil, nil, &LockReadError{Path: o.Output, Output: true, Err: err}
	}
	return before, text, nil
}

// readLimited reads a lock, which is never nil then.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, lockfile.MaxSize+1))
	if err == nil && len(text) > lockfile.MaxSize {
		err = fmt.Errorf("it is larger than %d MB", lockfile.MaxSize>>20)
	}
	return text, err
}

// lock resolves and makes the lock.
func (s *session) lock(ctx context.Context, o *LockOptions, targets []*target.Target, before *lockfile.Lock) (*lockfile.Lock, *LockSummary, error) {
	p, err := s.prepare(ctx, &o.Inputs, targets)
	if err != nil {
		return nil, nil, err
	}
	defer p.Close()
	wanted := p.options
	kept, err := o.kept(before, &wanted)
	if err != nil {
		return nil, nil, err
	}
	wanted.Preferences = kept
	solution, err := s.solve(ctx, &o.Inputs, wanted)
	if err != nil {
		return nil, nil, err
	}
	made, err := solution.Lock(ctx, p.options, resolve.LockOptions{Directory: filepath.Dir(s.surroundings.path(o.Output)), AllWheels: o.AllWheels})
	if err != nil {
		return nil, nil, err
	}
	r := &resolved{Solution: solution, notes: p.read.notes}
	summary := &LockSummary{Distributions: r.distributions(), Warnings: append(r.warnings(), o.idle(made)...)}
	for _, on := range targets {
		summary.Targets = append(summary.Targets, on.Name)
	}
	summary.Differences, summary.Held = r.versionLines()
	return made, summary, nil
}

// kept returns the versions to keep for each target, and adds what the upgrades ask
// for to the constraints.
func (o *LockOptions) kept(before *lockfile.Lock, wanted *resolve.Options) ([]map[string]pep440.Version, error) {
	upgraded := map[string]bool{}
	for _, text := range o.UpgradePackages {
		q, err := pep508.ParseRequirement(text)
		if err == nil && (q.URL != "" || q.Marker != nil || len(q.Extras) > 0) {
			err = fmt.Errorf("%q is not a project's name with or without a version", text)
		}
		if err != nil {
			return nil, &ArgumentError{Err: err, Hint: "write it as NAME or NAME==VERSION"}
		}
		upgraded[pep508.NormalizeName(q.Name)] = true
		if !q.Specifier.IsEmpty() {
			wanted.Constraints = append(slices.Clip(wanted.Constraints), resolve.Root{Requirement: q, From: "--upgrade-package"})
		}
	}
	if before == nil || o.Upgrade || resolve.LockMode(before) != wanted.Mode {
		return nil, nil
	}
	kept := make([]map[string]pep440.Version, len(wanted.Targets))
	for i, on := range wanted.Targets {
		kept[i] = map[string]pep440.Version{}
		for _, p := range lockedFor(before, on) {
			if !upgraded[p.Name] && !p.Version.IsZero() {
				kept[i][p.Name] = p.Version
			}
		}
	}
	return kept, nil
}

// idle names the upgrades that were asked for of what nothing requires.
func (o *LockOptions) idle(made *lockfile.Lock) []string {
	var warnings []string
	for _, text := range o.UpgradePackages {
		q, err := pep508.ParseRequirement(text)
		name := pep508.NormalizeName(q.Name)
		if err == nil && !slices.ContainsFunc(made.Packages, func(p lockfile.Package) bool { return p.Name == name }) {
			warnings = append(warnings, fmt.Sprintf("--upgrade-package %s has no effect: nothing requires it", name))
		}
	}
	return warnings
}

// lockedFor returns the packages that a lock has for a target; for one that it is
// not for, those that it has in one version only.
func lockedFor(l *lockfile.Lock, on *target.Target) []*lockfile.Package {
	selection, err := l.Select(lockfile.Wanted{Environment: on.Environment, Python: on.Python, Extras: l.Extras, Groups: l.DependencyGroups})
	if err == nil {
		return selection.Packages
	}
	counts := map[string]int{}
	for _, p := range l.Packages {
		counts[p.Name]++
	}
	var packages []*lockfile.Package
	for i := range l.Packages {
		if counts[l.Packages[i].Name] == 1 {
			packages = append(packages, &l.Packages[i])
		}
	}
	return packages
}
