package lockfile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// uvLock is a uv.lock: a graph of packages, of which an environment gets what it can
// reach from the project.
//
// https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
type uvLock struct {
	requiresPython pep440.SpecifierSet
	packages       []uvPackage
	roots          []int
}

type uvPackage struct {
	Package
	skipped      bool   // it is not installed itself
	source       string // tells packages of one name and version apart
	dependencies []uvDependency
	extras       map[string][]uvDependency
	groups       map[string][]uvDependency
}

type uvDependency struct {
	name, source string
	version      pep440.Version
	extras       []string
	marker       *pep508.Marker
}

func readUV(text []byte) (Source, error) {
	values, err := decodeTOML(text)
	if err != nil {
		return nil, err
	}
	t := newTable(values)
	version, ok := get[int64](t, "version", "a whole number")
	if !ok {
		t.fail("version", "this is missing")
	}
	if *t.fault == nil && version != 1 {
		return nil, &VersionError{Format: "uv.lock", Version: strconv.FormatInt(version, 10), Known: "1"}
	}
	l := &uvLock{requiresPython: t.specifiers("requires-python")}
	packages, _ := t.tables("package")
	members := []string(nil)
	if manifest, ok := t.table("manifest"); ok {
		members = manifest.texts("members")
	}
	for _, p := range packages {
		l.packages = append(l.packages, p.uvPackage())
	}
	for i := range l.packages {
		if l.packages[i].source == "." {
			l.roots = append(l.roots, i)
		}
	}
	if len(l.roots) == 0 {
		for i := range l.packages {
			if slices.Contains(members, l.packages[i].Name) {
				l.roots = append(l.roots, i)
			}
		}
	}
	if len(l.roots) == 0 {
		t.fail("package", "none of them is the project")
	}
	if *t.fault != nil {
		return nil, *t.fault
	}
	return l, nil
}

func (t table) uvPackage() uvPackage {
	p := uvPackage{extras: map[string][]uvDependency{}, groups: map[string][]uvDependency{}}
	p.Name = pep508.NormalizeName(t.required("name"))
	p.Version = t.anyVersion("version", t.text("version"))
	p.dependencies = t.uvDependencies("dependencies")
	for _, kind := range []struct {
		key string
		to  map[string][]uvDependency
	}{{"optional-dependencies", p.extras}, {"dev-dependencies", p.groups}} {
		inner, _ := t.table(kind.key)
		for name := range inner.values {
			kind.to[pep508.NormalizeName(name)] = inner.uvDependencies(name)
		}
	}
	source, ok := t.table("source")
	if !ok {
		t.fail("source", "this is missing")
		return p
	}
	p.source = source.uvSource()
	subdirectory := source.text("subdirectory")
	sdist, hasSdist := t.table("sdist")
	wheels, _ := t.tables("wheels")
	base := ""
	switch {
	case source.text("virtual") != "":
		p.skipped = true
	case source.text("editable") != "", source.text("directory") != "":
		p.Directory = &Directory{Path: source.text("editable") + source.text("directory"), Editable: source.text("editable") != "", Subdirectory: subdirectory}
		p.Version = pep440.Version{}
	case source.text("git") != "":
		p.VCS = uvGit(source.text("git"))
		p.Version = pep440.Version{}
	case source.text("url") != "", source.text("path") != "":
		address := source.text("url") + source.text("path")
		p.Archive = &File{Size: -1, Hashes: map[string]string{}}
		file, from := sdist, hasSdist
		if len(wheels) > 0 {
			file, from = wheels[0], true
		}
		if from {
			*p.Archive = file.uvFile("")
		}
		p.Archive.Name, p.Archive.URL, p.Archive.Path, p.Archive.Subdirectory = "", source.text("url"), source.text("path"), subdirectory
		if address == "" {
			source.fail("url", "this is missing")
		}
	default:
		registry := source.required("registry")
		if strings.Contains(registry, "://") {
			p.Index = strings.TrimRight(registry, "/") + "/"
		} else {
			base = registry + "/"
		}
		if hasSdist {
			f := sdist.uvFile(base)
			p.Sdist = &f
		}
		for _, w := range wheels {
			f := w.uvFile(base)
			w.checkWheel(f.FileName(), &p.Package)
			p.Wheels = append(p.Wheels, f)
		}
	}
	return p
}

// uvSource is the place of a source as one text.
func (t table) uvSource() string {
	for _, key := range []string{"registry", "git", "url", "path", "directory", "editable", "virtual"} {
		if text := t.text(key); text != "" {
			return text
		}
	}
	return ""
}

// uvGit reads "https://host/repository?rev=main#commit".
func uvGit(address string) *VCS {
	address, commit, _ := strings.Cut(address, "#")
	address, query, _ := strings.Cut(address, "?")
	v := &VCS{Type: "git", URL: address, CommitID: commit}
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "subdirectory":
			v.Subdirectory = unescapePercent(value)
		case "rev", "branch", "tag":
			v.RequestedRevision = unescapePercent(value)
		}
	}
	return v
}

