package pack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/bundle/stage/stagetest"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

const prolog = "#!/usr/bin/env python3\n"

func tree(tb testing.TB) *stage.Tree {
	tb.Helper()
	in := stagetest.Input(
		stagetest.Wheel(tb, indextest.Dist{Name: "one", Version: "1", Padding: 100_000}),
		stagetest.Wheel(tb, indextest.Dist{Name: "two", Version: "2"}),
	)
	in.Sources = []stage.Source{{Path: stagetest.Folder(tb, map[string]string{"app.py": "def main(): pass\n"})}}
	in.TemporaryDir = tb.TempDir()
	tree, err := stage.Stage(tb.Context(), in)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { tree.Close() })
	return tree
}

// onlyFile asserts that a folder holds one thing.
func onlyFile(t *testing.T, folder, name string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != name {
			t.Errorf("%s is left in the folder", entry.Name())
		}
	}
	if name != "" && len(entries) == 0 {
		t.Errorf("%s is not in the folder", name)
	}
}

func TestZipapp(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	path := filepath.Join(t.TempDir(), "app.pyz")
	var last, total int64
	size, err := pack.Zipapp(t.Context(), path, tree, pack.Options{Prolog: []byte(prolog), Progress: func(done, of int64) {
		if done < last || done > of {
			t.Errorf("progress goes from %d to %d of %d", last, done, of)
		}
		last, total = done, of
	}})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() != size || last != size || total != size {
		t.Errorf("%d bytes, reported %d; progress ended at %d of %d", info.Size(), size, last, total)
	}
	if info.Mode().Perm()&0o100 == 0 {
		t.Errorf("the file has mode %v", info.Mode())
	}
	onlyFile(t, filepath.Dir(path), "app.pyz")

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte(prolog+"PK\x03\x04")) {
		t.Errorf("the file starts with %q", data[:len(prolog)+4])
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != len(tree.Entries) {
		t.Fatalf("%d members, want %d", len(archive.File), len(tree.Entries))
	}
	for i, member := range archive.File {
		entry := tree.Entries[i]
		if member.Name != entry.Name || member.Method != zip.Store || member.Mode() != 0o644 || !member.Modified.Equal(tree.Modified) || member.Comment != "" || len(member.Extra) != 0 {
			t.Errorf("member %d is %+v, want %s", i, member.FileHeader, entry.Name)
		}
		offset, err := member.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		content, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(content)
		content.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data[offset:offset+entry.Size], want) {
			t.Errorf("%s does not lie at %d", entry.Name, offset)
		}
		in, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, in); err != nil { // checks the CRC
			t.Errorf("%s: %v", entry.Name, err)
		}
	}
}

// strict reads a zip the way its specification reads, and says at which byte
// each member's local header stands.
const strict = `
import json, struct, sys, warnings, zipfile
warnings.simplefilter("error")
path = sys.argv[1]
with open(path, "rb") as f:
    data = f.read()
z = zipfile.ZipFile(path)
assert z.testzip() is None
at = z.infolist()[0].header_offset
for info in z.infolist():
    assert info.header_offset == at, (info.filename, info.header_offset, at)
    fields = struct.unpack("<4s5H3L2H", data[at:at + 30])
    assert fields[0] == b"PK\3\4", info.filename
    assert fields[2] == info.flag_bits and fields[6] == info.CRC, info.filename
    at += 30 + fields[9] + fields[10] + info.compress_size
assert at == z.start_dir, (at, z.start_dir)
# Offsets are absolute: without looking for a prolog the directory is where the end says.
end = struct.unpack("<4s4H2LH", data[-22:])
assert end[0] == b"PK\5\6" and end[6] == z.start_dir and end[5] + end[6] == len(data) - 22, end
print(json.dumps([z.infolist()[0].header_offset, len(z.infolist())]))
z.close()
`

func python(tb testing.TB, arguments ...string) []byte {
	tb.Helper()
	interpreter, err := exec.LookPath("python3")
	if err != nil {
		tb.Fatalf("the tests need a python3: %v", err)
	}
	command := exec.CommandContext(tb.Context(), interpreter, arguments...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + tb.TempDir()}
	out, err := command.CombinedOutput()
	if err != nil {
		tb.Fatalf("python3 %q: %v\n%s", arguments, err, out)
	}
	return out
}

func TestStrictReaders(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	for _, prolog := range []string{"", prolog, strings.Repeat("# sh\n", 5000)} {
		path := filepath.Join(t.TempDir(), "app.pyz")
		if _, err := pack.Zipapp(t.Context(), path, tree, pack.Options{Prolog: []byte(prolog)}); err != nil {
			t.Fatal(err)
		}
		var got []int
		if err := json.Unmarshal(python(t, "-I", "-c", strict, path), &got); err != nil {
			t.Fatal(err)
		}
		if got[0] != len(prolog) || got[1] != len(tree.Entries) {
			t.Errorf("the zip starts at %d with %d members, want %d and %d", got[0], got[1], len(prolog), len(tree.Entries))
		}
	}
}

