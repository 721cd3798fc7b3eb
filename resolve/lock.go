package resolve

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// LockOptions say how a solution is written as a lock.
type LockOptions struct {
	// Directory is the folder of the lock file: paths in it are relative to that.
	Directory string
	// AllWheels takes every wheel of a release, not only those that a target gets.
	AllWheels bool
}

// An InseparableError says that one lock can't hold what two targets get: all that
// a lock knows of a target are its markers, and theirs are the same.
type InseparableError struct {
	Name          string
	First, Second string // names of targets
}

func (e *InseparableError) Error() string {
	return fmt.Sprintf("%s and %s look the same to a lock, and don't get the same %s", e.First, e.Second, e.Name)
}

// Lock makes a lock of the solution, which must have come from Resolve or Replay with
// the same options. A target gets from it what it gets in the solution. Wheels are fetched
// only if nothing else says what their digests are.
//
// Errors: *InseparableError, and those of fetching.
func (s *Solution) Lock(ctx context.Context, o Options, lo LockOptions) (*lockfile.Lock, error) {
	o.Roots = s.Roots // all have names by now
	k := locker{Solution: s, options: &o, lock: lo, digests: newDigests(&o), versions: versions(s.Resolutions)}
	for _, r := range s.Resolutions {
		k.environments = append(k.environments, r.Target.Environment)
		k.consulted = append(k.consulted, lockConsulted(r))
	}
	l := &lockfile.Lock{CreatedBy: "gobundle", RequiresPython: k.oldestPython()}
	markers, err := lockfile.Environments(k.environments, k.consulted)
	if err != nil {
		return nil, err
	}
	for _, marker := range markers {
		same := func(other *pep508.Marker) bool { return other.String() == marker.String() }
		if !slices.ContainsFunc(l.Environments, same) {
			l.Environments = append(l.Environments, marker)
		}
	}
	slices.SortFunc(l.Environments, func(a, b *pep508.Marker) int { return strings.Compare(a.String(), b.String()) })
	for _, name := range slices.Sorted(maps.Keys(k.versions)) {
		packages, err := k.project(ctx, name)
		if err != nil {
			return nil, err
		}
		l.Packages = append(l.Packages, packages...)
	}
	if err := k.digests.run(ctx, l); err != nil {
		return nil, err
	}
	l.Tool = map[string]map[string]any{"gobundle": o.lockInputs(lo.Directory)}
	l.Sort()
	return l, nil
}

// locker makes the packages of a lock.
type locker struct {
	*Solution
	options      *Options
	lock         LockOptions
	environments []pep508.Environment
	consulted    [][]lockfile.Consulted
	digests      *digests
	versions     map[string][]Choice // as all resolutions have them, by project
}

// lockConsulted takes the markers of a resolution, without extras.
func lockConsulted(r Resolution) []lockfile.Consulted {
	var all []lockfile.Consulted
	for _, c := range r.Consulted {
		if c.Marker == "" {
			continue
		}
		marker, err := pep508.ParseMarker(c.Marker)
		if err != nil {
			continue // it was parsed before
		}
		extra := ""
		if len(c.Extras) > 0 {
			extra = c.Extras[0]
		}
		if left, ok := lockfile.Consult(marker, extra, c.Truth); ok {
			all = append(all, left)
		}
	}
	return all
}

// oldestPython is the Python that every target has at least.
func (k *locker) oldestPython() pep440.SpecifierSet {
	var oldest pep440.Version
	for _, e := range k.environments {
		v, err := pep440.Parse(e.PythonVersion)
		if err == nil && (oldest.IsZero() || v.Compare(oldest) < 0) {
			oldest = v
		}
	}
	set, _ := pep440.ParseSpecifierSet(">=" + oldest.String())
	return set
}

// A variant is what several targets get of one project: the same version from the
// same place.
type variant struct {
	pins   []*Pin // one per target, nil for those that get something else
	chosen []bool
}

