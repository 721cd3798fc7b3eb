package lockfile

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// readPDM reads a pdm.lock of version 4, made with the strategy inherit_metadata, as
// PDM does by default: without it nothing says which packages belong to which group.
//
// https://pdm-project.org/en/latest/usage/lockfile/
func readPDM(text []byte) (Source, error) {
	values, err := decodeTOML(text)
	if err != nil {
		return nil, err
	}
	t := newTable(values)
	about, ok := t.table("metadata")
	if !ok {
		t.fail("metadata", "this is missing")
	}
	version := about.required("lock_version")
	if *t.fault == nil && !strings.HasPrefix(version, "4.") {
		return nil, &VersionError{Format: "pdm.lock", Version: version, Known: "4"}
	}
	if !slices.Contains(about.texts("strategy"), "inherit_metadata") {
		about.fail("strategy", "inherit_metadata is not among them; lock with pdm lock --strategy inherit_metadata")
	}
	l := &grouped{main: "default", groups: namesOf(about.texts("groups")), extras: map[string]bool{}}
	targets, _ := about.tables("targets")
	if len(targets) == 1 {
		l.pythons = []pep440.SpecifierSet{targets[0].specifiers("requires_python")}
	}
	packages, _ := t.tables("package")
	for _, p := range packages {
		if len(p.texts("extras")) == 0 { // else it repeats another one
			l.packages = append(l.packages, p.pdmPackage())
		}
	}
	if *t.fault != nil {
		return nil, *t.fault
	}
	return l, nil
}

func (t table) pdmPackage() groupedPackage {
	p := groupedPackage{markers: map[string]*pep508.Marker{}, groups: normalised(t.texts("groups"))}
	p.Name = pep508.NormalizeName(t.required("name"))
	p.Version = t.anyVersion(t.text("version"))
	p.markers[""] = t.anyMarker("marker", t.text("marker"))
	files, _ := t.tables("files")
	for _, f := range files {
		digests := f.digests("hash", []string{f.required("hash")})
		p.Digests = append(p.Digests, digests...)
	}
	subdirectory := t.text("subdirectory")
	switch {
	case t.text("git") != "":
		p.VCS = &VCS{Type: "git", URL: t.text("git"), RequestedRevision: t.text("ref"), CommitID: t.required("revision"), Subdirectory: subdirectory}
	case t.text("url") != "":
		p.Archive = place(t.text("url"), p.Digests)
		p.Archive.Subdirectory = subdirectory
	case strings.HasSuffix(t.text("path"), ".whl"), strings.HasSuffix(t.text("path"), ".tar.gz"), strings.HasSuffix(t.text("path"), ".zip"):
		p.Archive = place(t.text("path"), p.Digests)
	case t.text("path") != "":
		p.Directory = &Directory{Path: t.text("path"), Editable: t.flag("editable"), Subdirectory: subdirectory}
	default:
		return p
	}
	p.cameFromElsewhere()
	return p
}
