package wheel

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// countingReader counts the bytes that are read.
type countingReader struct {
	*bytes.Reader
	count atomic.Int64
}

func (r *countingReader) ReadAt(p []byte, offset int64) (int, error) {
	r.count.Add(int64(len(p)))
	return r.Reader.ReadAt(p, offset)
}

func TestOpenReadsLittle(t *testing.T) {
	t.Parallel()
	var noise strings.Builder
	for i := range 100_000 {
		noise.WriteString(string(rune('a'+i%26)) + string(rune('a'+i*7%26)))
	}
	b := wheelBytes("demo", "1.0", entry{name: "demo/data", content: noise.String(), stored: true})
	r := &countingReader{Reader: bytes.NewReader(b)}
	w, err := Open(r, int64(len(b)), demoFile)
	if err != nil {
		t.Fatal(err)
	}
	directory := int64(4*centralLength + len("demo/data") + len("demo-1.0.dist-info/METADATAWHEELRECORD") + 2*len("demo-1.0.dist-info/"))
	if got, want := r.count.Load(), directory+endLength+locator64Length; got > want {
		t.Errorf("Open reads %d bytes, want at most %d", got, want)
	}
	r.count.Store(0)
	metadata, err := w.Metadata()
	if err != nil || !strings.Contains(string(metadata), "Name: demo") {
		t.Errorf("Metadata() = %q, %v", metadata, err)
	}
	if got := r.count.Load(); got > 200 {
		t.Errorf("Metadata reads %d bytes of a member that has fewer than 200", got)
	}
}

func TestWheel(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "Some.Name", "1.0.post1",
		entry{name: "some/__init__.py"}, entry{name: "some/tool", content: "x", mode: 0o100700},
		entry{name: "Some.Name-1.0.post1.data/scripts/run", content: "#!python\n"},
		entry{name: "Some.Name-1.0.post1.data/scripts/also", content: "#!python\n"},
		entry{name: "some/"})
	if w.Name != "Some.Name" || w.Version != "1.0.post1" || w.String() != "Some.Name 1.0.post1" {
		t.Errorf("the wheel is %q %q", w.Name, w.Version)
	}
	if got, want := w.Scripts(), []string{"also", "run"}; !slices.Equal(got, want) {
		t.Errorf("Scripts() = %v, want %v", got, want)
	}
	var paths []string
	for f := range w.Files() {
		paths = append(paths, f.Path)
		if want := fs.FileMode(0o644); f.Path != "some/tool" && f.Mode() != want {
			t.Errorf("the mode of %s is %v, want %v", f.Path, f.Mode(), want)
		}
	}
	if slices.Contains(paths, "some/") || !slices.Contains(paths, "some/tool") {
		t.Errorf("Files() = %v", paths)
	}
	if i := slices.IndexFunc(slices.Collect(w.Files()), func(f File) bool { return f.Mode() == 0o755 }); paths[i] != "some/tool" {
		t.Errorf("the executable file is %s", paths[i])
	}
	if _, err := w.ReadFile("no/such"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadFile of a missing file = %v, want fs.ErrNotExist", err)
	}
	info, err := w.Info()
	want := Info{Version: "1.0", RootIsPurelib: true, Tags: []string{"py3-none-any"}, Generator: "test"}
	if diff := cmp.Diff(want, info); err != nil || diff != "" {
		t.Errorf("Info() = %v\n%s", err, diff)
	}
	if w.InstalledSize() == 0 {
		t.Error("InstalledSize() = 0")
	}
}

func TestModules(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "demo", "1.0",
		entry{name: "top.py"}, entry{name: "pack/__init__.py"}, entry{name: "pack/sub/mod.py"}, entry{name: "pack/data.txt"},
		entry{name: "space/inner/x.py"}, entry{name: "files/only.txt"}, entry{name: "not-a-module/x.py"},
		entry{name: "pack/fast.cpython-312-x86_64-linux-gnu.so"}, entry{name: "pack/abi.abi3.so"}, entry{name: "win.cp312-win_amd64.pyd"},
		entry{name: "old.pyc"}, entry{name: "größe.py"}, entry{name: "types.pyi"},
		entry{name: "demo-1.0.data/purelib/pure.py"}, entry{name: "demo-1.0.data/platlib/plat/__init__.py"}, entry{name: "demo-1.0.data/data/nope.py"})
	for _, name := range []string{"top", "pack", "pack.sub", "pack.sub.mod", "space", "space.inner", "space.inner.x", "pack.fast", "pack.abi",
		"win", "old", "größe", "pure", "plat"} {
		if !w.HasModule(name) {
			t.Errorf("HasModule(%q) = false", name)
		}
	}
	for _, name := range []string{"", "files", "nope", "types", "pac", "pack.data", "pack.su", "top.py", "not-a-module", "demo-1", "pack.", "pack.fast.cpython"} {
		if w.HasModule(name) {
			t.Errorf("HasModule(%q) = true", name)
		}
	}
	want := []string{"größe", "old", "pack", "pack.abi", "pack.fast", "pack.sub.mod", "plat", "pure", "space.inner.x", "top", "win"}
	if diff := cmp.Diff(want, w.Modules()); diff != "" {
		t.Errorf("Modules():\n%s", diff)
	}
}

