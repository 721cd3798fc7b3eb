package fetch_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// localFile is a wheel in a folder of its own that has not just been written.
func localFile(t *testing.T, d indextest.Dist) index.File {
	t.Helper()
	name, _ := indextest.Wheel(d)
	path := filepath.Join(indextest.Folder(t, d), name)
	time.Sleep(60 * time.Millisecond) // its inode changed when it was made
	return index.File{Name: name, Path: path, URL: "file://" + filepath.ToSlash(path), Size: -1}
}

func TestLocalWheelsAreReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := localFile(t, flask)
	name, data := indextest.Wheel(flask)
	for range 3 {
		got, err := w.wheel(file) // by a new fetcher each time
		w.requireWheel(got, err, name, data)
		if got.Path != file.Path {
			t.Errorf("path = %s, want the wheel where it lies", got.Path)
		}
	}
	if n := w.verified.Load(); n != 1 {
		t.Errorf("verified %d times, want once", n)
	}
	if paths := w.srv.Paths(); len(paths) > 0 {
		t.Errorf("requests = %q", paths)
	}
}

func TestChangedLocalWheels(t *testing.T) {
	t.Parallel()
	other := flask
	other.Files = map[string]string{"flask.py": "other", "y.py": "y"}
	name, data := indextest.Wheel(flask)
	_, changed := indextest.Wheel(other)
	tests := []struct {
		name   string
		change func(path string, info fs.FileInfo) error
		want   []byte
	}{
		{"other bytes", func(path string, _ fs.FileInfo) error { return os.WriteFile(path, changed, 0o600) }, changed},
		{"another file of the same times", func(path string, info fs.FileInfo) error {
			return errors.Join(
				os.WriteFile(path+".new", changed, 0o600),
				os.Chtimes(path+".new", info.ModTime(), info.ModTime()),
				os.Rename(path+".new", path),
			)
		}, changed},
		{"a byte, and the old times again", func(path string, info fs.FileInfo) error {
			broken := append([]byte(nil), data...)
			broken[5000] ^= 1
			return errors.Join(os.WriteFile(path, broken, 0o600), os.Chtimes(path, info.ModTime(), info.ModTime()))
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			file := localFile(t, flask)
			got, err := w.wheel(file)
			w.requireWheel(got, err, name, data)
			info, err := os.Stat(file.Path)
			must(t, err)
			must(t, test.change(file.Path, info))
			if test.want != nil {
				got, err = w.wheel(file)
				w.requireWheel(got, err, name, test.want)
				return
			}
			var hash *fetch.HashError
			if _, err := w.wheel(file, "sha256:"+sum256(data)); !errors.As(err, &hash) {
				t.Errorf("error = %v, want a HashError", err)
			}
		})
	}
}

// A wheel that was just written may change again without its times showing it.
func TestFreshWheelsAreNotRemembered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name, _ := indextest.Wheel(flask)
	path := filepath.Join(indextest.Folder(t, flask), name)
	for range 2 {
		now := time.Now()
		must(t, os.Chtimes(path, now, now))
		w.options.Now = func() time.Time { return now.Add(time.Millisecond) }
		if _, err := w.wheel(index.File{Name: name, Path: path, Size: -1}); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.verified.Load(); n != 2 {
		t.Errorf("verified %d times, want each time", n)
	}
}

func TestDamagedMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := localFile(t, flask)
	name, data := indextest.Wheel(flask)
	for round := range 30 {
		got, err := w.wheel(file)
		w.requireWheel(got, err, name, data)
		lines, err := filepath.Glob(filepath.Join(w.store, "local", "*"))
		if err != nil || len(lines) != 1 {
			t.Fatalf("memory = %q, %v, want one file", lines, err)
		}
		text, err := os.ReadFile(lines[0])
		must(t, err)
		last := len(text) - 1 - strings.Index(reverse(string(text[:len(text)-1])), "\n")
		text[min(last+round, len(text)-2)] ^= 1 // in the last line
		must(t, os.WriteFile(lines[0], text, 0o600))
	}
	if n := w.verified.Load(); n != 30 {
		t.Errorf("verified %d times, want each time", n)
	}
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// The store may be in a place that can't be written to.
func TestReadOnlyStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, os.WriteFile(w.store, nil, 0o600)) // not even a folder
	file := localFile(t, flask)
	name, data := indextest.Wheel(flask)
	f := w.fetcher()
	for range 2 {
		got, err := f.Wheel(t.Context(), file, nil, nil)
		w.requireWheel(got, err, name, data)
	}
	if n := w.verified.Load(); n != 1 {
		t.Errorf("verified %d times, want once in one process", n)
	}
}

func TestUnreadableWheels(t *testing.T) {
	t.Parallel()
	name, data := indextest.Wheel(flask)
	folder := t.TempDir()
	tests := []struct {
		name string
		make func(path string) error
		text string
	}{
		{"absent", func(string) error { return nil }, "no such file"},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, ""},
		{"empty", func(path string) error { return os.WriteFile(path, nil, 0o600) }, "truncated"},
		{"truncated", func(path string) error { return os.WriteFile(path, data[:len(data)-100], 0o600) }, "truncated"},
		{"garbage", func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("garbage", 100_000)), 0o600) }, "truncated"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path := filepath.Join(folder, test.name, name)
			must(t, os.MkdirAll(filepath.Dir(path), 0o700))
			must(t, test.make(path))
			_, err := w.fetcher().Metadata(t.Context(), index.File{Name: name, Path: path})
			var unreadable *fetch.FileError
			if !errors.As(err, &unreadable) || unreadable.File != path || !strings.Contains(err.Error(), test.text) {
				t.Errorf("Metadata error = %v (%T), want a FileError with the path and %q", err, err, test.text)
			}
			if test.text == "truncated" {
				return // for Verify to say
			}
			if _, err := w.wheel(index.File{Name: name, Path: path}); !errors.As(err, &unreadable) || unreadable.File != path {
				t.Errorf("Wheel error = %v (%T), want a FileError with the path", err, err)
			}
		})
	}
}
