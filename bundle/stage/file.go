package stage

import (
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// AddFile puts a file before the wheels, which stays where it is: it must not change
// until the tree is closed.
func (t *Tree) AddFile(name, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := crc32.NewIEEE()
	size, err := io.Copy(sum, file)
	if err != nil {
		return err
	}
	t.insert(Entry{Name: name, Size: size, CRC32: sum.Sum32(), path: path})
	return nil
}

// insert puts an entry before the wheels.
func (t *Tree) insert(e Entry) {
	at := slices.IndexFunc(t.Entries, func(e Entry) bool { return strings.HasPrefix(e.Name, manifest.WheelFolder+"/") })
	if at < 0 {
		at = len(t.Entries)
	}
	t.Entries = slices.Insert(t.Entries, at, e)
}