// uvFile reads a wheel or a source distribution; base is the folder that paths are in.
func (t table) uvFile(base string) File {
	f := File{URL: t.text("url"), Path: t.text("path"), Name: t.text("filename"), Size: t.size("size")}
	if uploaded := t.text("upload-time"); uploaded != "" { // a string, unlike in pylock.toml
		at, err := time.Parse(time.RFC3339Nano, uploaded)
		if err != nil {
			t.fail("upload-time", "this must be a date and time")
		}
		f.UploadTime = at.UTC()
	}
	if f.URL == "" && f.Path != "" {
		f.Path = base + f.Path
	}
	if text := t.text("hash"); text != "" {
		f.Hashes = hashesOf(t.digests("hash", []string{text}))
	}
	return f
}

func (t table) uvDependencies(key string) []uvDependency {
	var all []uvDependency
	tables, _ := t.tables(key)
	for _, d := range tables {
		made := uvDependency{name: pep508.NormalizeName(d.required("name")), version: d.anyVersion("version", d.text("version"))}
		made.extras = normalised(append(d.texts("extra"), d.texts("extras")...))
		made.marker = d.anyMarker("marker", d.text("marker"))
		if source, ok := d.table("source"); ok {
			made.source = source.uvSource()
		}
		all = append(all, made)
	}
	return all
}

// Select implements Source: it walks the graph from the project. What the project
// needs for development is left out, unless a group is named.
func (l *uvLock) Select(w Wanted) (*Selection, error) {
	if !l.requiresPython.Contains(w.Python) {
		return nil, &UncoveredError{Reason: fmt.Sprintf("it needs Python %s", l.requiresPython)}
	}
	v := &uvWalk{uvLock: l, wanted: w, selection: &Selection{}, extras: map[int]map[string]bool{}}
	groups, extras := map[string]bool{}, map[string]bool{}
	for _, root := range l.roots {
		p := &l.packages[root]
		maps.Copy(groups, boolKeys(p.groups))
		maps.Copy(extras, boolKeys(p.extras))
	}
	if err := known("extra", w.Extras, slices.Collect(maps.Keys(extras))); err != nil {
		return nil, err
	}
	if err := known("dependency group", w.Groups, slices.Collect(maps.Keys(groups))); err != nil {
		return nil, err
	}
	for _, root := range l.roots {
		if !w.NoDefaultGroups {
			if err := v.visit(root, normalised(w.Extras)); err != nil {
				return nil, err
			}
		}
		for _, group := range w.Groups {
			if err := v.follow(l.packages[root].groups[pep508.NormalizeName(group)]); err != nil {
				return nil, err
			}
		}
	}
	seen := map[string]bool{}
	for i := range l.packages {
		p := &l.packages[i]
		if v.extras[i] == nil || p.skipped {
			continue
		}
		if seen[p.Name] {
			return nil, &AmbiguousError{Name: p.Name}
		}
		seen[p.Name] = true
		v.selection.Packages = append(v.selection.Packages, &p.Package)
	}
	return v.selection, nil
}

func boolKeys(m map[string][]uvDependency) map[string]bool {
	set := map[string]bool{}
	for name := range m {
		set[name] = true
	}
	return set
}

// uvWalk is what was reached, with the extras that were asked for.
type uvWalk struct {
	*uvLock
	wanted    Wanted
	selection *Selection
	extras    map[int]map[string]bool
}

func (v *uvWalk) visit(i int, extras []string) error {
	p := &v.packages[i]
	if v.extras[i] == nil {
		v.extras[i] = map[string]bool{}
		if err := v.follow(p.dependencies); err != nil {
			return err
		}
	}
	for _, extra := range extras {
		if v.extras[i][extra] {
			continue
		}
		v.extras[i][extra] = true
		if err := v.follow(p.extras[extra]); err != nil {
			return err
		}
	}
	return nil
}

func (v *uvWalk) follow(dependencies []uvDependency) error {
	for _, d := range dependencies {
		holds, err := v.selection.evaluate(d.marker, Wanted{Environment: v.wanted.Environment})
		if err != nil {
			return fmt.Errorf("evaluating the marker of %s: %w", d.name, err)
		}
		if !holds {
			continue
		}
		i := slices.IndexFunc(v.packages, func(p uvPackage) bool {
			return p.Name == d.name && (d.version.IsZero() || p.Version.IsZero() || p.Version.Equal(d.version)) && (d.source == "" || d.source == p.source)
		})
		if i < 0 {
			return &FieldError{Field: "package", Reason: "there is no " + d.name + ", which another one needs"}
		}
		if err := v.visit(i, d.extras); err != nil {
			return err
		}
	}
	return nil
}
