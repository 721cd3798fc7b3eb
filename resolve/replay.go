package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// Locked says what of a lock to take.
type Locked struct {
	Source lockfile.Source
	// Name is the lock's as it is shown; Directory is the folder it lies in.
	Name, Directory string
	// Extras and Groups are those of the lock to take.
	Extras, Groups  []string
	NoDefaultGroups bool
}

// A LockTargetError says that a target gets nothing from a lock.
type LockTargetError struct {
	Lock, Target string
	// Err is why: a *lockfile.UncoveredError, or in a few words.
	Err error
}

func (e *LockTargetError) Error() string {
	return fmt.Sprintf("%s is not for %s: %v", e.Lock, e.Target, e.Err)
}

// Unwrap returns the cause.
func (e *LockTargetError) Unwrap() error { return e.Err }

// A NotLockedError is a requirement on a project that a lock doesn't have.
type NotLockedError struct{ Lock, Name string }

func (e *NotLockedError) Error() string { return fmt.Sprintf("%s has no %s", e.Lock, e.Name) }

// A LockConflictError says that a lock doesn't satisfy what is asked of it.
type LockConflictError struct {
	Lock, Target string
	Err          *solve.Conflict
}

func (e *LockConflictError) Error() string {
	return fmt.Sprintf("%s does not satisfy these requirements for %s:\n%v", e.Lock, e.Target, e.Err)
}

// Unwrap returns the derivation.
func (e *LockConflictError) Unwrap() error { return e.Err }

// A LockFileError says that a file of a lock can't be used.
type LockFileError struct{ Lock, File, Reason string }

func (e *LockFileError) Error() string { return fmt.Sprintf("%s: %s: %s", e.Lock, e.File, e.Reason) }

// Replay gives every target what a lock has for it; nothing is resolved. Without
// Options.Roots that is all of it, else what the roots require, in the versions of
// the lock. The files have the digests and sizes of the lock, so that fetching
// checks them.
//
// Without Options.Roots, of what else says which versions are allowed only Exclusions
// count. Preferences, Mode and RequireHashes never count, and Index only for locks
// which don't say where their files are. Errors:
// *LockTargetError, *NotLockedError, *LockConflictError, *LockFileError.
func Replay(ctx context.Context, o Options, locked Locked) (*Solution, error) {
	replayed := &replays{indexes: map[string]string{}}
	solution := &Solution{catalog: &catalog{index: replayed}, indexes: replayed.indexes}
	for _, on := range o.Targets {
		r := replay{Locked: locked, options: o, on: on}
		resolution, roots, err := r.resolution(ctx)
		if err != nil {
			return nil, err
		}
		replayed.add(&r)
		solution.Resolutions = append(solution.Resolutions, resolution)
		for _, root := range roots {
			same := func(other Root) bool { return other.Requirement.String() == root.Requirement.String() }
			if !slices.ContainsFunc(solution.Roots, same) {
				solution.Roots = append(solution.Roots, root)
			}
		}
	}
	return solution, nil
}

// replay is what a lock has for one target.
type replay struct {
	Locked
	options   Options
	on        *target.Target
	selection *lockfile.Selection
	packages  map[string]*lockfile.Package
	projects  map[string]*index.Project
	directs   map[string]lockedDirect
	digests   map[string][]string // of what an index is asked for
	indexes   []string
}

// resolution returns what the target gets, and the requirements that this is of.
func (r *replay) resolution(ctx context.Context) (Resolution, []Root, error) {
	if err := r.open(); err != nil {
		return Resolution{}, nil, err
	}
	if len(r.options.Roots) > 0 {
		resolution, err := r.subset(ctx)
		return resolution, r.options.Roots, err
	}
	if err := r.bring(ctx); err != nil {
		return Resolution{}, nil, err
	}
	if l, ok := r.Source.(*lockfile.Lock); ok {
		resolution, roots, err := r.asResolved(ctx, l)
		if roots != nil || err != nil {
			return resolution, roots, err
		}
	}
	return r.whole(ctx)
}