// TestStarts: Python finds __main__.py in what is written, as a file and as a folder.
func TestStarts(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	for i := range tree.Entries {
		if tree.Entries[i].Name == "__main__.py" {
			tree.Entries[i] = stage.NewEntry("__main__.py", []byte("import sys; print('started', sys.argv[1:])"))
		}
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "app.pyz")
	if _, err := pack.Zipapp(t.Context(), file, tree, pack.Options{Prolog: []byte(prolog)}); err != nil {
		t.Fatal(err)
	}
	directory := filepath.Join(folder, "app")
	if _, err := pack.Directory(t.Context(), directory, tree, pack.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, directory} {
		if got := string(python(t, path, "x")); got != "started ['x']\n" {
			t.Errorf("python3 %s prints %q", path, got)
		}
	}
	out, err := exec.CommandContext(t.Context(), file, "y").CombinedOutput()
	if string(out) != "started ['y']\n" {
		t.Errorf("%s prints %q, %v", file, out, err)
	}
}

func TestZipappReplaces(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "app.pyz")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(path) // as a running program has it
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := pack.Zipapp(t.Context(), path, tree, pack.Options{}); err != nil {
		t.Fatal(err)
	}
	if old, err := io.ReadAll(open); string(old) != "old" {
		t.Errorf("the old file is written to: %d bytes, %v", len(old), err)
	}
	onlyFile(t, folder, "app.pyz")

	elsewhere := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, elsewhere); err != nil {
		t.Fatal(err)
	}
	if _, err := pack.Zipapp(t.Context(), elsewhere, tree, pack.Options{Prolog: []byte("#!x\n")}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(elsewhere); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is replaced: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(data, []byte("#!x\n")) {
		t.Errorf("the link's target is not replaced: %v", err)
	}
}

func TestOutputErrors(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	folder := stagetest.Folder(t, map[string]string{"file": "x", "full/other": "x"})
	in := func(name string) string { return filepath.Join(folder, filepath.FromSlash(name)) }
	zipapp := func(path string) error {
		_, err := pack.Zipapp(t.Context(), path, tree, pack.Options{})
		return err
	}
	directory := func(path string) error {
		_, err := pack.Directory(t.Context(), path, tree, pack.Options{})
		return err
	}
	tests := []struct {
		name   string
		write  func(string) error
		path   string
		reason string
	}{
		{"no folder", zipapp, in("no/app.pyz"), "there is no folder " + in("no")},
		{"a file for a folder", zipapp, in("file/app.pyz"), in("file") + " is not a folder"},
		{"a folder", zipapp, folder, "is a folder"},
		{"a device", zipapp, "/dev/null", "is not a regular file"},
		{"directory: no folder", directory, in("no/app"), "there is no folder " + in("no")},
		{"directory: a file", directory, in("file"), "is not a folder"},
		{"directory: other things", directory, in("full"), "is a folder with other things in it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.write(test.path)
			var refusal *pack.OutputError
			if !errors.As(err, &refusal) || refusal.Path != test.path || !strings.Contains(refusal.Reason, test.reason) {
				t.Errorf("got %v, want an OutputError with %q", err, test.reason)
			}
		})
	}
}

func TestChangedWheel(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"shorter": "x", "longer": strings.Repeat("x", 200_000)} {
		w := stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", Padding: 100_000})
		staged, err := stage.Stage(t.Context(), stagetest.Input(w))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(w.Path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		_, err = pack.Zipapp(t.Context(), filepath.Join(folder, "app.pyz"), staged, pack.Options{})
		var changed *pack.ChangedError
		if !errors.As(err, &changed) || changed.Entry != "wheels/one-1-py3-none-any.whl" {
			t.Errorf("%s: got %v, want a ChangedError", name, err)
		}
		onlyFile(t, folder, "")
		if err := os.Remove(w.Path); err != nil {
			t.Fatal(err)
		}
		var missing *pack.OutputError
		if _, err = pack.Zipapp(t.Context(), filepath.Join(folder, "app.pyz"), staged, pack.Options{}); err == nil || errors.As(err, &missing) {
			t.Errorf("a wheel that is gone: got %v, want an error about the wheel", err)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := pack.Zipapp(ctx, filepath.Join(folder, "app.pyz"), tree, pack.Options{Progress: func(int64, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := pack.Directory(ctx, filepath.Join(folder, "app"), tree, pack.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	onlyFile(t, folder, "")
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	parent := t.TempDir()
	path := filepath.Join(parent, "app")
	for round := range 3 { // into nothing, over a bundle, over an empty folder
		if round == 2 {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		size, err := pack.Directory(t.Context(), path, tree, pack.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if size != tree.Size() {
			t.Errorf("%d bytes, want %d", size, tree.Size())
		}
		for _, entry := range tree.Entries {
			info, err := os.Stat(filepath.Join(path, filepath.FromSlash(entry.Name)))
			if err != nil || info.Size() != entry.Size {
				t.Errorf("%s: %v", entry.Name, err)
			}
		}
		onlyFile(t, parent, "app")
	}
}
