package stage

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// An Input is what a bundle is made of.
type Input struct {
	// Wheels are the distributions, in any order. A file name may come twice
	// if the bytes are the same.
	Wheels []Wheel
	// Targets have indexes into Wheels. Their order is kept. The wheel made
	// from Sources is added to each of them.
	Targets []manifest.Target
	// Sources are the application's own files.
	Sources []Source
	// Excluded are paths that are not taken from the sources: the output file
	// above all.
	Excluded []string

	EntryPoint EntryPoint
	// Commands choose what a bundle of several commands has; then there is no entry
	// point. Nil is a bundle that starts one thing.
	Commands     []Selector
	Options      manifest.Options
	Requirements []string
	Generator    string

	// Modified is the time of all entries: SOURCE_DATE_EPOCH, say. The zero
	// value becomes 1980-01-01 UTC, and so does what is earlier.
	Modified time.Time
	// Bytecode is asked for what was compiled of the wheels, which are in the order of
	// the bundle, for the targets that have them. Nil is for nothing.
	Bytecode func(ctx context.Context, wheels []Wheel, targets []manifest.Target) ([]Bytecode, error)
	// Start is byte-code of the modules that start the bundle.
	Start []Start
	// Recompress packs wheels and byte-code, in place: paths, sizes and digests become those
	// of what is put into the bundle. Nil leaves them as they are.
	Recompress func(ctx context.Context, wheels []Wheel, bytecode []Bytecode) error
	// TemporaryDir is where the wheel made from Sources is kept until the tree
	// is closed; "" is the system's.
	TemporaryDir string
}

// A Wheel is a wheel at hand. Its content has been checked against SHA256,
// CRC32 and Size before; stage relies on them. Role may be empty.
type Wheel struct {
	Path  string // a readable file, of any name
	CRC32 uint32 // IEEE, of the whole file
	manifest.Wheel
}

// A Bytecode is an archive of byte-code at hand. Its content has been checked against
// SHA256, CRC32 and Size.
type Bytecode struct {
	Path  string // a readable file, of any name
	CRC32 uint32 // IEEE, of the whole file
	manifest.Bytecode
}

// A Start is what one interpreter made of the modules that start a bundle, at hand.
type Start struct {
	Name  string // by [bootstrap.Compiled]
	Path  string // a readable file, of any name
	CRC32 uint32 // IEEE, of the whole file
	Size  int64  // in bytes
}

// A WheelError says that two different wheels can't be in one bundle.
type WheelError struct {
	File   string // the name of both
	First  string // paths
	Second string
}

func (e *WheelError) Error() string {
	return "two different wheels are called " + e.File + ": " + e.First + " and " + e.Second
}

// Stage lays out a bundle. The caller closes the tree when it has been
// written. What can't be started is an [*EntryPointError] or a [*CommandError], what
// can't be packed a
// [*SourceError], a [*WheelError] or a [*manifest.FormatError]; a wheel that can't be
// read is one of the errors of runtime/wheel.
func Stage(ctx context.Context, in Input) (*Tree, error) {
	tree := &Tree{Modified: clamp(in.Modified)}
	if err := stage(ctx, in, tree); err != nil {
		tree.Close()
		return nil, err
	}
	return tree, nil
}

func stage(ctx context.Context, in Input, tree *Tree) error {
	set, err := merge(in.Wheels, in.Targets)
	if err != nil {
		return err
	}
	if len(in.Sources) > 0 {
		built, err := stageSources(ctx, in)
		if err != nil {
			return err
		}
		tree.temporary = append(tree.temporary, built.Path)
		set.addSources(built)
	}
	set.sort()
	catalog := newCatalog(set.wheels)
	defer catalog.close()
	entryPoint, err := catalog.entryPoint(ctx, in.EntryPoint, set.targets)
	if err != nil {
		return err
	}
	var commands []manifest.Command
	if in.Commands != nil {
		entryPoint.Kind = manifest.Busybox
		if commands, err = catalog.commands(ctx, in.Commands, set.targets, in.Options.Tools); err != nil {
			return err
		}
	}
	tree.Manifest = &manifest.Manifest{
		Format:       manifest.Format,
		Generator:    in.Generator,
		EntryPoint:   entryPoint,
		Commands:     commands,
		Options:      in.Options,
		Requirements: printableAll(in.Requirements),
		Targets:      set.targets,
	}
	bytecode, err := in.bytecode(ctx, set)
	if err != nil {
		return err
	}
	if in.Recompress != nil {
		if err := in.Recompress(ctx, set.wheels, bytecode); err != nil {
			return err
		}
	}
	for _, w := range set.wheels {
		tree.Manifest.Wheels = append(tree.Manifest.Wheels, w.Wheel)
	}
	for _, b := range bytecode {
		tree.Manifest.Bytecode = append(tree.Manifest.Bytecode, b.Bytecode)
	}
	encoded, err := tree.Manifest.Encode()
	if err != nil {
		return err
	}
	tree.ID = manifest.ID(encoded)
	tree.layOut(encoded, in.Start, set.wheels, bytecode)
	return ctx.Err()
}

