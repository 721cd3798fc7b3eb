package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/bundle/stage/stagetest"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
	"github.com/google/go-cmp/cmp"
)

const prolog = "#!/usr/bin/env python3\n"

// bundle writes a bundle as a file and as a folder.
func bundle(tb testing.TB) (tree *stage.Tree, wheels []stage.Wheel, file, folder string) {
	tb.Helper()
	wheels = []stage.Wheel{
		stagetest.Wheel(tb, indextest.Dist{Name: "one", Version: "1", Padding: 5000}),
		stagetest.Wheel(tb, indextest.Dist{Name: "two", Version: "2"}),
	}
	in := stagetest.Input(wheels...)
	in.TemporaryDir = tb.TempDir()
	in.Bytecode = func(context.Context, []stage.Wheel, []manifest.Target) ([]stage.Bytecode, error) {
		return []stage.Bytecode{stagetest.Bytecode(tb, 1, "what was compiled")}, nil
	}
	tree, err := stage.Stage(tb.Context(), in)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { tree.Close() })
	file, folder = filepath.Join(tb.TempDir(), "app.pyz"), filepath.Join(tb.TempDir(), "app")
	if _, err := pack.Zipapp(tb.Context(), file, tree, pack.Options{Prolog: []byte(prolog)}); err != nil {
		tb.Fatal(err)
	}
	if _, err := pack.Directory(tb.Context(), folder, tree, pack.Options{}); err != nil {
		tb.Fatal(err)
	}
	return tree, wheels, file, folder
}

func TestOpen(t *testing.T) {
	t.Parallel()
	tree, wheels, file, folder := bundle(t)
	for _, path := range []string{file, folder} {
		a, err := archive.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if a.ID != tree.ID || a.Path != path {
			t.Errorf("%s: id %s, want %s", path, a.ID, tree.ID)
		}
		if path == file {
			info, err := os.Stat(file)
			if err != nil || a.Size != info.Size() || a.Prolog != int64(len(prolog)) {
				t.Errorf("size %d, prolog %d; want %d and %d", a.Size, a.Prolog, info.Size(), len(prolog))
			}
		} else if a.Size != tree.Size() || a.Prolog != 0 {
			t.Errorf("size %d, prolog %d; want %d and 0", a.Size, a.Prolog, tree.Size())
		}
		if diff := cmp.Diff(tree.Manifest.Wheels[0].File, a.Manifest.Wheels[0].File); diff != "" {
			t.Error(diff)
		}
		if err := a.Verify(t.Context()); err != nil {
			t.Errorf("Verify: %v", err)
		}
		out := filepath.Join(t.TempDir(), "a", "b")
		for range 2 { // over what is there, too
			paths, err := a.Extract(t.Context(), out)
			if err != nil {
				t.Fatal(err)
			}
			for i, path := range paths {
				got, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				want, err := os.ReadFile(wheels[i].Path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) || filepath.Base(path) != wheels[i].File {
					t.Errorf("%s is not the wheel that was bundled", path)
				}
			}
			entries, err := os.ReadDir(out)
			if err != nil || len(entries) != len(wheels) {
				t.Errorf("the folder has %v, %v", entries, err)
			}
		}
		for _, index := range []int{-1, 2} {
			if _, err := a.Wheel(index); err == nil {
				t.Errorf("there is a wheel %d", index)
			}
		}
		content, err := a.Wheel(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wheel.Open(content, content.Size(), a.Manifest.Wheels[0].File); err != nil {
			t.Error(err)
		}
	}
}

func TestNotBundles(t *testing.T) {
	t.Parallel()
	write := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, data := indextest.Wheel(indextest.Dist{Name: "a", Version: "1"})
	for name, path := range map[string]string{
		"empty":          write("x", nil),
		"text":           write("x", []byte("hello")),
		"a wheel":        write("x.whl", data),
		"an empty zip":   write("x.zip", zipped(t)),
		"another zip":    write("x.zip", zipped(t, "manifest.json", "{}")),
		"a shiv":         write("x.pyz", zipped(t, "__main__.py", "", "environment.json", "{}")),
		"a folder":       stagetest.Folder(t, map[string]string{"manifest.json": "{}"}),
		"another folder": stagetest.Folder(t, map[string]string{"x": ""}),
	} {
		if _, err := archive.Open(path); !errors.Is(err, archive.ErrNotBundle) || !strings.Contains(err.Error(), path+" is not a gobundle bundle: ") {
			t.Errorf("%s: got %v, want ErrNotBundle", name, err)
		}
	}
	if _, err := archive.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v, want fs.ErrNotExist", err)
	}
}

