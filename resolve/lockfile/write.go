package lockfile

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"time"
)

// Marshal returns the text of a pylock.toml. The same lock gives the same bytes:
// keys stand in the order of the specification, tables of files on one line each.
// Packages stand in the order in which they are; Sort brings them into one that
// depends on their content only.
func (l *Lock) Marshal() []byte {
	var w writer
	version := l.Version
	if version == "" {
		version = LockVersion
	}
	w.pair("lock-version", version)
	if len(l.Environments) > 0 {
		texts := make([]string, len(l.Environments))
		for i, marker := range l.Environments {
			texts[i] = marker.String()
		}
		w.lines("environments", stringsOf(texts))
	}
	w.optional("requires-python", l.RequiresPython.String())
	w.names("extras", l.Extras)
	w.names("dependency-groups", l.DependencyGroups)
	if len(l.DefaultGroups) > 0 {
		w.names("default-groups", l.DefaultGroups)
	}
	w.pair("created-by", l.CreatedBy)
	if len(l.Packages) == 0 {
		w.WriteString("packages = []\n")
	}
	for i := range l.Packages {
		w.WriteString("\n[[packages]]\n")
		w.lockPackage(&l.Packages[i])
	}
	for _, name := range slices.Sorted(maps.Keys(l.Tool)) {
		w.WriteString("\n[tool." + keyText(name) + "]\n")
		w.tableLines(l.Tool[name])
	}
	return w.Bytes()
}

func (w *writer) lockPackage(p *Package) {
	w.pair("name", p.Name)
	if !p.Version.IsZero() {
		w.pair("version", p.Version.String())
	}
	w.optional("marker", p.Marker.String())
	w.optional("requires-python", p.RequiresPython.String())
	w.inlineTables("dependencies", p.Dependencies)
	if p.VCS != nil {
		w.inline("vcs", ordered{
			{"type", p.VCS.Type}, {"url", p.VCS.URL}, {"path", p.VCS.Path}, {"requested-revision", p.VCS.RequestedRevision},
			{"commit-id", p.VCS.CommitID}, {"subdirectory", p.VCS.Subdirectory},
		})
	}
	if p.Directory != nil {
		table := ordered{{"path", p.Directory.Path}}
		if p.Directory.Editable {
			table = append(table, member{"editable", true})
		}
		w.inline("directory", append(table, member{"subdirectory", p.Directory.Subdirectory}))
	}
	if p.Archive != nil {
		w.inline("archive", append(p.Archive.table(false), member{"subdirectory", p.Archive.Subdirectory}))
	}
	w.optional("index", p.Index)
	if p.Sdist != nil {
		w.inline("sdist", p.Sdist.table(true))
	}
	if len(p.Wheels) > 0 {
		wheels := make([]any, len(p.Wheels))
		for i := range p.Wheels {
			wheels[i] = p.Wheels[i].table(true)
		}
		w.lines("wheels", wheels)
	}
	w.inlineTables("attestation-identities", p.AttestationIdentities)
	if len(p.Tool) > 0 {
		tool := map[string]any{}
		for name, values := range p.Tool {
			tool[name] = values
		}
		w.pair("tool", tool)
	}
}

// table is the file with its keys in the order of the specification.
func (f *File) table(named bool) ordered {
	var t ordered
	if named {
		t = append(t, member{"name", f.FileName()})
	}
	if !f.UploadTime.IsZero() {
		t = append(t, member{"upload-time", f.UploadTime.UTC()})
	}
	t = append(t, member{"url", f.URL}, member{"path", f.Path})
	if f.Size >= 0 {
		t = append(t, member{"size", f.Size})
	}
	hashes := map[string]any{}
	for algorithm, digest := range f.Hashes {
		hashes[algorithm] = digest
	}
	return append(t, member{"hashes", hashes})
}

// Sort brings packages, and the files of each, into an order that depends on their
// content only: by name, version, marker and source; files by name.
func (l *Lock) Sort() {
	for i := range l.Packages {
		slices.SortStableFunc(l.Packages[i].Wheels, func(a, b File) int { return strings.Compare(a.FileName(), b.FileName()) })
	}
	slices.SortStableFunc(l.Packages, comparePackages)
}

func comparePackages(a, b Package) int {
	if c := strings.Compare(a.Name, b.Name); c != 0 {
		return c
	}
	if c := a.Version.Compare(b.Version); c != 0 {
		return c
	}
	if c := strings.Compare(a.Marker.String(), b.Marker.String()); c != 0 {
		return c
	}
	var left, right writer
	left.lockPackage(&a)
	right.lockPackage(&b)
	return bytes.Compare(left.Bytes(), right.Bytes())
}

// timeText writes a time as TOML has it, in UTC.
func timeText(t time.Time) string {
	switch t.Location().String() {
	case localDatetime:
		return t.Format("2006-01-02T15:04:05.999999999")
	case localDate:
		return t.Format("2006-01-02")
	case localTime:
		return t.Format("15:04:05.999999999")
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999999Z")
}

// The names that the TOML reader gives to the zones of times that have none.
const (
	localDatetime = "datetime-local"
	localDate     = "date-local"
	localTime     = "time-local"
)