// project makes an entry per variant of a project.
func (k *locker) project(ctx context.Context, name string) ([]lockfile.Package, error) {
	variants := map[string]*variant{}
	for i := range k.Resolutions {
		pin := k.Resolutions[i].pin(name)
		if pin == nil {
			continue
		}
		key := pin.Version.Key() + " " + pin.Direct
		v := variants[key]
		if v == nil {
			v = &variant{make([]*Pin, len(k.Resolutions)), make([]bool, len(k.Resolutions))}
			variants[key] = v
		}
		v.pins[i], v.chosen[i] = pin, true
	}
	var packages []lockfile.Package
	for _, key := range slices.Sorted(maps.Keys(variants)) {
		v := variants[key]
		marker, ok := lockfile.Separate(k.environments, v.chosen)
		if !ok {
			return nil, k.inseparable(name, v.chosen)
		}
		p := lockfile.Package{Name: name, Marker: marker, Dependencies: k.dependencies(v)}
		if err := k.files(ctx, &p, v); err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// inseparable names two targets of which one is chosen and the other is not.
func (k *locker) inseparable(name string, chosen []bool) error {
	for i, one := range k.environments {
		for j, other := range k.environments {
			if _, ok := lockfile.Separate([]pep508.Environment{one, other}, []bool{true, false}); !ok && chosen[i] && !chosen[j] {
				return &InseparableError{Name: name, First: k.Resolutions[i].Target.Name, Second: k.Resolutions[j].Target.Name}
			}
		}
	}
	return fmt.Errorf("locking %s: no marker tells its targets from the others", name)
}

// dependencies lists the entries that the variant requires, by name, and by version
// where several have the name.
func (k *locker) dependencies(v *variant) []map[string]any {
	seen := map[string]map[string]any{}
	for i, pin := range v.pins {
		if pin == nil {
			continue
		}
		for _, required := range pin.Requires {
			name, _, _ := strings.Cut(required, "[")
			other := k.Resolutions[i].pin(name)
			if other == nil {
				continue
			}
			entry, key := map[string]any{"name": name}, name
			if len(k.versions[name]) > 1 {
				entry["version"] = other.Version.String()
				key += " " + other.Version.Key()
			}
			seen[key] = entry
		}
	}
	var entries []map[string]any
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		entries = append(entries, seen[key])
	}
	return entries
}

// files fills in where a variant comes from.
func (k *locker) files(ctx context.Context, p *lockfile.Package, v *variant) error {
	first := v.pins[slices.Index(v.chosen, true)]
	p.RequiresPython = k.requiresPython(v)
	if first.Direct != "" {
		k.direct(p, first)
		return nil
	}
	p.Version = first.Version
	project, err := k.catalog.project(ctx, p.Name)
	if err != nil {
		return err
	}
	release := project.releases[project.find(first.Version)]
	var wheels []index.File
	for _, pin := range v.pins {
		switch {
		case pin == nil:
		case pin.Source:
			p.Sdist = k.file(pin.File)
		case !slices.ContainsFunc(wheels, func(f index.File) bool { return f.URL == pin.File.URL }):
			wheels = append(wheels, pin.File)
		}
	}
	if k.lock.AllWheels {
		for i := range release.wheels {
			if f := release.wheels[i].file; !slices.ContainsFunc(wheels, func(other index.File) bool { return f.Name == other.Name }) {
				wheels = append(wheels, *f)
			}
		}
	}
	if p.Sdist == nil && len(release.sdists) > 0 && !k.options.formats(p.Name).NoSources {
		if f := release.sdist().file; f.Path != "" || isVerifiable(f) {
			p.Sdist = k.file(*f)
		}
	}
	for _, f := range wheels {
		p.Wheels = append(p.Wheels, *k.file(f))
	}
	if first.File.Index == project.index && strings.HasPrefix(project.index, "http") {
		p.Index = project.index
	} else if known := k.indexes[p.Name]; strings.HasPrefix(known, "http") {
		p.Index = WithoutSecrets(known)
	}
	return nil
}

// requiresPython is what the picked files need, if all need the same: what the index
// says of them, else what they say themselves.
func (k *locker) requiresPython(v *variant) pep440.SpecifierSet {
	needs := map[string]bool{}
	for i, pin := range v.pins {
		if pin == nil {
			continue
		}
		text := pin.File.RequiresPython
		by := fmt.Sprintf("%s %s", pin.Name, pin.Version)
		for _, c := range k.Resolutions[i].Consulted {
			if c.By == by && text == "" {
				text = c.RequiresPython
			}
		}
		needs[text] = true
	}
	set := pep440.SpecifierSet{}
	if len(needs) == 1 {
		for text := range needs {
			set, _ = pep440.ParseSpecifierSet(text) // one that is malformed restricts nothing
		}
	}
	return set
}

// file describes a file. Its digests are filled in later if they are not known yet.
func (k *locker) file(f index.File) *lockfile.File {
	made := &lockfile.File{Name: f.Name, UploadTime: f.UploadTime, Size: f.Size, Hashes: f.Hashes.ByAlgorithm()}
	if f.Path != "" {
		made.Path = relativePath(k.lock.Directory, f.Path)
	} else {
		made.URL = WithoutSecrets(f.URL)
	}
	k.digests.files[placeKey(made)] = f
	return made
}

// relativePath is a path as lock files have it.
func relativePath(directory, path string) string {
	if relative, err := filepath.Rel(directory, path); err == nil {
		path = relative
	}
	return filepath.ToSlash(path)
}

// isVerifiable reports whether a file is announced with a strong digest.
func isVerifiable(f *index.File) bool {
	return (&lockfile.File{Hashes: f.Hashes.ByAlgorithm()}).IsVerifiable()
}
