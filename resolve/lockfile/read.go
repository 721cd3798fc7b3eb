package lockfile

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// MaxSize is the largest lock that is read, in bytes.
const MaxSize = 64 << 20

// Read reads a pylock.toml.
//
// Keys that the format doesn't know are passed over; in a file of a later minor
// version they are warned of. Errors: *SyntaxError, *FieldError, *VersionError.
func Read(text []byte) (*Lock, error) {
	values, err := decodeTOML(text)
	if err != nil {
		return nil, err
	}
	t := newTable(values)
	l := &Lock{Version: t.required("lock-version")}
	if *t.fault != nil {
		return nil, *t.fault
	}
	major, minor, _ := strings.Cut(l.Version, ".")
	if major != "1" {
		return nil, &VersionError{Format: "pylock.toml", Version: l.Version, Known: "1"}
	}
	for i, text := range t.texts("environments") {
		l.Environments = append(l.Environments, t.parseMarker(fmt.Sprintf("environments[%d]", i), text))
	}
	l.RequiresPython = t.specifiers("requires-python")
	l.Extras = t.names("extras")
	l.DependencyGroups = t.names("dependency-groups")
	l.DefaultGroups = t.names("default-groups")
	l.CreatedBy = t.required("created-by")
	packages, ok := t.tables("packages")
	if !ok {
		t.fail("packages", "this is missing")
	}
	var unknown []string
	for _, p := range packages {
		l.Packages = append(l.Packages, p.lockPackage())
		unknown = append(unknown, p.unknown()...)
	}
	l.Tool = t.tools("tool")
	if *t.fault != nil {
		return nil, *t.fault
	}
	unknown = append(t.unknown(), unknown...)
	if minor != "0" && len(unknown) > 0 {
		l.Warnings = append(l.Warnings, fmt.Sprintf("the lock's format is version %s and 1.0 is known; not understood: %s", l.Version, strings.Join(unknown, ", ")))
	}
	return l, nil
}

func decodeTOML(text []byte) (map[string]any, error) {
	if nesting(string(text)) > maxNesting {
		return nil, &SyntaxError{Reason: "arrays are nested too deep"}
	}
	var values map[string]any
	err := toml.Unmarshal(text, &values)
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		return nil, &SyntaxError{Line: syntax.Position.Line, Reason: syntax.Message}
	}
	if err != nil {
		return nil, &SyntaxError{Reason: err.Error()}
	}
	return values, nil
}

// names are normalised.
func (t table) names(key string) []string {
	names := t.texts(key)
	for i, name := range names {
		if !pep508.IsName(name) {
			t.fail(fmt.Sprintf("%s[%d]", key, i), "%q is no name", name)
		}
		names[i] = pep508.NormalizeName(name)
	}
	return names
}

func (t table) lockPackage() Package {
	p := Package{
		Name:           t.required("name"),
		Marker:         t.marker("marker"),
		RequiresPython: t.specifiers("requires-python"),
		Index:          t.text("index"),
		VCS:            t.vcs("vcs"),
		Directory:      t.directory("directory"),
		Archive:        t.archive("archive"),
		Tool:           t.tools("tool"),
	}
	if p.Name != pep508.NormalizeName(p.Name) || !pep508.IsName(p.Name) {
		t.fail("name", "%q is no normalised name", p.Name)
	}
	if text := t.text("version"); text != "" {
		var err error
		if p.Version, err = pep440.Parse(text); err != nil {
			t.fail("version", "%v", err)
		}
	}
	if sdist, ok := t.table("sdist"); ok {
		f := sdist.file()
		p.Sdist = &f
		if _, err := dist.ParseSdistNameFor(f.FileName(), p.Name); err != nil {
			sdist.fail("name", "%v", err)
		}
	}
	wheels, _ := t.tables("wheels")
	for _, w := range wheels {
		f := w.file()
		p.Wheels = append(p.Wheels, f)
		w.checkWheel(f.FileName(), &p)
	}
	t.checkSources(&p)
	for _, key := range []struct {
		name string
		to   *[]map[string]any
	}{{"dependencies", &p.Dependencies}, {"attestation-identities", &p.AttestationIdentities}} {
		tables, _ := t.tables(key.name)
		for _, one := range tables {
			*key.to = append(*key.to, one.values)
		}
	}
	return p
}