// zipped makes a zip of names and contents.
func zipped(tb testing.TB, files ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		to, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(to, files[i+1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// members are the names and contents of a tree.
func members(tb testing.TB, tree *stage.Tree) []string {
	tb.Helper()
	var files []string
	for _, entry := range tree.Entries {
		content, err := entry.Open()
		if err != nil {
			tb.Fatal(err)
		}
		data, err := io.ReadAll(content)
		content.Close()
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, entry.Name, string(data))
	}
	return files
}

func TestDamage(t *testing.T) {
	t.Parallel()
	tree, _, file, _ := bundle(t)
	const first, compiled = "wheels/one-1-py3-none-any.whl", "bytecode/part1.cpython-311.zip"
	tests := []struct {
		name   string
		change func(name, content string) []string // of each member
		member string
		reason string
		opens  bool // and only Verify and Extract see it
	}{
		{"a wheel is missing", drop(first), first, "is missing", false},
		{"a wheel is cut", change(first, func(s string) string { return s[:len(s)-1] }), first, "bytes, not the", false},
		{"a wheel is another", change(first, func(s string) string { return s[:60] + "x" + s[61:] }), first, "has sha256", true},
		{"a wheel too many", add("wheels/three-3-py3-none-any.whl", "x"), "wheels/three-3-py3-none-any.whl", "is not in the manifest", false},
		{"byte-code is missing", drop(compiled), compiled, "is missing", false},
		{"byte-code is cut", change(compiled, func(s string) string { return s[1:] }), compiled, "bytes, not the", false},
		{"byte-code is another", change(compiled, strings.ToUpper), compiled, "has sha256", true},
		{"byte-code too much", add("bytecode/more.zip", "x"), "bytecode/more.zip", "is not in the manifest", false},
		{"a member twice but for case", add("GOBUNDLE_bootstrap/__init__.py", "x"), "GOBUNDLE_bootstrap/__init__.py", "is there twice", false},
		{"a member outside", add("../x", "x"), "../x", "unsafe name", false},
		{"an absolute member", add("/x", "x"), "/x", "unsafe name", false},
		{"a backslash", add(`a\x`, "x"), `a\x`, "unsafe name", false},
		{"no manifest to read", change("manifest.json", func(string) string { return "{" }), "manifest.json", "can't be read", false},
		{"the id of another", change("manifest.json", func(s string) string { return s + " " }), "__main__.py", "of another bundle", true},
		{"no main", drop("__main__.py"), "__main__.py", "is missing", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var changed []string
			files := members(t, tree)
			for i := 0; i < len(files); i += 2 {
				changed = append(changed, test.change(files[i], files[i+1])...)
			}
			path := filepath.Join(t.TempDir(), "app.pyz")
			if err := os.WriteFile(path, zipped(t, changed...), 0o644); err != nil {
				t.Fatal(err)
			}
			a, err := archive.Open(path)
			if test.opens {
				if err != nil {
					t.Fatal(err)
				}
				defer a.Close()
				err = a.Verify(t.Context())
			}
			var damage *archive.DamageError
			if !errors.As(err, &damage) || damage.Member != test.member || !strings.Contains(damage.Reason, test.reason) || damage.Path != path {
				t.Errorf("got %v, want a DamageError of %s with %q", err, test.member, test.reason)
			}
			if test.opens && test.member == first {
				out := t.TempDir()
				if _, err := a.Extract(t.Context(), out); !errors.As(err, &damage) {
					t.Errorf("Extract: got %v, want a DamageError", err)
				}
				if left, _ := os.ReadDir(out); len(left) != 0 {
					t.Errorf("Extract leaves %v", left)
				}
			}
		})
	}
	t.Run("cut short", func(t *testing.T) {
		t.Parallel()
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "app.pyz")
		if err := os.WriteFile(path, data[:len(data)-100], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Open(path); !errors.Is(err, archive.ErrNotBundle) {
			t.Errorf("got %v, want ErrNotBundle", err)
		}
	})
	t.Run("one bit in the bootstrap", func(t *testing.T) {
		t.Parallel()
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(data, []byte("gobundle_bootstrap/__init__.py")) + len("gobundle_bootstrap/__init__.py")
		data[at] ^= 1
		path := filepath.Join(t.TempDir(), "app.pyz")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		var damage *archive.DamageError
		if err := a.Verify(t.Context()); !errors.As(err, &damage) {
			t.Errorf("got %v, want a DamageError", err)
		}
	})
}

func change(member string, with func(string) string) func(name, content string) []string {
	return func(name, content string) []string {
		if name == member {
			content = with(content)
		}
		return []string{name, content}
	}
}

func drop(member string) func(name, content string) []string {
	return func(name, content string) []string {
		if name == member {
			return nil
		}
		return []string{name, content}
	}
}

func add(member, with string) func(name, content string) []string {
	return func(name, content string) []string {
		if name == "manifest.json" {
			return []string{name, content, member, with}
		}
		return []string{name, content}
	}
}

// TestRecord: a wheel that was already wrong when it was bundled is found by its RECORD.
func TestRecord(t *testing.T) {
	t.Parallel()
	tree, err := stage.Stage(t.Context(), stagetest.Input(stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", WrongRecord: true})))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "app.pyz")
	if _, err := pack.Zipapp(t.Context(), path, tree, pack.Options{}); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var damage *archive.DamageError
	var record *wheel.RecordError
	if err := a.Verify(t.Context()); !errors.As(err, &damage) || !errors.As(err, &record) {
		t.Errorf("got %v, want a DamageError of a RecordError", err)
	}
}

func TestNewerFormat(t *testing.T) {
	t.Parallel()
	tree, _, _, _ := bundle(t)
	var files []string
	for i, m := 0, members(t, tree); i < len(m); i += 2 {
		files = append(files, change("manifest.json", func(string) string { return `{"format": "3.0", "parts": []}` })(m[i], m[i+1])...)
	}
	path := filepath.Join(t.TempDir(), "app.pyz")
	if err := os.WriteFile(path, zipped(t, files...), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := archive.Open(path)
	var newer *manifest.VersionError
	if !errors.As(err, &newer) || newer.Format != "3.0" || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want a VersionError for 3.0", err)
	}
}

// TestFolderStaysInside: a link in a folder leads nowhere else.
func TestFolderStaysInside(t *testing.T) {
	t.Parallel()
	_, wheels, _, folder := bundle(t)
	member := filepath.Join(folder, "wheels", wheels[0].File)
	if err := os.Remove(member); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(wheels[0].Path, member); err != nil {
		t.Fatal(err)
	}
	if a, err := archive.Open(folder); err == nil {
		a.Close()
		t.Error("a link out of the folder is followed")
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	_, _, file, _ := bundle(t)
	a, err := archive.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: got %v, want context.Canceled", err)
	}
	if _, err := a.Extract(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("Extract: got %v, want context.Canceled", err)
	}
}

// FuzzOpen: whatever the bytes, opening ends without a panic; and what verifies
// gives wheels that have the manifest's hashes.
func FuzzOpen(f *testing.F) {
	_, _, file, _ := bundle(f)
	seed, err := os.ReadFile(file)
	if err != nil || len(seed) == 0 {
		f.Fatalf("the seed is empty: %v", err)
	}
	f.Add(seed)
	f.Add(zipped(f, "gobundle_bootstrap/x.py", "", "manifest.json", `{"format":"1.0","entry_point":{"kind":"interpreter"},"targets":[{"name":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "app.pyz")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(path)
		if err != nil {
			return
		}
		defer a.Close()
		sound := a.Verify(t.Context())
		out := t.TempDir()
		paths, err := a.Extract(t.Context(), out)
		if sound == nil && (err != nil || len(paths) != len(a.Manifest.Wheels)) {
			t.Fatalf("Verify finds nothing, Extract: %v", err)
		}
		for _, path := range paths {
			if filepath.Dir(path) != out {
				t.Fatalf("Extract wrote %s", path)
			}
		}
	})
}