func TestHazards(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "demo", "1.0",
		entry{name: "demo/a.py"}, entry{name: "demo/A.py"}, entry{name: "demo/aux.py"}, entry{name: "demo/auxiliary.py"},
		entry{name: "demo/Com1"}, entry{name: "demo/com"}, entry{name: "demo/x:y"}, entry{name: "demo/dot./x"}, entry{name: "demo/space "},
		entry{name: "demo/\u00e9"}, entry{name: "demo/e\u0301"}, entry{name: "demo/lpt\u00b9.txt"})
	var got []string
	for _, h := range w.Hazards() {
		got = append(got, h.Path)
	}
	want := []string{"demo/Com1", "demo/a.py", "demo/aux.py", "demo/dot./x", "demo/lpt\u00b9.txt", "demo/space ", "demo/x:y", "demo/\u00e9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Hazards():\n%s", diff)
	}
	if h := w.Hazards()[1]; h.Other != "demo/A.py" {
		t.Errorf("%s clashes with %q, want demo/A.py", h.Path, h.Other)
	}
}

func TestOpenFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, demoFile)
	if err := os.WriteFile(name, demo(nil), 0o666); err != nil {
		t.Fatal(err)
	}
	w, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if w.FileName != demoFile {
		t.Errorf("FileName = %q, want %q", w.FileName, demoFile)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := OpenFile(filepath.Join(dir, "missing-1.0-py3-none-any.whl")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenFile of a missing file = %v, want fs.ErrNotExist", err)
	}
	var invalid *InvalidError
	if _, err := OpenFile(dir); !errors.As(err, &invalid) {
		t.Errorf("OpenFile of a folder = %v, want an InvalidError", err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	b := demo(nil)
	for _, test := range []struct {
		name   string
		limits Limits
		want   string
	}{
		{"entries", Limits{Entries: 2}, "has 5 members"},
		{"installed", Limits{Installed: 100}, "unpacks to more than 100 bytes"},
		{"none", Limits{}, ""},
	} {
		_, err := OpenLimited(bytes.NewReader(b), int64(len(b)), demoFile, test.limits)
		if got := errorText(err); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A member too long for one read is streamed, with the same checks.
func TestLongMembers(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{})
	noise := make([]byte, 2<<20)
	random.Read(noise)
	content := string(noise)
	if packed := len(deflated(content)); packed < wholeExtent {
		t.Fatalf("the long member has only %d bytes when packed", packed)
	}
	long := func(change func(*entry)) []byte {
		return demo(func(s *archiveSpec) {
			if change != nil {
				with("demo/long", change)(s)
			}
		}, entry{name: "demo/long", content: content})
	}
	for _, test := range []struct {
		name   string
		change func(*entry)
		want   string
	}{
		{"deflated", nil, ""},
		{"stored", func(e *entry) { e.stored = true }, ""},
		{"descriptor", func(e *entry) { e.flags, e.descriptor = flagDescriptor, descriptor(true, true, e) }, ""},
		{"descriptor missing", func(e *entry) { e.flags = flagDescriptor }, "lacks its data descriptor"},
		{"cut", func(e *entry) { d := deflated(content); e.data = d[:len(d)-100] }, "damaged compressed data"},
		{"followed", func(e *entry) { e.data = append(deflated(content), "evil"...) }, "4 bytes after its compressed data"},
		{"followed by much", func(e *entry) { e.data = append(deflated(content), make([]byte, 1<<20)...) }, "1048576 bytes after its compressed data"},
		{"gap", func(e *entry) { e.after = "smuggled" }, "belongs to no member"},
		{"long gap", func(e *entry) { e.after = strings.Repeat("smuggled", 1000) }, "belongs to no member"},
		{"crc", func(e *entry) { e.crc = ptr(uint32(7)) }, "another CRC-32"},
		{"size", func(e *entry) { e.size = ptr(uint32(len(content) - 1)) }, "longer than it says"},
	} {
		archive := long(test.change)
		err := Verify(t.Context(), bytes.NewReader(archive), int64(len(archive)), demoFile)
		if got := errorText(err); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: Verify = %q, want %q", test.name, got, test.want)
		}
	}
}

// Of several faults Verify names the same one each time.
func TestVerifyIsDeterministic(t *testing.T) {
	t.Parallel()
	var entries []entry
	for i := range 200 {
		entries = append(entries, entry{name: "demo/" + string(rune('a'+i%26)) + strings.Repeat("x", i/26+1) + ".py", content: strings.Repeat("x = 1\n", i*13%400)})
	}
	b := demo(func(s *archiveSpec) {
		for i := range s.entries {
			if i%17 == 5 {
				s.entries[i].crc = ptr(uint32(i))
			}
		}
	}, entries...)
	first := errorText(Verify(t.Context(), bytes.NewReader(b), int64(len(b)), demoFile))
	if first == "" {
		t.Fatal("Verify finds no fault")
	}
	for range 50 {
		if got := errorText(Verify(t.Context(), bytes.NewReader(b), int64(len(b)), demoFile)); got != first {
			t.Fatalf("Verify = %q, then %q", first, got)
		}
	}
}

func TestVerifyStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := demo(nil)
	if err := Verify(ctx, bytes.NewReader(b), int64(len(b)), demoFile); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify = %v, want context.Canceled", err)
	}
}

// failingReader fails at one offset, as a disk or a network does.
type failingReader struct {
	io.ReaderAt
	at int64
}

var errDisk = errors.New("the disk is broken")

func (r failingReader) ReadAt(p []byte, offset int64) (int, error) {
	if offset <= r.at && r.at < offset+int64(len(p)) {
		return 0, errDisk
	}
	return r.ReaderAt.ReadAt(p, offset)
}

// An error of the reader is not taken for a fault of the wheel.
func TestReaderErrors(t *testing.T) {
	t.Parallel()
	b := demo(nil)
	for at := range int64(len(b)) {
		err := Verify(t.Context(), failingReader{bytes.NewReader(b), at}, int64(len(b)), demoFile)
		var invalid *InvalidError
		if !errors.Is(err, errDisk) || errors.As(err, &invalid) {
			t.Fatalf("with a fault at %d Verify = %v, want %v", at, err, errDisk)
		}
	}
}
