package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func environ(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, found := strings.CutPrefix(pair, name+"="); found {
				return value
			}
		}
		return ""
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		goos, home string
		getenv     func(string) string
		want       string // "": ErrNoHome
	}{
		{"linux", "/home/u", environ(), "/home/u/.cache/gobundle"},
		{"linux", "/home/u", environ("XDG_CACHE_HOME=/x"), "/x/gobundle"},
		{"linux", "/home/u", environ("XDG_CACHE_HOME=x"), "/home/u/.cache/gobundle"},
		{"linux", "/home/u", environ("XDG_CACHE_HOME=/x", "GOBUNDLE_CACHE_DIR=/g"), "/g"},
		{"linux", "", environ("GOBUNDLE_CACHE_DIR=g"), "g"},
		{"linux", "", environ("XDG_CACHE_HOME=/x"), "/x/gobundle"},
		{"linux", "", environ(), ""},
		{"linux", "home", environ(), ""},
		{"freebsd", "/home/u", environ(), "/home/u/.cache/gobundle"},
		{"darwin", "/Users/u", environ(), "/Users/u/Library/Caches/gobundle"},
		{"darwin", "/Users/u", environ("XDG_CACHE_HOME=/x"), "/x/gobundle"},
		{"windows", `C:\Users\u`, environ(`LOCALAPPDATA=D:\Local`), `D:\Local\gobundle\cache`},
		{"windows", `C:\Users\u`, environ(`XDG_CACHE_HOME=/x`), `C:\Users\u\AppData\Local\gobundle\cache`},
		{"windows", "", environ(), ""},
	} {
		got, err := Root(test.getenv, test.goos, test.home)
		if got != test.want || (test.want == "") != errors.Is(err, ErrNoHome) {
			t.Errorf("Root on %s with home %q = %q, %v, want %q", test.goos, test.home, got, err, test.want)
		}
	}
}

func TestMakePrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := filepath.Join(dir, "a", "b")
	if err := MakePrivate(made); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{made, filepath.Dir(made)} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the mode of %s is %v, want 0700 (%v)", name, info.Mode(), err)
		}
	}
	if err := MakePrivate(made); err != nil {
		t.Errorf("a second time: %v", err)
	}
	readable := filepath.Join(dir, "readable")
	if err := os.Mkdir(readable, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := MakePrivate(readable); err != nil {
		t.Errorf("a folder that others can read: %v", err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(readable, link); err != nil {
		t.Fatal(err)
	}
	if err := MakePrivate(link); err != nil {
		t.Errorf("my own link to it: %v", err)
	}
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	openLink := filepath.Join(dir, "open-link")
	if err := os.Symlink(open, openLink); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{open, openLink} {
		var unsafe *UnsafeError
		if err := MakePrivate(name); !errors.As(err, &unsafe) || unsafe.Path != name {
			t.Errorf("a folder that everybody can write: %v, want an UnsafeError", err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakePrivate(file); err == nil {
		t.Error("a file: no error")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := filepath.Join(dir, "cache")
	place, err := Find(environ("GOBUNDLE_CACHE_DIR="+want), "linux", "", dir)
	if err != nil || place.Dir != want || place.Fallback != nil {
		t.Errorf("Find = %+v, %v, want %s", place, err, want)
	}
	if entries, err := os.ReadDir(want); err != nil || len(entries) > 0 {
		t.Errorf("Find leaves %v (%v)", entries, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, getenv := range map[string]func(string) string{
		"no home":       environ(),
		"below a file":  environ("GOBUNDLE_CACHE_DIR=" + file + "/cache"),
		"not writable":  environ("GOBUNDLE_CACHE_DIR=/proc/gobundle"),
		"relative home": environ("XDG_CACHE_HOME=cache"),
	} {
		temp := t.TempDir()
		place, err := Find(getenv, "linux", "", temp)
		if err != nil || filepath.Dir(place.Dir) != temp || place.Fallback == nil {
			t.Errorf("%s: Find = %+v, %v, want a folder in %s", name, place, err, temp)
			continue
		}
		if info, err := os.Stat(place.Dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: the mode of %s is %v, want 0700 (%v)", name, place.Dir, info.Mode(), err)
		}
		if err := os.Chmod(place.Dir, 0o777); err != nil {
			t.Fatal(err)
		}
		var unsafe *UnsafeError
		if _, err := Find(getenv, "linux", "", temp); !errors.As(err, &unsafe) {
			t.Errorf("%s: with an open folder in the way: %v, want an UnsafeError", name, err)
		}
	}
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	for _, content := range []string{"one", "two, longer", ""} {
		if err := WriteFile(name, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		info, _ := os.Stat(name)
		if err != nil || string(got) != content || info.Mode().Perm() != 0o640 {
			t.Errorf("the file is %q with mode %v, want %q (%v)", got, info.Mode(), content, err)
		}
	}
	if err := WriteFile(filepath.Join(dir, "no", "file"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a missing folder: %v, want fs.ErrNotExist", err)
	}
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(folder, []byte("x"), 0o600); err == nil {
		t.Error("onto a folder: no error")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("WriteFile leaves %v (%v)", entries, err)
	}
}

func TestFindMakesNoHome(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	home := filepath.Join(temp, "no", "home")
	place, err := Find(environ(), "linux", home, temp)
	if err != nil || !errors.Is(place.Fallback, ErrNoHome) || exists(filepath.Dir(home)) {
		t.Errorf("Find = %+v, %v, want a folder in %s and no home", place, err, temp)
	}
	if place, err := Find(environ("XDG_CACHE_HOME="+filepath.Join(temp, "xdg")), "linux", home, temp); err != nil || place.Fallback != nil {
		t.Errorf("with another place named: Find = %+v, %v", place, err)
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	root, temp := filepath.Join(dir, "cache"), filepath.Join(dir, "temp")
	fallback := fallbackIn(temp)
	here := func(getenv func(string) string, want string) {
		t.Helper()
		if got := Locate(getenv, "linux", "", temp); got != want {
			t.Errorf("Locate = %s, want %s", got, want)
		}
	}
	here(environ("GOBUNDLE_CACHE_DIR="+root), root)
	here(environ(), fallback)
	if err := os.MkdirAll(fallback, 0o700); err != nil {
		t.Fatal(err)
	}
	here(environ("GOBUNDLE_CACHE_DIR="+root), fallback)
	if err := os.Mkdir(root, 0o700); err != nil {
		t.Fatal(err)
	}
	here(environ("GOBUNDLE_CACHE_DIR="+root), root)
}

// Readers see one of the contents, never a part.
func TestWriteFileIsAtomic(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	contents := []string{strings.Repeat("a", 5000), strings.Repeat("b", 70_000)}
	if err := WriteFile(name, []byte(contents[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for range 20 {
				if err := WriteFile(name, []byte(contents[i%2]), 0o600); err != nil {
					t.Error(err)
				}
				got, err := os.ReadFile(name)
				if err != nil || string(got) != contents[0] && string(got) != contents[1] {
					t.Errorf("read %d bytes that nobody wrote (%v)", len(got), err)
				}
			}
		})
	}
	group.Wait()
}
