package wheel

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"path/filepath"
	"strings"
)

// plan is what an installation will write, decided before it writes anything.
type plan struct {
	env           Environment
	options       InstallOptions
	distributions []*distribution
	files         []planned
	fileAt        map[string]int // index into files, by key
	allowed       []*CollisionError
}

// distribution is one wheel on its way into an environment.
type distribution struct {
	source  Source
	wheel   *Wheel
	record  *record
	library string // the folder its root goes to, which its new RECORD is relative to
	project string // its name in METADATA
	rows    []row  // of the new RECORD
}

// planned is one file of an environment: a member of a wheel, or generated
// content.
type planned struct {
	target       string // "" if it is only checked
	distribution *distribution
	member       *member // nil: content
	content      []byte
	executable   bool
	script       bool // a "#!python" line is to be rewritten
	row          int  // in the distribution's rows; the file's path is there
	hidden       bool // checked, but not written: a later distribution's file takes the path
}

func newPlan(ctx context.Context, wheels []Source, env Environment, o InstallOptions) (*plan, error) {
	o.Installer = cmp.Or(o.Installer, "gobundle")
	p := &plan{env: env, options: o, fileAt: map[string]int{}}
	seen := map[string]string{}
	for _, source := range wheels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := source.Wheel
		name := normalizeName(w.Name)
		if first, found := seen[name]; found {
			return nil, &DuplicateError{First: first, Second: w.FileName}
		}
		seen[name] = w.FileName
		if err := p.add(source); err != nil {
			return nil, err
		}
	}
	if err := p.checkFolders(); err != nil {
		return nil, err
	}
	return p, p.checkLengths()
}

// checkLengths refuses what the environment's interpreter would not find.
func (p *plan) checkLengths() error {
	longest := 0
	for i := range p.files {
		longest = max(longest, len([]rune(p.files[i].target)))
	}
	if p.env.ShortPaths && longest > LongestPath {
		return &LongPathError{Prefix: p.env.Prefix, Longest: longest}
	}
	return nil
}

// add plans one wheel.
func (p *plan) add(source Source) error {
	w := source.Wheel
	info, err := w.Info()
	if err != nil {
		return err
	}
	if hazards := w.Hazards(); p.env.Windows && len(hazards) > 0 {
		return w.archive.invalid(hazards[0].Path, "%s", hazards[0].Reason)
	}
	d := &distribution{source: source, wheel: w, library: p.env.Platlib}
	if info.RootIsPurelib {
		d.library = p.env.Purelib
	}
	if d.record, err = w.record(); err != nil {
		return err
	}
	if d.project, err = w.projectName(); err != nil {
		return err
	}
	scripts, err := p.scripts(w)
	if err != nil {
		return err
	}
	p.distributions = append(p.distributions, d)
	if err := p.addMembers(d, scripts); err != nil {
		return err
	}
	for _, s := range scripts {
		for _, file := range s.files {
			if err := p.generate(d, filepath.Join(p.env.Scripts, file.name), file.content, true); err != nil {
				return err
			}
		}
	}
	return p.addInfo(d)
}

// addMembers plans the wheel's own files and carries their rows over.
// Directories aren't made for their own sake.
func (p *plan) addMembers(d *distribution, scripts []script) error {
	members := d.wheel.archive.members
	for i := range members {
		m := &members[i]
		if m.directory() || d.replaced(m.name) {
			p.checkOnly(d, m)
			continue
		}
		target, script, err := p.place(d, m.name)
		if err != nil {
			return err
		}
		entry := row{path: m.name}
		if j, found := d.record.rowOf[m.name]; found {
			entry = d.record.rows[j]
		}
		entry.path = recordPath(d.library, target)
		if script && wraps(scripts, path.Base(m.name)) {
			// A wrapper that setuptools made for an entry point: a fresh one
			// takes its place. As with pip, its row stays.
			d.rows = append(d.rows, row{m.name, entry.hash, entry.size})
			p.checkOnly(d, m)
			continue
		}
		d.rows = append(d.rows, entry)
		err = p.addFile(planned{target: target, distribution: d, member: m, executable: m.executable(), script: script, row: len(d.rows) - 1})
		if err != nil {
			return err
		}
	}
	d.rows = append(d.rows, row{path: d.wheel.DistInfo + "/RECORD"})
	return nil
}

// checkOnly plans that a member is read and checked like the others, though
// nothing is written.
func (p *plan) checkOnly(d *distribution, m *member) {
	p.files = append(p.files, planned{distribution: d, member: m, hidden: true})
}

// replaced reports whether a file of the wheel is written anew, so that the
// wheel's own doesn't count.
func (d *distribution) replaced(name string) bool {
	name, found := strings.CutPrefix(name, d.wheel.DistInfo+"/")
	if !found {
		return false
	}
	switch name {
	case "RECORD", "INSTALLER", "REQUESTED", "direct_url.json":
		return true
	}
	return false
}