// layOut lists the entries in the order of the format: what is read first
// stands first, so that a start touches few pages.
func (t *Tree) layOut(encoded []byte, start []Start, wheels []Wheel, bytecode []Bytecode) {
	t.Entries = append(t.Entries, NewEntry("__main__.py", bootstrap.Main(t.ID, t.Bootstrap())))
	t.Entries = append(t.Entries, NewEntry("__gobundle__.py", bootstrap.Import(t.ID)))
	first := len(t.Entries)
	for _, file := range bootstrap.Files() {
		t.Entries = append(t.Entries, NewEntry(file.Name, file.Data))
	}
	for _, s := range start {
		t.Entries = append(t.Entries, Entry{Name: s.Name, Size: s.Size, CRC32: s.CRC32, path: s.Path})
	}
	slices.SortFunc(t.Entries[first:], func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	t.Entries = append(t.Entries, NewEntry(manifest.Name, encoded))
	for _, w := range wheels {
		t.Entries = append(t.Entries, Entry{Name: w.Member(), Size: w.Size, CRC32: w.CRC32, path: w.Path})
	}
	for _, b := range bytecode {
		t.Entries = append(t.Entries, Entry{Name: b.Member(), Size: b.Size, CRC32: b.CRC32, path: b.Path})
	}
}

// bytecode asks for what was compiled of the wheels.
func (in *Input) bytecode(ctx context.Context, set *set) ([]Bytecode, error) {
	if in.Bytecode == nil {
		return nil, nil
	}
	bytecode, err := in.Bytecode(ctx, set.wheels, set.targets)
	slices.SortFunc(bytecode, func(a, b Bytecode) int { return strings.Compare(a.File, b.File) })
	return bytecode, err
}

// stageSources makes the wheel of the sources.
func stageSources(ctx context.Context, in Input) (Wheel, error) {
	files, err := collect(ctx, in.Sources, in.Excluded)
	if err != nil {
		return Wheel{}, err
	}
	taken := map[string]bool{}
	for _, w := range in.Wheels {
		taken[w.Name] = true
	}
	return buildSources(ctx, in.TemporaryDir, sourcesName(mainModule(in.EntryPoint, files), taken), files)
}

// mainModule is the top-level module that stands for the sources: the module or
// script that is started, else the first.
func mainModule(entryPoint EntryPoint, files []sourceFile) string {
	wanted, _, _ := strings.Cut(entryPoint.Text, ":")
	wanted, _, _ = strings.Cut(wanted, ".")
	first := ""
	for _, file := range files {
		if file.script && file.name == entryPoint.Script {
			return strings.TrimSuffix(file.name, ".py")
		}
		if file.script {
			continue
		}
		top, _, _ := strings.Cut(file.name, "/")
		top = strings.TrimSuffix(top, ".py")
		if top == wanted {
			return wanted
		}
		if first == "" && (top+".py" == file.name || strings.HasPrefix(file.name, top+"/")) {
			first = top
		}
	}
	return first
}

// clamp brings a time into what a zip holds: 1980 to 2107, in UTC, in steps of
// two seconds.
func clamp(t time.Time) time.Time {
	earliest := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	latest := time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)
	t = t.UTC().Truncate(2 * time.Second)
	switch {
	case t.Before(earliest):
		return earliest
	case t.After(latest):
		return latest
	}
	return t
}

// removeAll removes files, and reports the first that can't be.
func removeAll(names []string) error {
	var first error
	for _, name := range names {
		if err := os.Remove(name); err != nil && first == nil && !os.IsNotExist(err) {
			first = err
		}
	}
	return first
}
