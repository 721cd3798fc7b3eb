//go:build unix

package unpack_test

import (
	"archive/tar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/runtime/unpack"
)

// TestArchive is for Unix: modes and links are.
func TestArchive(t *testing.T) {
	t.Parallel()
	entries := []entry{
		{name: "./", kind: tar.TypeDir},
		{name: "p-1.0/", kind: tar.TypeDir, mode: 0o500},
		{name: "./p-1.0//setup.py", content: "setup()", mode: 0o4777},
		{name: "p-1.0/src/a", content: "a", mode: 0o400},
		{name: "p-1.0/src/here", kind: tar.TypeSymlink, target: "a"},
		{name: "p-1.0/src/up", kind: tar.TypeSymlink, target: "../../p-1.0/./src"},
		{name: "p-1.0/dangling", kind: tar.TypeSymlink, target: "nothing/there"},
		{name: "p-1.0/loop", kind: tar.TypeSymlink, target: "loop"},
		{name: "p-1.0/src/b", kind: tar.TypeLink, target: "p-1.0/src/a"},
		{name: "p-1.0/src", kind: tar.TypeDir},
	}
	want := []string{
		"folder p-1.0",
		"link p-1.0/dangling -> nothing/there",
		"link p-1.0/loop -> loop",
		"-rwxr-xr-x p-1.0/setup.py setup()",
		"folder p-1.0/src",
		"-rw-r--r-- p-1.0/src/a a",
		"-rw-r--r-- p-1.0/src/b a",
		"link p-1.0/src/here -> a",
		"link p-1.0/src/up -> ../../p-1.0/./src",
	}
	asTar := rawTar(t, entries...)
	half := len(asTar) / 2
	zipEntries := slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return e.kind == tar.TypeLink })
	zipEntries[len(zipEntries)-1].name += "/"
	for _, test := range []struct {
		file string
		data []byte
		want []string
	}{
		{"p-1.0.tar.gz", gz(t, asTar), want},
		{"P-1.0.TGZ", gz(t, asTar), want},
		{"p-1.0.tar", asTar, want},
		{"in-parts-1.0.tar.gz", append(gz(t, asTar[:half]), gz(t, asTar[half:])...), want},
		{"padded-1.0.tar.gz", append(gz(t, asTar), make([]byte, 700)...), want},
		{"p-1.0.zip", zipOf(t, zipEntries...), slices.DeleteFunc(slices.Clone(want), func(line string) bool { return strings.Contains(line, "src/b") })},
	} {
		dir, top, err := unpacked(t, test.file, test.data, unpack.Limits{})
		if err != nil || top != filepath.Join(dir, "p-1.0") {
			t.Errorf("%s: Archive = %q, %v", test.file, top, err)
			continue
		}
		if got := listing(t, dir); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.file, got, test.want)
		}
		info, err := os.Stat(filepath.Join(top, "setup.py"))
		if err != nil || !info.ModTime().Equal(time.Unix(1600000000, 0)) {
			t.Errorf("%s: setup.py has the time %v, want that of the archive (%v)", test.file, info.ModTime(), err)
		}
	}
}
