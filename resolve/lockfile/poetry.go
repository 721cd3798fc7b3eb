package lockfile

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
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
		return nil, &VersionError{Format: "poetry.lock", Version: version, Known: "2.1 or later"}
	}
	l := &grouped{main: "main", groups: map[string]bool{}}
	l.pythons = about.poetryPythons("python-versions")
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

// poetryClause is a version with an operator of PEP 440, or one of Poetry's own.
var poetryClause = lazyregexp.New(`^(\^|~=|~|===?|!=|>=?|<=?)?\s*(v?[0-9][^\s,|]*)[\s,]*`)

// poetryPythons reads the Pythons of a project as Poetry has them: sets with "||"
// between them, which may have carets and tildes. No set is any Python.
//
// https://python-poetry.org/docs/dependency-specification/
func (t table) poetryPythons(key string) []pep440.SpecifierSet {
	text := strings.TrimSpace(t.text(key))
	if text == "" || text == "*" {
		return nil
	}
	var sets []pep440.SpecifierSet
	for alternative := range strings.SplitSeq(text, "||") {
		rest := strings.TrimSpace(alternative)
		var clauses []string
		for rest != "" {
			m := poetryClause().FindStringSubmatch(rest)
			if m == nil {
				t.fail(key, "%q says nothing about Python", rest)
				return nil
			}
			rest = rest[len(m[0]):]
			clauses = append(clauses, poetrySpecifier(m[1], m[2]))
		}
		set, err := pep440.ParseSpecifierSet(strings.Join(clauses, ","))
		if err != nil {
			t.fail(key, "this is no version specifier: %v", err)
		}
		sets = append(sets, set)
	}
	return sets
}

// poetrySpecifier writes a clause in the words of PEP 440. A caret allows all that
// has the same first number, a tilde all that has the same first two.
func poetrySpecifier(op, version string) string {
	numbers := strings.SplitN(version, ".", 3)
	switch {
	case op == "":
		return "==" + version
	case op == "^" || op == "~" && len(numbers) == 1:
		return ">=" + version + ",==" + numbers[0] + ".*"
	case op == "~":
		return ">=" + version + ",==" + numbers[0] + "." + numbers[1] + ".*"
	}
	return op + version
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
	p.Version = t.anyVersion(t.required("version"))
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
	p.cameFromElsewhere()
	return p
}