// place is where a member goes, and whether it is a script.
func (p *plan) place(d *distribution, name string) (target string, script bool, err error) {
	folder, rest, nested := strings.Cut(name, "/")
	if !nested || !strings.HasSuffix(folder, ".data") {
		return filepath.Join(d.library, filepath.FromSlash(name)), false, nil
	}
	scheme, rest, nested := strings.Cut(rest, "/")
	if !nested {
		return "", false, d.wheel.archive.invalid(name, "lies in a .data folder, but in none of its schemes")
	}
	var root string
	switch scheme {
	case "purelib":
		root = p.env.Purelib
	case "platlib":
		root = p.env.Platlib
	case "scripts":
		root = p.env.Scripts
	case "data":
		root = p.env.Data
	case "headers":
		if UnsafeName(d.project) != "" || strings.Contains(d.project, "/") {
			return "", false, d.wheel.archive.invalid(d.wheel.DistInfo+"/METADATA", "has a Name that can't be a folder's")
		}
		root = filepath.Join(p.env.Headers, d.project)
	default:
		return "", false, d.wheel.archive.invalid(name, "is for the unknown scheme %q (known: data, headers, platlib, purelib, scripts)", scheme)
	}
	return filepath.Join(root, filepath.FromSlash(rest)), scheme == "scripts", nil
}

// recordPath is how RECORD names a file: relative to the library folder, with
// slashes; absolute where there is no way from the one to the other.
func recordPath(library, target string) string {
	if relative, err := filepath.Rel(library, target); err == nil {
		target = relative
	}
	return filepath.ToSlash(target)
}

// addInfo plans what an installer adds to .dist-info. RECORD comes last, when
// all hashes are known.
func (p *plan) addInfo(d *distribution) error {
	info := filepath.Join(d.library, d.wheel.DistInfo)
	if err := p.generate(d, filepath.Join(info, "INSTALLER"), []byte(p.options.Installer+"\n"), false); err != nil {
		return err
	}
	if d.source.DirectURL != nil {
		if err := p.generate(d, filepath.Join(info, "direct_url.json"), d.source.DirectURL, false); err != nil {
			return err
		}
	}
	if d.source.Requested {
		return p.generate(d, filepath.Join(info, "REQUESTED"), nil, false)
	}
	return nil
}

// generate plans a file that no wheel has.
func (p *plan) generate(d *distribution, target string, content []byte, executable bool) error {
	d.rows = append(d.rows, hashedContent(recordPath(d.library, target), content))
	return p.addFile(planned{target: target, distribution: d, content: content, executable: executable, row: len(d.rows) - 1})
}

// addFile plans a file, unless another one with other content has its path.
func (p *plan) addFile(f planned) error {
	key := p.key(f.target)
	first, found := p.fileAt[key]
	if found {
		same, err := p.sameContent(&p.files[first], &f)
		if err != nil {
			return err
		}
		if !same {
			if err := p.collide(&p.files[first], &f); err != nil {
				return err
			}
		}
		p.files[first].hidden = true
	}
	p.fileAt[key] = len(p.files)
	p.files = append(p.files, f)
	return nil
}

// collide is the error for two files with one path, or nil and a note if that
// is allowed.
func (p *plan) collide(first, second *planned) error {
	err := &CollisionError{Path: p.shown(second.target), First: first.distribution.wheel.String(), Second: second.distribution.wheel.String()}
	if !p.options.CollisionsOK {
		return err
	}
	p.allowed = append(p.allowed, err)
	return nil
}

// key is the same for paths that are one file.
func (p *plan) key(target string) string {
	if p.env.Windows {
		return foldName(target)
	}
	return target
}

// shown is a path as an error names it.
func (p *plan) shown(target string) string { return recordPath(p.env.Prefix, target) }

// sameContent compares two planned files: by RECORD where that is enough, else
// by their bytes.
func (p *plan) sameContent(f, g *planned) (bool, error) {
	if f.member != nil && g.member != nil && f.script == g.script {
		if f.member.size != g.member.size || f.member.crc != g.member.crc {
			return false, nil
		}
		fHash, gHash := f.distribution.rows[f.row].hash, g.distribution.rows[g.row].hash
		if fHash != "" && fHash == gHash {
			return true, nil
		}
	}
	a, err := p.bytes(f)
	if err != nil {
		return false, err
	}
	b, err := p.bytes(g)
	if err != nil {
		return false, err
	}
	return bytes.Equal(a, b), nil
}

// bytes is the content that a planned file will have.
func (p *plan) bytes(f *planned) ([]byte, error) {
	if f.member == nil {
		return f.content, nil
	}
	b, err := newReader(f.distribution.wheel.archive).readAll(f.member, maxRecord)
	if err == nil && f.script {
		b, _ = p.env.rewriteShebang(b)
	}
	return b, err
}

// checkFolders finds paths that are a file of one distribution and a folder of
// another. No order of writing makes these work, so they are never allowed.
func (p *plan) checkFolders() error {
	checked := map[string]bool{}
	for i := range p.files {
		f := &p.files[i]
		if f.target == "" {
			continue
		}
		for folder := filepath.Dir(f.target); !checked[folder]; folder = filepath.Dir(folder) {
			checked[folder] = true
			if other, found := p.fileAt[p.key(folder)]; found {
				first := &p.files[other]
				return &CollisionError{Path: p.shown(folder), First: first.distribution.wheel.String(), Second: f.distribution.wheel.String()}
			}
		}
	}
	return nil
}