// open selects the target's packages and makes files of them.
func (r *replay) open() error {
	var err error
	r.selection, err = r.Source.Select(lockfile.Wanted{
		Environment: r.on.Environment, Python: r.on.Python,
		Extras: r.Extras, Groups: r.Groups, NoDefaultGroups: r.NoDefaultGroups,
	})
	var uncovered *lockfile.UncoveredError
	switch {
	case errors.As(err, &uncovered):
		return &LockTargetError{Lock: r.Name, Target: r.on.Name, Err: err}
	case err != nil:
		return fmt.Errorf("reading %s: %w", r.Name, err)
	}
	r.packages, r.projects, r.directs = map[string]*lockfile.Package{}, map[string]*index.Project{}, map[string]lockedDirect{}
	r.digests = map[string][]string{}
	r.selection.Packages = slices.DeleteFunc(r.selection.Packages, func(p *lockfile.Package) bool { return r.options.excludes(p.Name) })
	for _, p := range r.selection.Packages {
		r.packages[p.Name] = p
		if err := r.add(p); err != nil {
			return err
		}
	}
	return nil
}

// add makes index files of a package's files.
func (r *replay) add(p *lockfile.Package) error {
	if p.Archive != nil || p.VCS != nil || p.Directory != nil {
		locked, err := r.lockedDirect(p)
		r.directs[p.Name] = locked
		return err
	}
	if len(p.Digests) > 0 {
		r.digests[p.Name] = p.Digests
		return nil
	}
	if strings.HasPrefix(p.Index, "http") && !slices.Contains(r.indexes, p.Index) {
		r.indexes = append(r.indexes, p.Index) // its server may ask for credentials
		if _, err := r.options.Fetcher.Login(p.Index); err != nil {
			return err
		}
	}
	project := &index.Project{Name: p.Name}
	files := slices.Clone(p.Wheels)
	if p.Sdist != nil {
		files = append(files, *p.Sdist)
	}
	for i := range files {
		f, err := r.file(&files[i])
		if err != nil {
			return err
		}
		f.RequiresPython = p.RequiresPython.String()
		project.Files = append(project.Files, f)
	}
	r.projects[p.Name] = project
	return nil
}

