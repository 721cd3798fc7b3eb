package wheel

import (
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Wheel is an open wheel. Its methods are safe for concurrent use as far as the
// [io.ReaderAt] below it is.
type Wheel struct {
	FileName string // as given to Open, without folders
	Name     string // the distribution's name, as the .dist-info folder spells it
	Version  string // the distribution's version, as the .dist-info folder spells it
	DistInfo string // "name-version.dist-info"

	archive *archive
	closer  io.Closer
}

// File is one file of a wheel. Directories are not listed.
type File struct {
	Path       string // inside the wheel, with slashes, safe to join to a folder
	Size       int64  // bytes when unpacked
	PackedSize int64
	CRC32      uint32
	Executable bool
}

// Mode is the file's permissions, 0644 or 0755.
func (f File) Mode() fs.FileMode {
	if f.Executable {
		return 0o755
	}
	return 0o644
}

// Open reads the central directory of the wheel of size bytes in r, and nothing
// else of it. fileName is the wheel's own file name; its folders are ignored.
// It returns an [*InvalidError] for what is no sound wheel; other errors are
// r's. The caller must not close r before it is done with the wheel.
func Open(r io.ReaderAt, size int64, fileName string) (*Wheel, error) {
	return OpenLimited(r, size, fileName, Limits{})
}

// OpenLimited is Open with limits of the caller's.
func OpenLimited(r io.ReaderAt, size int64, fileName string, limits Limits) (*Wheel, error) {
	fileName = baseName(fileName)
	a, err := openArchive(r, size, fileName, limits.withDefaults())
	if err != nil {
		return nil, err
	}
	w := &Wheel{FileName: fileName, archive: a}
	if err := w.findDistInfo(); err != nil {
		return nil, err
	}
	return w, nil
}

// OpenFile opens the wheel in a file. The caller closes it.
func OpenFile(name string) (*Wheel, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &InvalidError{Wheel: baseName(name), Reason: "it is not a regular file"}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	w, err := Open(f, info.Size(), name)
	if err != nil {
		f.Close()
		return nil, err
	}
	w.closer = f
	return w, nil
}

// Close closes the file that OpenFile opened; for a wheel of Open it does nothing.
func (w *Wheel) Close() error {
	if w.closer == nil {
		return nil
	}
	return w.closer.Close()
}

func baseName(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

// splitFileName takes the name and the version from a wheel's file name.
func splitFileName(fileName string) (name, version string, ok bool) {
	stem, ok := strings.CutSuffix(fileName, ".whl")
	if !ok {
		return "", "", false
	}
	parts := strings.Split(stem, "-")
	if len(parts) != 5 && len(parts) != 6 || slices.Contains(parts, "") {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// findDistInfo holds the wheel to one .dist-info folder, that of its file name,
// with the files it must have.
func (w *Wheel) findDistInfo() error {
	name, version, ok := splitFileName(w.FileName)
	if !ok {
		return w.archive.invalid("", "its file name is not NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl")
	}
	for i := range w.archive.members {
		folder, _, nested := strings.Cut(w.archive.members[i].name, "/")
		if !nested || folder == w.DistInfo || !strings.HasSuffix(folder, ".dist-info") {
			continue
		}
		if w.DistInfo != "" {
			return w.archive.invalid("", "it has two .dist-info folders, %s and %s", w.DistInfo, folder)
		}
		w.DistInfo = folder
	}
	if w.DistInfo == "" {
		return w.archive.invalid("", "it has no .dist-info folder")
	}
	stem := strings.TrimSuffix(w.DistInfo, ".dist-info")
	w.Name, w.Version, ok = strings.Cut(stem, "-")
	if !ok || w.Name == "" || w.Version == "" {
		return w.archive.invalid(w.DistInfo, "is not named NAME-VERSION.dist-info")
	}
	if normalizeName(w.Name) != normalizeName(name) || versionKey(w.Version) != versionKey(version) {
		return w.archive.invalid(w.DistInfo, "doesn't belong to %s %s", name, version)
	}
	for _, file := range []string{"METADATA", "WHEEL", "RECORD"} {
		if _, found := w.archive.index[w.DistInfo+"/"+file]; !found {
			return w.archive.invalid("", "it has no %s/%s", w.DistInfo, file)
		}
	}
	return nil
}

// String is the distribution's name and version, as it is shown to people.
func (w *Wheel) String() string { return w.Name + " " + w.Version }

// Files yields the wheel's files in the archive's order.
func (w *Wheel) Files() iter.Seq[File] {
	return func(yield func(File) bool) {
		for i := range w.archive.members {
			m := &w.archive.members[i]
			if m.directory() {
				continue
			}
			if !yield(File{Path: m.name, Size: m.size, PackedSize: m.packed, CRC32: m.crc, Executable: m.executable()}) {
				return
			}
		}
	}
}

// InstalledSize is how many bytes the wheel's files have when unpacked.
func (w *Wheel) InstalledSize() int64 { return w.archive.total }

// Has reports whether the wheel has a file of that path.
func (w *Wheel) Has(path string) bool {
	_, found := w.archive.index[path]
	return found && !strings.HasSuffix(path, "/")
}

// ReadFile returns the content of one file, checked against its local header,
// size and CRC-32 but not against RECORD. It returns [fs.ErrNotExist], wrapped,
// if there is no such file.
func (w *Wheel) ReadFile(path string) ([]byte, error) {
	return w.readFile(path, maxRecord)
}

func (w *Wheel) readFile(path string, limit int64) ([]byte, error) {
	if !w.Has(path) {
		return nil, fmt.Errorf("reading %s: %w", w.FileName, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist})
	}
	return newReader(w.archive).readAll(&w.archive.members[w.archive.index[path]], limit)
}

// readInfo returns a file of .dist-info, which must be UTF-8.
func (w *Wheel) readInfo(name string, limit int64) ([]byte, error) {
	b, err := w.readFile(w.DistInfo+"/"+name, limit)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(b) {
		return nil, w.archive.invalid(w.DistInfo+"/"+name, "is not UTF-8")
	}
	return b, nil
}

// Metadata returns the METADATA file.
func (w *Wheel) Metadata() ([]byte, error) {
	b, err := w.readFile(w.DistInfo+"/METADATA", maxMetadata)
	return b, err
}

// Scripts lists the names of the files that go to the environment's scripts
// folder, sorted; entry points not included.
func (w *Wheel) Scripts() []string {
	var names []string
	for file := range w.Files() {
		folder, rest, _ := strings.Cut(file.Path, "/")
		if name, found := strings.CutPrefix(rest, "scripts/"); found && strings.HasSuffix(folder, ".data") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// importable is the path that a file has on sys.path once installed, or false
// if it won't be there.
func importable(file string) (string, bool) {
	folder, rest, nested := strings.Cut(file, "/")
	if nested && strings.HasSuffix(folder, ".data") {
		scheme, rest, _ := strings.Cut(rest, "/")
		return rest, scheme == "purelib" || scheme == "platlib"
	}
	return file, true
}

// moduleName is the dotted name under which a file on sys.path can be imported,
// or "": "a/b.py", "a/b/__init__.py", "a/b.cpython-312-x86_64-linux-gnu.so" are
// all "a.b".
func moduleName(file string) string {
	folder, base := path.Split(file)
	stem, suffixes, found := strings.Cut(base, ".")
	if !found || stem == "" {
		return ""
	}
	switch {
	case suffixes == "py", suffixes == "pyc":
	case suffixes == "so", strings.HasSuffix(suffixes, ".so"), suffixes == "pyd", strings.HasSuffix(suffixes, ".pyd"):
	default:
		return ""
	}
	name := folder + stem
	if stem == "__init__" {
		name = folder
	}
	name = strings.TrimSuffix(name, "/")
	for part := range strings.SplitSeq(name, "/") {
		if !isIdentifier(part) {
			return ""
		}
	}
	return strings.ReplaceAll(name, "/", ".")
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		digit := isDigit(c)
		if digit && i == 0 || !digit && !isLetter(c) && c != '_' && c < 0x80 {
			return false
		}
	}
	return s != ""
}

// HasModule reports whether a dotted name can be imported from the installed
// wheel: a module, a package, an extension module, or a namespace package that
// holds one of these.
func (w *Wheel) HasModule(name string) bool {
	for file := range w.Files() {
		if file, ok := importable(file.Path); ok {
			module := moduleName(file)
			if rest, found := strings.CutPrefix(module, name); found && module != "" && (rest == "" || rest[0] == '.') {
				return true
			}
		}
	}
	return false
}

// Modules lists the dotted names that can be imported from the installed wheel,
// sorted; namespace packages are not listed on their own.
func (w *Wheel) Modules() []string {
	var names []string
	for file := range w.Files() {
		if file, ok := importable(file.Path); ok {
			if module := moduleName(file); module != "" {
				names = append(names, module)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
