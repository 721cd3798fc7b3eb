package pack

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/manifest"
	"pgregory.net/rapid"
)

// sparse is a file of which only some parts are not zero.
type sparse struct {
	size  int64
	parts map[int64][]byte
}

func (s sparse) ReadAt(p []byte, offset int64) (int, error) {
	clear(p)
	n := int(min(int64(len(p)), s.size-offset))
	if n <= 0 {
		return 0, io.EOF
	}
	for at, part := range s.parts {
		if at < offset+int64(n) && offset < at+int64(len(part)) {
			from := max(at, offset)
			copy(p[from-offset:n], part[from-at:])
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// hollow lays out a bundle whose contents are zeros, with the headers only.
func hollow(l *layout) sparse {
	s := sparse{size: l.total, parts: map[int64][]byte{l.start: l.directory()}}
	for i := range l.members {
		s.parts[l.members[i].offset] = l.localHeader(&l.members[i])
	}
	return s
}

func entries(sizes ...int64) *stage.Tree {
	tree := &stage.Tree{Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i, size := range sizes {
		tree.Entries = append(tree.Entries, stage.Entry{Name: fmt.Sprintf("m%d", i), Size: size})
	}
	return tree
}

// readBack compares a layout with what the standard library reads from it.
func readBack(l *layout) error {
	s := hollow(l)
	if end := l.start + int64(len(s.parts[l.start])); end != l.total {
		return fmt.Errorf("the file would end at %d, not at %d", end, l.total)
	}
	archive, err := zip.NewReader(s, s.size)
	if err != nil {
		return err
	}
	if len(archive.File) != len(l.members) {
		return fmt.Errorf("%d members, want %d", len(archive.File), len(l.members))
	}
	for i, got := range archive.File {
		want := &l.members[i]
		offset, err := got.DataOffset()
		if err != nil {
			return err
		}
		if got.Name != want.Name || got.UncompressedSize64 != uint64(want.Size) || offset != want.offset+int64(len(l.localHeader(want))) {
			return fmt.Errorf("%s has %d bytes at %d, want %s with %d bytes", got.Name, got.UncompressedSize64, offset, want.Name, want.Size)
		}
	}
	return nil
}

func TestZIP64(t *testing.T) {
	t.Parallel()
	const limit = math.MaxUint32
	tests := []struct {
		name  string
		sizes []int64
		zip64 bool
	}{
		{"small", []int64{1, 0, 3}, false},
		{"the directory below 4 GiB", []int64{limit - 1 - 2*32}, false}, // prolog of 32, header of 32
		{"the directory at 4 GiB", []int64{limit - 2*32}, true},
		{"a member below 4 GiB", []int64{limit - 1, 1}, true},
		{"a member of 4 GiB", []int64{1, limit, 1}, true},
		{"a member above 4 GiB", []int64{1, limit + 1, 1}, true},
		{"many", []int64{limit / 2, limit / 2, limit / 2}, true},
		{"65,534 members", make([]int64, math.MaxUint16-1), false},
		{"65,535 members", make([]int64, math.MaxUint16), true},
		{"65,536 members", make([]int64, math.MaxUint16+1), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := plan(entries(test.sizes...), 32)
			if err != nil {
				t.Fatal(err)
			}
			if l.zip64 != test.zip64 {
				t.Errorf("ZIP64 is %v, want %v", l.zip64, test.zip64)
			}
			if len(test.sizes) > 1000 {
				if archive, err := zip.NewReader(hollowEnd(l), l.total); err != nil || len(archive.File) != len(l.members) {
					t.Errorf("reading back: %v", err)
				}
				return
			}
			if err := readBack(l); err != nil {
				t.Error(err)
			}
		})
	}
}

// hollowEnd is hollow without the local headers, for archives of very many members.
func hollowEnd(l *layout) sparse {
	return sparse{size: l.total, parts: map[int64][]byte{l.start: l.directory()}}
}

// TestLayoutLaws: whatever the sizes, the standard library reads back what was
// laid out.
func TestLayoutLaws(t *testing.T) {
	t.Parallel()
	size := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(math.MaxUint32-100, math.MaxUint32+100), rapid.Int64Range(0, 1<<40))
	rapid.Check(t, func(t *rapid.T) {
		l, err := plan(entries(rapid.SliceOfN(size, 1, 5).Draw(t, "sizes")...), rapid.Int64Range(0, 200).Draw(t, "prolog"))
		if err != nil {
			t.Fatal(err)
		}
		if err := readBack(l); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	large, err := plan(entries(5<<30), 0)
	if err != nil {
		t.Fatal(err)
	}
	small, err := plan(entries(5), 0)
	if err != nil {
		t.Fatal(err)
	}
	m := &manifest.Manifest{Targets: []manifest.Target{
		{Name: "old", Python: "3.12.9", Implementation: "cpython"},
		{Name: "first", Python: "3.13.0a1", Implementation: "cpython"},
		{Name: "new", Python: "3.14.2", Implementation: "cpython"},
		{Name: "pypy", Python: "3.13.1", Implementation: "pypy"},
		{Name: "odd", Python: "?", Implementation: "cpython"},
	}}
	if err := checkLimits(small, m); err != nil {
		t.Errorf("a small bundle is refused: %v", err)
	}
	var refusal *LimitError
	if err := checkLimits(large, m); !errors.As(err, &refusal) || !slices.Equal(refusal.Targets, []string{"old", "pypy", "odd"}) {
		t.Errorf("got %v, want a LimitError for old, pypy and odd", err)
	}
	medium, err := plan(entries(3<<30), 0)
	if err != nil {
		t.Fatal(err)
	}
	windows := &manifest.Manifest{Targets: []manifest.Target{
		{Name: "cp37-win_amd64", Python: "3.7.9", Implementation: "cpython"},
		{Name: "cp38-win_amd64", Python: "3.8.0", Implementation: "cpython"},
		{Name: "cp37-manylinux_2_17_x86_64", Python: "3.7.9", Implementation: "cpython"},
	}}
	if err := checkLimits(medium, windows); !errors.As(err, &refusal) || !slices.Equal(refusal.Targets, []string{"cp37-win_amd64"}) {
		t.Errorf("got %v, want a LimitError for cp37-win_amd64", err)
	}
	m.Targets = m.Targets[1:3]
	if err := checkLimits(large, m); err != nil {
		t.Errorf("a large bundle for new Pythons is refused: %v", err)
	}
}

// TestLimitIsPythons holds the limit to what the python3 at hand does with a
// sparse file of 5 GiB.
func TestLimitIsPythons(t *testing.T) {
	t.Parallel()
	script := []byte("import sys; print(sys.version_info >= (3, 13))")
	tree := entries(0, 5<<30)
	tree.Entries[0] = stage.NewEntry("__main__.py", script)
	l, err := plan(tree, 0)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "large.pyz")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := hollow(l)
	s.parts[int64(len(l.localHeader(&l.members[0])))] = script
	for at, part := range s.parts {
		if _, err := out.WriteAt(part, at); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "python3", path)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	printed, err := command.CombinedOutput()
	version, versionErr := exec.CommandContext(t.Context(), "python3", "-I", "-c", "import sys; print(sys.version_info >= (3, 13))").Output()
	if versionErr != nil {
		t.Fatal(versionErr)
	}
	if able := bytes.Equal(version, []byte("True\n")); able != (err == nil) || able && string(printed) != "True\n" {
		t.Errorf("python3 (3.13 or newer: %v) starts a zip of 5 GiB with %q, %v", able, printed, err)
	}
}
