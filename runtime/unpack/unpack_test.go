package unpack_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/runtime/unpack"
)

// unpacked writes an archive, unpacks it and returns the folder it went to.
func unpacked(tb testing.TB, file string, data []byte, limits unpack.Limits) (dir, top string, err error) {
	tb.Helper()
	above := tb.TempDir()
	archive, dir := filepath.Join(above, file), filepath.Join(above, "in")
	if err := os.WriteFile(archive, data, 0o666); err != nil {
		tb.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		tb.Fatal(err)
	}
	top, err = unpack.Archive(context.Background(), archive, dir, limits)
	return dir, top, err
}

// listing is one line per file: its mode, its path, its content or target.
func listing(tb testing.TB, dir string) []string {
	tb.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		line := info.Mode().String() + " " + filepath.ToSlash(name)
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line = "link " + filepath.ToSlash(name) + " -> " + target
		case d.IsDir():
			line = "folder " + filepath.ToSlash(name)
		default:
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += " " + string(content)
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return lines
}

func TestArchiveTop(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		list []string
		want string
	}{
		{"one folder", []string{"p/a", "p/b/c"}, "p"},
		{"one folder, found late", []string{"./p/a"}, "p"},
		{"two folders", []string{"p/a", "q/a"}, "."},
		{"a file beside it", []string{"p/a", "b"}, "."},
		{"one file", []string{"a"}, "."},
		{"nothing", nil, "."},
	} {
		var entries []entry
		for _, name := range test.list {
			entries = append(entries, entry{name: name})
		}
		dir, top, err := unpacked(t, "p.tar.gz", tarGz(t, entries...), unpack.Limits{})
		if err != nil || top != filepath.Join(dir, test.want) {
			t.Errorf("%s: Archive = %q, %v, want %s", test.name, top, err, test.want)
		}
	}
	if _, top, err := unpacked(t, "empty.zip", zipOf(t), unpack.Limits{}); err != nil || !strings.HasSuffix(top, "in") {
		t.Errorf("empty zip: Archive = %q, %v", top, err)
	}
}

// TestArchiveTime: a zip can't hold times before 1980, and wheels are zips.
func TestArchiveTime(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "p/a", Typeflag: tar.TypeReg, Mode: 0o644, ModTime: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, top, err := unpacked(t, "p.tar", b.Bytes(), unpack.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(top, "a"))
	if err != nil || info.ModTime().UTC().Year() != 1980 {
		t.Errorf("ModTime = %v, %v, want 1980", info.ModTime(), err)
	}
}

func TestArchiveFormat(t *testing.T) {
	t.Parallel()
	whole := tarGz(t, entry{name: "p/a", content: strings.Repeat("content ", 1000)})
	for _, test := range []struct {
		name, file string
		data       []byte
		reason     string
	}{
		{"another kind", "p-1.0.tar.xz", whole, "name ends in"},
		{"no archive", "p-1.0.tar.gz", []byte("<html>404</html>"), "not the gzip file"},
		{"empty", "p-1.0.tar.gz", nil, "not the gzip file"},
		{"gzip called zip", "p-1.0.zip", whole, "but a gzip file"},
		{"zip called gzip", "p-1.0.tar.gz", zipOf(t, entry{name: "p/a"}), "but a zip file"},
		{"tar called gzip", "p-1.0.tar.gz", rawTar(t, entry{name: "p/a"}), "but a tar file"},
		{"cut off", "p-1.0.tar.gz", whole[:len(whole)/2], "damaged"},
		{"cut off at the checksum", "p-1.0.tar.gz", whole[:len(whole)-4], "damaged"},
		{"wrong checksum", "p-1.0.tar.gz", append(bytes.Clone(whole[:len(whole)-8]), make([]byte, 8)...), "damaged"},
		{"no tar inside", "p-1.0.tar.gz", gz(t, []byte(strings.Repeat("text", 400))), "damaged"},
		{"zip cut off", "p-1.0.zip", zipOf(t, entry{name: "p/a"})[:40], "damaged"},
	} {
		_, _, err := unpacked(t, test.file, test.data, unpack.Limits{})
		var format *unpack.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: Archive: %v, want a *FormatError with %q", test.name, err, test.reason)
		}
	}
}

func TestArchiveEndsWithContext(t *testing.T) {
	t.Parallel()
	above := t.TempDir()
	archive := filepath.Join(above, "p.tar.gz")
	if err := os.WriteFile(archive, tarGz(t, entry{name: "p/a", content: "a"}), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := unpack.Archive(ctx, archive, t.TempDir(), unpack.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Archive: %v, want %v", err, context.Canceled)
	}
}

// FuzzArchive: whatever the bytes, nothing is written outside, no link leads
// out, an error is of a known type, and a second time gives the same.
func FuzzArchive(f *testing.F) {
	seeds := 0
	for _, c := range unsafeCases(f) {
		if len(c.data) > 64<<10 {
			continue
		}
		seeds++
		switch {
		case strings.HasSuffix(c.file, ".zip"):
			f.Add(c.data, byte(0))
		case c.file == "":
			f.Add(c.data, byte(1))
		default:
			f.Add(c.data, byte(2))
		}
	}
	f.Add(rawTar(f, entry{name: "p/a", content: "a"}, entry{name: "p/l", kind: tar.TypeSymlink, target: "a"}), byte(2))
	f.Add(zipOf(f, entry{name: "p/a", content: "a"}, entry{name: "p/l", kind: tar.TypeSymlink, target: "a"}), byte(0))
	if seeds < 50 {
		f.Fatalf("%d seeds, want most of the cases", seeds)
	}
	f.Fuzz(func(t *testing.T, data []byte, kind byte) {
		if len(data) > 1<<20 {
			return
		}
		file := []string{"p.zip", "p.tar.gz", "p.tar"}[kind%3]
		limits := unpack.Limits{Members: 200, Total: 1 << 20}
		dir, top, err := unpacked(t, file, data, limits)
		nothingOutside(t, filepath.Dir(dir), file)
		checkKnown(t, err)
		if err != nil {
			return
		}
		staysInside(t, dir)
		again, topAgain, err := unpacked(t, file, data, limits)
		if err != nil || filepath.Base(topAgain) != filepath.Base(top) || !slices.Equal(listing(t, dir), listing(t, again)) {
			t.Fatalf("the second time: %q, %v", topAgain, err)
		}
	})
}

func checkKnown(tb testing.TB, err error) {
	tb.Helper()
	var unsafe *unpack.UnsafeError
	var format *unpack.FormatError
	var path *fs.PathError
	var link *os.LinkError
	if err != nil && !errors.As(err, &unsafe) && !errors.As(err, &format) && !errors.As(err, &path) && !errors.As(err, &link) {
		tb.Fatalf("error of type %T: %v", err, err)
	}
}

// staysInside follows each link by the system's own rules.
func staysInside(tb testing.TB, dir string) {
	tb.Helper()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		tb.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink == 0 {
			return err
		}
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			return nil // leads nowhere
		}
		if target != real && !strings.HasPrefix(target, real+string(filepath.Separator)) {
			return fmt.Errorf("%s leads to %s", path, target)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}