// checkWheel checks that a wheel's name is one, of this package and version.
func (t table) checkWheel(name string, p *Package) {
	wheel, err := dist.ParseWheelName(name)
	switch {
	case err != nil:
		t.fail("name", "%v", err)
	case wheel.Name != p.Name:
		t.fail("name", "%s is a wheel of %s, not of %s", name, wheel.Name, p.Name)
	case !p.Version.IsZero() && !wheel.Version.Equal(p.Version):
		t.fail("name", "%s is of version %s, not %s", name, wheel.Version, p.Version)
	}
}

// checkSources checks that there is one kind of source. That there is none is only
// wrong where the package is wanted.
func (t table) checkSources(p *Package) {
	var kinds []string
	for _, kind := range []struct {
		name string
		set  bool
	}{
		{"vcs", p.VCS != nil}, {"directory", p.Directory != nil}, {"archive", p.Archive != nil},
		{"sdist or wheels", p.Sdist != nil || len(p.Wheels) > 0},
	} {
		if kind.set {
			kinds = append(kinds, kind.name)
		}
	}
	if len(kinds) > 1 && *t.fault == nil {
		*t.fault = &FieldError{Field: t.place, Reason: "has " + strings.Join(kinds, " and ") + ", of which only one may be"}
	}
}

func (t table) vcs(key string) *VCS {
	v, ok := t.table(key)
	if !ok {
		return nil
	}
	made := &VCS{
		Type:              v.required("type"),
		URL:               v.text("url"),
		Path:              v.text("path"),
		RequestedRevision: v.text("requested-revision"),
		CommitID:          v.required("commit-id"),
		Subdirectory:      v.text("subdirectory"),
	}
	v.checkPlace(made.URL, made.Path)
	return made
}

func (t table) directory(key string) *Directory {
	d, ok := t.table(key)
	if !ok {
		return nil
	}
	return &Directory{Path: d.required("path"), Editable: d.flag("editable"), Subdirectory: d.text("subdirectory")}
}

func (t table) archive(key string) *File {
	a, ok := t.table(key)
	if !ok {
		return nil
	}
	f := a.file()
	f.Subdirectory = a.text("subdirectory")
	return &f
}

func (t table) file() File {
	f := File{
		Name:       t.text("name"),
		UploadTime: t.time("upload-time"),
		URL:        t.text("url"),
		Path:       t.text("path"),
		Size:       t.size("size"),
	}
	t.checkPlace(f.URL, f.Path)
	if f.Name != "" && (strings.ContainsAny(f.Name, "/\\\x00") || f.Name == "." || f.Name == "..") {
		t.fail("name", "%q is no file name", f.Name)
	}
	hashes, ok := t.table("hashes")
	if !ok || len(hashes.values) == 0 {
		t.fail("hashes", "there must be a digest")
	}
	f.Hashes = map[string]string{}
	for algorithm := range hashes.values {
		f.Hashes[strings.ToLower(algorithm)] = strings.ToLower(hashes.required(algorithm))
	}
	return f
}

func (t table) checkPlace(address, path string) {
	if address == "" && path == "" {
		t.fail("url", "a url or a path must be there")
	}
	if address != "" {
		if _, err := url.Parse(address); err != nil {
			t.fail("url", "this is no URL")
		}
	}
}

// strong are the digests that are enough to tell a file from a forged one.
var strong = []string{"sha256", "sha384", "sha512"}

// IsVerifiable reports whether one of the file's digests is strong enough to check
// the file by: sha256, sha384 or sha512.
func (f *File) IsVerifiable() bool {
	return slices.ContainsFunc(strong, func(algorithm string) bool { return f.Hashes[algorithm] != "" })
}
