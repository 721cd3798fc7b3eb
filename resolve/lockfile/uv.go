package lockfile

import (
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
	p.Version = t.anyVersion(t.text("version"))
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
		made := uvDependency{name: pep508.NormalizeName(d.required("name")), version: d.anyVersion(d.text("version"))}
		made.extras = normalised(append(d.texts("extra"), d.texts("extras")...))
		made.marker = d.anyMarker("marker", d.text("marker"))
		if source, ok := d.table("source"); ok {
			made.source = source.uvSource()
		}
		all = append(all, made)
	}
	return all
}
