// Package archive reads finished bundles: what is in them, whether they are
// intact, and the original wheels back out of them.
//
// It reads a file with a zip behind any prolog, or a folder, as docs/format.md
// describes them, and trusts neither: a bundle may come from anywhere. It does
// not install anything; see runtime/wheel.
package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// An Archive is an open bundle. It is safe for concurrent use.
type Archive struct {
	Path     string
	Manifest *manifest.Manifest
	// ID is the bundle id.
	ID string
	// Python is what an executable brings along, or nil.
	Python *pythondist.Record
	// Size is that of the whole file in bytes; of a folder it is the sum of its
	// files. Prolog is the number of bytes before the zip, 0 for a folder.
	Size, Prolog int64

	store    store
	wheels   []*io.SectionReader // as Manifest.Wheels
	bytecode []*io.SectionReader // as Manifest.Bytecode
	recent   *recompress.Recent  // of the wheels that are packed; nil if none is
}

// A store is where a bundle's members are. Those that it names lie in it as
// they are, not compressed.
type store interface {
	io.Closer
	// names lists the members.
	names() []string
	// open returns a member's bytes.
	open(name string) (*io.SectionReader, error)
	// check reads a member and compares it with what the store knows of it.
	check(name string) error
	// size returns the sizes of the whole and of what is before the first member.
	size() (total, prolog int64)
}

// ErrNotBundle is wrapped by the errors for files that are no bundles at all.
var ErrNotBundle = errors.New("is not a gobundle bundle")

// A DamageError says that a part of a bundle is not what it must be.
type DamageError struct {
	Path   string // the bundle
	Member string // its part, "" for the whole
	Reason string // as the end of a sentence
	Err    error  // may be nil
}

func (e *DamageError) Error() string {
	if e.Member == "" {
		return e.Path + " " + e.Reason
	}
	return fmt.Sprintf("%s in %s %s", e.Member, e.Path, e.Reason)
}

func (e *DamageError) Unwrap() error { return e.Err }

// Open opens a bundle. The caller closes it. What is no bundle wraps [ErrNotBundle];
// a bundle with something wrong is a [*DamageError], one of a newer format a
// [*manifest.VersionError]. No wheel is read.
func Open(name string) (*Archive, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	a := &Archive{Path: name}
	switch {
	case info.IsDir():
		a.store, err = openFolder(name)
	case info.Mode().IsRegular():
		a.store, err = openFile(name)
	default:
		err = notBundle(name, "it is not a regular file")
	}
	if err != nil {
		return nil, err
	}
	if err := a.read(); err != nil {
		a.store.Close()
		return nil, err
	}
	return a, nil
}

func notBundle(path, reason string) error {
	return fmt.Errorf("%s %w: %s", path, ErrNotBundle, reason)
}

// Close closes the file. Readers of wheels are not valid afterwards.
func (a *Archive) Close() error {
	if a.recent != nil {
		a.recent.Close()
	}
	return a.store.Close()
}

func (a *Archive) damaged(member, format string, arguments ...any) error {
	return &DamageError{Path: a.Path, Member: member, Reason: fmt.Sprintf(format, arguments...)}
}

// read reads the manifest and finds the wheels.
func (a *Archive) read() error {
	names := a.store.names()
	bootstrap := slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "gobundle_bootstrap/") })
	if !bootstrap || !slices.Contains(names, manifest.Name) {
		return notBundle(a.Path, "it has no "+manifest.Name+" or no bootstrap")
	}
	encoded, err := a.readAll(manifest.Name, manifest.MaxSize)
	if err != nil {
		return err
	}
	a.Manifest, err = manifest.Decode(encoded)
	var newer *manifest.VersionError
	switch {
	case errors.As(err, &newer):
		return fmt.Errorf("%s: %w", a.Path, err)
	case err != nil:
		return &DamageError{Path: a.Path, Member: manifest.Name, Reason: "can't be read: " + err.Error(), Err: err}
	}
	a.ID = manifest.ID(encoded)
	if err := a.readLaunch(names); err != nil {
		return err
	}
	a.Size, a.Prolog = a.store.size()
	known := map[string]bool{}
	for _, w := range a.Manifest.Wheels {
		content, err := a.member(w.Member(), w.Size, known)
		if err != nil {
			return err
		}
		a.wheels = append(a.wheels, content)
	}
	for _, b := range a.Manifest.Bytecode {
		content, err := a.member(b.Member(), b.Size, known)
		if err != nil {
			return err
		}
		a.bytecode = append(a.bytecode, content)
	}
	if a.Recompressed() {
		if a.recent, err = recompress.NewRecent(2 * runtime.GOMAXPROCS(0)); err != nil {
			return err
		}
	}
	for _, name := range names {
		folder, _, _ := strings.Cut(name, "/")
		if (folder == manifest.WheelFolder || folder == manifest.BytecodeFolder) && !known[name] {
			return a.damaged(name, "is not in the manifest")
		}
	}
	return nil
}

// member opens a member that the manifest names, and adds it to the known ones.
func (a *Archive) member(name string, size int64, known map[string]bool) (*io.SectionReader, error) {
	known[name] = true
	content, err := a.store.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, a.damaged(name, "is missing")
	}
	if err != nil {
		return nil, err
	}
	if content.Size() != size {
		return nil, a.damaged(name, "has %d bytes, not the %d of the manifest", content.Size(), size)
	}
	return content, nil
}

// readLaunch reads what an executable's launcher reads.
func (a *Archive) readLaunch(names []string) error {
	if !slices.Contains(names, launch.Name) {
		return nil
	}
	encoded, err := a.readAll(launch.Name, launch.MaxSize)
	if err != nil {
		return err
	}
	record, err := launch.Decode(encoded)
	if err != nil {
		return &DamageError{Path: a.Path, Member: launch.Name, Reason: "can't be read: " + err.Error(), Err: err}
	}
	if a.Python = record.Python; a.Python != nil && a.Python.Embedded() && !slices.Contains(names, pythondist.Member) {
		return a.damaged(pythondist.Member, "is missing")
	}
	return nil
}

// readAll reads a small member whole.
func (a *Archive) readAll(name string, limit int64) ([]byte, error) {
	content, err := a.store.open(name)
	if err != nil {
		return nil, err
	}
	if content.Size() > limit {
		return nil, a.damaged(name, "has %d bytes; the limit is %d", content.Size(), limit)
	}
	data := make([]byte, content.Size())
	if _, err := io.ReadFull(content, data); err != nil {
		return nil, &DamageError{Path: a.Path, Member: name, Reason: "can't be read: " + err.Error(), Err: err}
	}
	return data, nil
}

// slash brings a path below a folder into the form of members.
func slash(folder, name string) (string, error) {
	relative, err := filepath.Rel(folder, name)
	return filepath.ToSlash(relative), err
}
