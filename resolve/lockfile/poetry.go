package lockfile

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// readPoetry reads a poetry.lock of version 2.1 or later: older ones don't say which
// packages belong to which group.
//
// https://python-poetry.org/docs/cli/#lock
func readPoetry(text []byte) (Source, error) {
	values, err := decodeTOML(text)
	if err != nil {
		return nil, err
	}
	t := newTable(values)
	about, ok := t.table("metadata")
	if !ok {
		t.fail("metadata", "this is missing")
	}
	version := about.required("lock-version")
	if *t.fault == nil && (!strings.HasPrefix(version, "2.") || version == "2.0") {
		return nil, &VersionError{Format: "poetry.lock", Version: version, Known: "2.1 and what follows it"}
	}
	l := &grouped{main: "main", groups: map[string]bool{}}
	if python := about.text("python-versions"); python != "*" {
		l.requiresPython = about.specifiers("python-versions")
	}
	extras, _ := t.table("extras")
	names := make([]string, 0, len(extras.values))
	for name := range extras.values {
		names = append(names, name)
	}
	l.extras = namesOf(names)
	packages, _ := t.tables("package")
	for _, p := range packages {
		made := p.poetryPackage()
		for _, group := range made.groups {
			l.groups[group] = true
		}
		if made.optional && !strings.Contains(made.markers[""].String(), "extra") {
			made.wantedBy = extras.having(made.Name)
		}
		l.packages = append(l.packages, made.groupedPackage)
	}
	if *t.fault != nil {
		return nil, *t.fault
	}
	return l, nil
}

// having lists the extras that have a project, by its normalised name.
func (t table) having(project string) []string {
	var names []string
	for name := range t.values {
		for _, text := range t.texts(name) {
			bare := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ([;<>=!~", r) })
			if len(bare) > 0 && pep508.NormalizeName(bare[0]) == project {
				names = append(names, pep508.NormalizeName(name))
			}
		}
	}
	return append(names, "") // which no extra is called
}

type poetryPackage struct {
	groupedPackage
	optional bool
}

func (t table) poetryPackage() poetryPackage {
	p := poetryPackage{optional: t.flag("optional")}
	p.Name = pep508.NormalizeName(t.required("name"))
	p.Version = t.anyVersion("version", t.required("version"))
	if p.groups = normalised(t.texts("groups")); len(p.groups) == 0 {
		t.fail("groups", "this is missing")
	}
	p.markers = map[string]*pep508.Marker{}
	switch markers := t.values["markers"].(type) {
	case nil:
	case string:
		p.markers[""] = t.anyMarker("markers", markers)
	case map[string]any:
		inner, _ := t.table("markers")
		for group := range markers {
			p.markers[pep508.NormalizeName(group)] = inner.anyMarker(group, inner.text(group))
		}
	default:
		t.fail("markers", "this must be a string or a table")
	}
	files, _ := t.tables("files")
	var hashes []string
	for _, f := range files {
		hashes = append(hashes, f.digests("hash", []string{f.required("hash")})...)
	}
	p.Digests = hashes
	source, ok := t.table("source")
	if !ok || source.text("type") == "legacy" {
		return p
	}
	p.Digests = nil
	address := source.required("url")
	subdirectory := source.text("subdirectory")
	switch kind := source.text("type"); kind {
	case "git":
		p.VCS = &VCS{Type: "git", URL: address, RequestedRevision: source.text("reference"), CommitID: source.required("resolved_reference"), Subdirectory: subdirectory}
	case "directory":
		p.Directory = &Directory{Path: address, Subdirectory: subdirectory}
	case "url", "file":
		p.Archive = place(address, hashes)
		p.Archive.Subdirectory = subdirectory
	default:
		source.fail("type", "%q is not known", kind)
	}
	if p.Archive == nil {
		p.Version = t.anyVersion("version", "")
	}
	return p
}
