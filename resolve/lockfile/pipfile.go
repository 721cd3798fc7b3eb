package lockfile

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// readPipfile reads a Pipfile.lock (pipfile-spec 6). Its sections are groups, of which
// "default" is always taken; "develop" is another.
//
// https://pipenv.pypa.io/en/latest/pipfile.html
func readPipfile(text []byte) (Source, error) {
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, &SyntaxError{Line: 1 + strings.Count(string(text[:syntax.Offset]), "\n"), Reason: err.Error()}
		}
		return nil, &SyntaxError{Reason: err.Error()}
	}
	t := newTable(values)
	about, ok := t.table("_meta")
	if !ok {
		t.fail("_meta", "this is missing")
	}
	spec, _ := get[float64](about, "pipfile-spec", "a number")
	if *t.fault == nil && spec != 6 {
		return nil, &VersionError{Format: "Pipfile.lock", Version: floatText(spec), Known: "6"}
	}
	l := &grouped{main: "default", groups: map[string]bool{}, extras: map[string]bool{}}
	for _, group := range slices.Sorted(maps.Keys(values)) {
		section, ok := t.table(group)
		if group == "_meta" || !ok {
			continue
		}
		l.groups[pep508.NormalizeName(group)] = true
		for _, name := range slices.Sorted(maps.Keys(section.values)) {
			entry, ok := section.table(name)
			if !ok {
				break
			}
			l.add(entry.pipfilePackage(name, group))
		}
	}
	if *t.fault != nil {
		return nil, *t.fault
	}
	return l, nil
}

// add makes one package of what several sections have alike.
func (l *grouped) add(p groupedPackage) {
	for i := range l.packages {
		other := &l.packages[i]
		if other.Name == p.Name && other.Version.Equal(p.Version) && slices.Equal(other.Digests, p.Digests) {
			other.groups = append(other.groups, p.groups...)
			maps.Copy(other.markers, p.markers)
			return
		}
	}
	l.packages = append(l.packages, p)
}

func (t table) pipfilePackage(name, group string) groupedPackage {
	group = pep508.NormalizeName(group)
	p := groupedPackage{groups: []string{group}, markers: map[string]*pep508.Marker{group: t.anyMarker("markers", t.text("markers"))}}
	p.Name = pep508.NormalizeName(name)
	p.Version = t.anyVersion(strings.TrimLeft(t.text("version"), "= "))
	p.Digests = t.digests("hashes", t.texts("hashes"))
	subdirectory := t.text("subdirectory")
	switch {
	case t.text("git") != "":
		p.VCS = &VCS{Type: "git", URL: t.text("git"), CommitID: t.required("ref"), Subdirectory: subdirectory}
	case t.text("file") != "":
		p.Archive = place(t.text("file"), p.Digests)
		p.Archive.Subdirectory = subdirectory
	case t.text("path") != "":
		p.Directory = &Directory{Path: t.text("path"), Editable: t.flag("editable"), Subdirectory: subdirectory}
	default:
		return p
	}
	p.cameFromElsewhere()
	return p
}
