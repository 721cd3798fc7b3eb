package bundle

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/cache"
)

// ExportOptions says what to write for other tools.
type ExportOptions struct {
	// Inputs say what is exported: what they resolve to, or what Inputs.Lock has. A
	// pylock.toml is exported as it is, for all its environments, unless Targets or
	// requirements narrow it down.
	Inputs
	Surroundings

	// Targets are as in Options.
	Targets        []string
	TargetDefaults target.Defaults
	// Pylock writes a pylock.toml, not a requirements file.
	Pylock bool
	// Output is the file to write, "" for none.
	Output string
	// AllWheels is as in LockOptions.
	AllWheels bool
	// NoHashes leaves the digests out of a requirements file.
	NoHashes bool
}

// ExportSummary says what was exported.
type ExportSummary struct {
	// Text is what was written, or would be if there were an output.
	Text []byte
	// Distributions are counted, once per version. Targets are empty where a lock
	// was exported for all its environments.
	Distributions int
	Targets       []string
	Warnings      []string
}

// Export writes what was resolved or locked in a format of other tools. The output
// appears whole or not at all.
func Export(ctx context.Context, o ExportOptions) (*ExportSummary, error) {
	directory := o.Directory
	if o.Output != "" {
		output := o.path(o.Output)
		if o.Pylock && !lockfile.IsName(filepath.Base(output)) {
			return nil, &LockNameError{Name: o.Output}
		}
		if err := checkOutput(output, Zipapp); err != nil {
			return nil, err
		}
		directory = filepath.Dir(output)
	}
	s, err := newSession(&o.Surroundings)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	l, summary, err := s.exported(ctx, &o, directory)
	if err != nil {
		return nil, err
	}
	if err := o.write(l, summary, directory); err != nil {
		return nil, err
	}
	if o.Output == "" {
		return summary, nil
	}
	if err := cache.WriteFile(o.path(o.Output), summary.Text, 0o644); err != nil {
		return nil, &pack.OutputError{Path: o.path(o.Output), Reason: "can't be written: " + err.Error(), Err: err}
	}
	return summary, nil
}

// exported returns what to export, with paths relative to a folder.
func (s *session) exported(ctx context.Context, o *ExportOptions, directory string) (*lockfile.Lock, *ExportSummary, error) {
	if o.Lock.Path != "" && len(o.Targets) == 0 && !o.requires() {
		source, err := s.openLock(o.Lock.Path)
		if err != nil {
			return nil, nil, err
		}
		if l, ok := source.(*lockfile.Lock); ok {
			return o.whole(s, l, directory)
		}
	}
	targets, err := s.targets(ctx, o.Targets, o.TargetDefaults)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.prepare(ctx, &o.Inputs, targets)
	if err != nil {
		return nil, nil, err
	}
	defer p.Close()
	solution, err := s.solution(ctx, &o.Inputs, p)
	if err != nil {
		return nil, nil, o.Lock.mismatch(err)
	}
	l, err := solution.Lock(ctx, p.options, resolve.LockOptions{Directory: directory, AllWheels: o.AllWheels})
	if err != nil {
		return nil, nil, o.Lock.mismatch(err)
	}
	r := &resolved{Solution: solution, notes: p.read.notes}
	summary := &ExportSummary{Distributions: r.distributions(), Warnings: r.warnings()}
	for _, on := range targets {
		summary.Targets = append(summary.Targets, on.Name)
	}
	return l, summary, nil
}

// whole is a lock as it is, or what extras and groups take of it.
func (o *ExportOptions) whole(s *session, l *lockfile.Lock, directory string) (*lockfile.Lock, *ExportSummary, error) {
	warnings := l.Warnings
	if o.Lock.narrows() {
		narrowed, err := l.Narrow(lockfile.Wanted{Extras: o.Lock.Extras, Groups: o.Lock.Groups, NoDefaultGroups: o.Lock.NoDefaultGroups})
		if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", o.Lock.Path, err)
		}
		l = narrowed
	}
	l.Packages = slices.DeleteFunc(l.Packages, func(p lockfile.Package) bool {
		return slices.ContainsFunc(o.Exclusions, func(name string) bool { return pep508.NormalizeName(name) == p.Name })
	})
	from := filepath.Dir(s.surroundings.path(o.Lock.Path))
	l.Rewrite(func(path string) string { return moved(path, from, directory) }, resolve.WithoutSecrets)
	summary := &ExportSummary{Distributions: len(l.Packages)}
	for _, warning := range warnings {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf("%s: %s", o.Lock.Path, warning))
	}
	return l, summary, nil
}

// moved is a path relative to one folder as it is relative to another.
func moved(path, from, to string) string {
	native := filepath.FromSlash(path)
	if filepath.IsAbs(native) {
		return path
	}
	relative, err := filepath.Rel(to, filepath.Join(from, native))
	if err != nil { // on another drive
		relative = filepath.Join(from, native)
	}
	return filepath.ToSlash(relative)
}

// write makes the text.
func (o *ExportOptions) write(l *lockfile.Lock, summary *ExportSummary, directory string) error {
	if o.Pylock {
		summary.Text = l.Marshal()
		return nil
	}
	text, unhashed, err := l.Requirements(lockfile.RequirementsOptions{
		Directory:    filepath.ToSlash(directory),
		DefaultIndex: PublicIndex,
		NoHashes:     o.NoHashes,
	})
	if err != nil {
		return fmt.Errorf("writing requirements: %w", err)
	}
	summary.Text = text
	if len(unhashed) > 0 && len(unhashed) < len(l.Packages) && !o.NoHashes {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf("pip will not install this file: %s can't have digests, the others do; leave it out with --exclude, or all digests with --no-hashes", strings.Join(unhashed, ", ")))
	}
	return nil
}

// requires reports whether anything is required besides what a lock has.
func (in *Inputs) requires() bool {
	return len(in.Requirements)+len(in.RequirementFiles)+len(in.Groups) > 0 || in.Project != "" || in.Script != ""
}
