package stage

import (
	"bytes"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A Tree is the content of a bundle. It is not changed by being written, and is
// safe for concurrent use until it is closed.
type Tree struct {
	Manifest *manifest.Manifest
	// ID is the bundle id.
	ID string
	// Entries are in the order of the archive.
	Entries []Entry
	// Modified is the time of all entries, in UTC, as a zip can hold it.
	Modified time.Time

	temporary []string // files that Close removes
}

// Bootstrap returns the options that the rendered files and the prolog depend on.
func (t *Tree) Bootstrap() bootstrap.Options {
	o := t.Manifest.Options
	return bootstrap.Options{
		Tools:           o.Tools,
		Inherit:         o.Inherit != "",
		PythonArguments: o.PythonArguments,
		VerifyAlways:    o.Verify == manifest.VerifyAlways,
		Commands:        t.Manifest.CommandNames(),
	}
}

// Add puts a further file before the wheels.
func (t *Tree) Add(name string, data []byte) { t.insert(NewEntry(name, data)) }

// Close removes the temporary files. Entries can't be opened afterwards.
func (t *Tree) Close() error {
	names := t.temporary
	t.temporary = nil
	return removeAll(names)
}

// Size is the sum of the entries' sizes in bytes.
func (t *Tree) Size() int64 {
	var size int64
	for _, e := range t.Entries {
		size += e.Size
	}
	return size
}

// An Entry is one file of a bundle. None of them is executable: wheels carry
// the modes of their files, and the bootstrap is imported.
type Entry struct {
	Name  string // a slash path
	Size  int64  // in bytes
	CRC32 uint32 // IEEE

	path string // of a file, or "" for content
	data []byte
}

// Open opens the content. That of a wheel is an [*os.File], so that the system can copy it.
func (e Entry) Open() (io.ReadCloser, error) {
	if e.path != "" {
		return os.Open(e.path)
	}
	return io.NopCloser(bytes.NewReader(e.data)), nil
}

// NewEntry is an entry with the content data.
func NewEntry(name string, data []byte) Entry {
	return Entry{Name: name, Size: int64(len(data)), CRC32: crc32.ChecksumIEEE(data), data: data}
}