// file makes an index file of a lock's.
func (r *replay) file(f *lockfile.File) (index.File, error) {
	made := index.File{Name: f.FileName(), Hashes: index.DigestsOf(f.Hashes), Size: f.Size, UploadTime: f.UploadTime, Index: r.Name}
	if !f.IsVerifiable() {
		return made, &LockFileError{Lock: r.Name, File: made.Name, Reason: "it has no digest that is strong enough: sha256, sha384 or sha512"}
	}
	if made.Name == "" || made.Name == "." || strings.ContainsAny(made.Name, "/\\") {
		return made, &LockFileError{Lock: r.Name, File: f.URL + f.Path, Reason: "it has no file name"}
	}
	address, err := url.Parse(f.URL)
	if err != nil {
		return made, &LockFileError{Lock: r.Name, File: made.Name, Reason: "its URL is none"}
	}
	path := f.Path
	if address.Scheme == "file" {
		path = filepath.FromSlash(address.Path)
	}
	if path != "" {
		path = filepath.FromSlash(path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(r.Directory, path)
		}
		if _, err := os.Stat(path); err == nil || f.URL == "" || address.Scheme == "file" {
			made.Path = path
			made.URL = (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
			return made, nil
		}
	}
	if address.Scheme != "http" && address.Scheme != "https" {
		return made, &LockFileError{Lock: r.Name, File: made.Name, Reason: "gobundle takes files by http, https and file URLs"}
	}
	made.URL = f.URL
	if address.User != nil {
		if made.URL, err = r.options.Fetcher.Login(f.URL); err != nil {
			return made, err
		}
	}
	made.URL, _, _ = strings.Cut(made.URL, "#")
	return made, nil
}

// Project implements lister: what the lock has of a project.
func (r *replay) Project(ctx context.Context, name string) (*index.Project, error) {
	if digests, ok := r.digests[name]; ok {
		return r.announced(ctx, r.packages[name], digests)
	}
	if p, ok := r.projects[name]; ok {
		return p, nil
	}
	return nil, &index.NotFoundError{Name: name, Indexes: []string{r.Name}}
}

// announced asks the indexes for the files of a locked version. Of those that are
// announced with a digest, the ones that the lock doesn't have are left out.
func (r *replay) announced(ctx context.Context, p *lockfile.Package, digests []string) (*index.Project, error) {
	page, err := r.options.Index.Project(ctx, p.Name)
	if err != nil {
		return nil, err
	}
	found := *page
	found.Files = nil
	refused := 0
	for _, release := range newProject(p.Name, page).releases {
		if !p.Version.IsZero() && !release.version.Equal(p.Version) {
			continue
		}
		for _, w := range release.wheels {
			if refusedByHash(w.file, digests) {
				refused++
				continue
			}
			found.Files = append(found.Files, *w.file)
		}
		for _, s := range release.sdists {
			if refusedByHash(s.file, digests) {
				refused++
				continue
			}
			found.Files = append(found.Files, *s.file)
		}
	}
	if len(found.Files) == 0 && refused > 0 {
		return nil, &LockFileError{Lock: r.Name, File: lockLabel(p), Reason: "none of the files that the index has of it has a digest of the lock"}
	}
	return &found, nil
}

// resolver returns one that knows nothing but the lock.
func (r *replay) resolver(ctx context.Context, o Options) *resolver {
	o.Targets, o.Index, o.Preferences, o.Mode = []*target.Target{r.on}, nil, nil, solve.Highest
	o.Prereleases, o.RequireHashes = solve.Allow, false
	made := newResolver(ctx, &o, r, o.Fetcher)
	made.hashes = r.digests
	made.directs = r.directs
	return made
}

// solve finds what the options require in the lock; with rewire, by URL what the
// lock has by URL.
func (r *replay) solve(ctx context.Context, o Options, rewire bool) (Resolution, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	made := r.resolver(ctx, o)
	made.rewire = rewire
	return made.solve(ctx, made.targets[0], nil)
}

// subset takes what the user's requirements need.
func (r *replay) subset(ctx context.Context) (Resolution, error) {
	for _, root := range r.options.Roots {
		holds, err := root.Requirement.Marker.Evaluate(r.on.Environment)
		if name := pep508.NormalizeName(root.Requirement.Name); holds && err == nil && r.packages[name] == nil {
			return Resolution{}, &NotLockedError{Lock: r.Name, Name: name}
		}
	}
	o := r.options
	o.Roots = slices.Clone(o.Roots)
	for i := range o.Roots {
		if locked, ok := r.directs[pep508.NormalizeName(o.Roots[i].Requirement.Name)]; ok {
			o.Roots[i].Requirement.URL = locked.url
		}
	}
	resolution, err := r.solve(ctx, o, true)
	var conflict *solve.Conflict
	if errors.As(err, &conflict) {
		return Resolution{}, &LockConflictError{Lock: r.Name, Target: r.on.Name, Err: conflict}
	}
	return resolution, err
}

// asResolved takes what the lock was made of, if that comes to what it has for the
// target: then all that is known of a resolution is known. Else the roots are nil.
func (r *replay) asResolved(ctx context.Context, l *lockfile.Lock) (Resolution, []Root, error) {
	o := r.options
	if len(r.Extras) > 0 || len(r.Groups) > 0 || r.NoDefaultGroups || !o.readInputs(l, r.Directory) {
		return Resolution{}, nil, nil
	}
	resolution, err := r.solve(ctx, o, false)
	var conflict *solve.Conflict
	var source *SourceError
	switch {
	case errors.As(err, &conflict), errors.As(err, &source):
		return Resolution{}, nil, nil
	case err != nil:
		return Resolution{}, nil, err
	}
	same := len(resolution.Pins) == len(r.packages)
	for _, pin := range resolution.Pins {
		same = same && r.packages[pin.Name] != nil
	}
	if !same {
		return Resolution{}, nil, nil
	}
	return resolution, o.Roots, nil
}
