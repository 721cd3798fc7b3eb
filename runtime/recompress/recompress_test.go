package recompress

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/gobundle/gobundle/runtime/packed"
)

// file is a member of a zip.
type file struct {
	name    string
	content string
	mode    fs.FileMode // 0 is 0644
}

// zipOf returns a zip as wheels are: deflated, and the last member stored.
func zipOf(tb testing.TB, files []file) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if i == len(files)-1 {
			header.Method = zip.Store
		}
		header.SetMode(0o644)
		if f.mode != 0 {
			header.SetMode(f.mode)
		}
		member, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(member, f.content)
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

func recompressed(tb testing.TB, level int, content []byte) []byte {
	tb.Helper()
	in, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		tb.Fatal(err)
	}
	w, err := NewWriter(level)
	if err != nil {
		tb.Fatal(err)
	}
	defer w.Close()
	var b bytes.Buffer
	if err := w.Write(tb.Context(), in, &b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// large is a content of several frames that zstd can't make small.
func large() string {
	var b strings.Builder
	for i := 0; b.Len() < 5<<20; i++ {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		b.Write(sum[:])
	}
	return b.String()
}

func sample() []file {
	files := []file{{name: "a/__init__.py"}, {name: "a/empty/", mode: fs.ModeDir | 0o755}, {name: "a/run.sh", content: "#!/bin/sh\n", mode: 0o755}}
	for i := range 300 {
		files = append(files, file{name: fmt.Sprintf("a/b/%d/module.py", i), content: strings.Repeat(fmt.Sprintf("line %d\n", i), 2000)})
	}
	return append(files, file{name: "a/large.bin", content: large()}, file{name: "a/é.txt", content: "é"}, file{name: "z.txt", content: "the end"})
}

func readAll(t *testing.T, data []byte) *zip.Reader {
	t.Helper()
	recent, err := NewRecent(2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(recent.Close)
	r, err := Open(bytes.NewReader(data), int64(len(data)), recent)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	plain, err := zip.NewReader(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestWrite(t *testing.T) {
	t.Parallel()
	original := zipOf(t, sample())
	first, err := zip.NewReader(bytes.NewReader(original), int64(len(original)))
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range []int{1, 9, 22} {
		data := recompressed(t, level, original)
		if again := recompressed(t, level, original); !bytes.Equal(data, again) {
			t.Errorf("level %d: written twice it differs", level)
		}
		plain := readAll(t, data)
		if len(plain.File) != len(first.File) {
			t.Fatalf("level %d: %d members, want %d", level, len(plain.File), len(first.File))
		}
		for i, m := range plain.File {
			want := first.File[i]
			if m.Name != want.Name || m.ExternalAttrs != want.ExternalAttrs || m.CRC32 != want.CRC32 || m.Method != zip.Store ||
				m.UncompressedSize64 != want.UncompressedSize64 || !m.Modified.Equal(want.Modified) || len(m.Extra) > 0 {
				t.Errorf("level %d: member %d is %+v, want %+v", level, i, m.FileHeader, want.FileHeader)
			}
			content, err := m.Open()
			if err == nil {
				_, err = io.Copy(io.Discard, content) // which compares the CRC-32
			}
			if err != nil {
				t.Errorf("level %d: reading %s: %v", level, m.Name, err)
			}
		}
	}
}

// What is in many files is there once.
func TestSmaller(t *testing.T) {
	t.Parallel()
	text := large()[:6000]
	var files []file
	for i := range 100 {
		files = append(files, file{name: fmt.Sprintf("%d.py", i), content: text})
	}
	original := zipOf(t, files)
	if data := recompressed(t, DefaultLevel, original); len(data) > len(original)/20 {
		t.Errorf("%d bytes became %d", len(original), len(data))
	}
}

// Any reader of zstd files gives the zip, and any reader of zlib its directory.
func TestForeignReaders(t *testing.T) {
	t.Parallel()
	data := recompressed(t, DefaultLevel, zipOf(t, sample()))
	decoder, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	plain, err := io.ReadAll(decoder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain))); err != nil {
		t.Error(err)
	}
	count := int(binary.LittleEndian.Uint32(data[len(data)-tableEnd:]))
	table := len(data) - skippableHeader - count*tableEntry - tableEnd
	length := int(binary.LittleEndian.Uint32(data[table+skippableHeader+(count-1)*tableEntry:]))
	inflate, err := zlib.NewReader(bytes.NewReader(data[table-length+skippableHeader : table]))
	if err != nil {
		t.Fatal(err)
	}
	directory, err := io.ReadAll(inflate)
	if err != nil || !bytes.HasSuffix(plain, directory) || !bytes.HasPrefix(directory, []byte("PK\x01\x02")) {
		t.Errorf("the directory is not the end of the zip (%v)", err)
	}
}

// part is an archive as a part with a folder to unpack it in.
func part(t *testing.T, data []byte) packed.Part {
	t.Helper()
	sum := sha256.Sum256(data)
	return packed.Part{Name: "a-1-py3-none-any.whl", File: bytes.NewReader(data), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), Folder: t.TempDir()}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	files := sample()
	one, other := part(t, recompressed(t, 1, zipOf(t, files))), part(t, recompressed(t, 1, zipOf(t, []file{{name: "only.txt", content: "x"}})))
	whole := part(t, recompressed(t, 1, zipOf(t, files)))
	whole.Zip, whole.Folder = filepath.Join(t.TempDir(), "a.whl"), ""
	if err := Unpack(t.Context(), []packed.Part{one, other, whole}); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join(one.Folder, filepath.FromSlash(f.name))
		info, err := os.Stat(path)
		if err != nil {
			if !strings.HasSuffix(f.name, "/") {
				t.Error(err)
			}
			continue
		}
		if info.IsDir() {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil || string(content) != f.content {
			t.Errorf("%s has %d bytes (%v), want %d", f.name, len(content), err, len(f.content))
		}
		if executable := info.Mode()&0o100 != 0; runtime.GOOS != "windows" && executable != (f.mode == 0o755) {
			t.Errorf("%s has mode %v", f.name, info.Mode())
		}
	}
	if content, err := os.ReadFile(filepath.Join(other.Folder, "only.txt")); err != nil || string(content) != "x" {
		t.Errorf("the other part has %q, %v", content, err)
	}
	plain, err := zip.OpenReader(whole.Zip)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if len(plain.File) != len(files) {
		t.Errorf("the zip has %d members, want %d", len(plain.File), len(files))
	}
}

// frames packs pieces of a zip in a table of its own making.
func frames(t *testing.T, plain []byte, cut int, change func(table []frame)) []byte {
	t.Helper()
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	var all []frame
	for len(plain) > 0 {
		piece := plain[:min(cut, len(plain))]
		before := len(data)
		data = encoder.EncodeAll(piece, data)
		all = append(all, frame{packed: int64(len(data) - before), size: int64(len(piece))})
		plain = plain[len(piece):]
	}
	if change != nil {
		change(all)
	}
	directory := binary.LittleEndian.AppendUint32(nil, directoryMagic)
	directory = binary.LittleEndian.AppendUint32(directory, 0)
	return append(append(data, directory...), encodeTable(all, len(directory))...)
}

// stored is a zip as [Writer] has it before it is packed.
func stored(t *testing.T, files []file) []byte {
	t.Helper()
	data := recompressed(t, 1, zipOf(t, files))
	decoder, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	plain, err := io.ReadAll(decoder)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	files := []file{{name: "aa.txt", content: strings.Repeat("content ", 100)}, {name: "bb.txt", content: "more"}}
	plain := stored(t, files)
	good := frames(t, plain, frameSize, nil)
	replaced := func(old, with string) []byte {
		changed := bytes.ReplaceAll(plain, []byte(old), []byte(with))
		if bytes.Equal(changed, plain) {
			t.Fatalf("there is no %q", old)
		}
		return frames(t, changed, frameSize, nil)
	}
	at := func(data []byte, offset int, value byte) []byte {
		data = bytes.Clone(data)
		if offset < 0 {
			offset += len(data)
		}
		data[offset] ^= value
		return data
	}
	bomb := func() []byte {
		encoder, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		data := encoder.EncodeAll(make([]byte, 64<<20), nil)
		directory := binary.LittleEndian.AppendUint32(nil, directoryMagic)
		directory = binary.LittleEndian.AppendUint32(directory, 0)
		return append(append(data, directory...), encodeTable([]frame{{packed: int64(len(data)), size: 1 << 20}}, 8)...)
	}()
	for _, test := range []struct {
		name, want string
		data       []byte
	}{
		{"nothing", "too short", nil},
		{"no table", "no seek table", []byte("PK this is no such file")},
		{"cut", "no seek table", good[:len(good)-1]},
		{"cut in front", "does not fit", good[1:]},
		{"table of another length", "no seek table", at(good, -5-4, 1)},
		{"entry of no size", "impossible size", frames(t, plain, frameSize, func(f []frame) { f[0].size = 0 })},
		{"entry that is too large", "impossible size", frames(t, plain, frameSize, func(f []frame) { f[0].size = frameSize + 1 })},
		{"entry that is larger than its frame", "another size", frames(t, plain, frameSize, func(f []frame) { f[0].size++ })},
		{"frame that is larger than its entry", "larger than it says", frames(t, plain, frameSize, func(f []frame) { f[0].size-- })},
		{"bomb", "frame", bomb},
		{"damaged frame", "frame", at(good, 40, 0xff)},
		{"truncated frame", "does not fit", append(bytes.Clone(good[:20]), good[21:]...)},
		{"no zip", "holds no zip", frames(t, []byte("this is no zip, and a little longer than its end"), frameSize, nil)},
		{"a way out", "leaves its folder", replaced("aa.txt", "../a.t")},
		{"an absolute name", "absolute", replaced("aa.txt", "/a.txt")},
		{"a backslash", "backslash", replaced("aa.txt", `a\.txt`)},
		{"a drive", "drive", replaced("aa.txt", "a:.txt")},
		{"one name twice", "damaged directory", replaced("aa.txt", "bb.txt")},
		{"another method", "damaged directory", replaced("PK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00", "PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00")},
		{"another local name", "not where it should be", frames(t, bytes.Replace(plain, []byte("bb.txt"), []byte("cc.txt"), 1), frameSize, nil)},
		{"a header in two frames", "not where it should be", frames(t, plain, 850, nil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := Unpack(t.Context(), []packed.Part{part(t, test.data)})
			var damage *packed.DamageError
			if !errors.As(err, &damage) || !strings.Contains(damage.Reason, test.want) {
				t.Errorf("Unpack = %v, want a DamageError with %q", err, test.want)
			}
		})
	}
	another := part(t, good)
	another.SHA256 = strings.Repeat("0", 64)
	var damage *packed.DamageError
	if err := Unpack(t.Context(), []packed.Part{another}); !errors.As(err, &damage) || !strings.Contains(damage.Reason, "sha256") {
		t.Errorf("Unpack with another sha256 = %v", err)
	}
	if err := Unpack(t.Context(), []packed.Part{part(t, good), part(t, frames(t, plain, 850*3, nil))}); err != nil {
		t.Errorf("Unpack = %v, want nothing", err)
	}
}

func TestUnpackSystem(t *testing.T) {
	t.Parallel()
	p := part(t, recompressed(t, 1, zipOf(t, sample())))
	p.Folder = filepath.Join(p.Folder, "missing")
	if err := Unpack(t.Context(), []packed.Part{p}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Unpack into no folder = %v, want that it does not exist", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	p.Folder = t.TempDir()
	if err := Unpack(ended, []packed.Part{p}); !errors.Is(err, context.Canceled) {
		t.Errorf("Unpack in a context that has ended = %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	good := recompressed(f, 1, zipOf(f, []file{{name: "a.txt", content: "a"}, {name: "b/c.txt", content: "c"}}))
	f.Add(good)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		recent, err := NewRecent(1)
		if err != nil {
			t.Fatal(err)
		}
		defer recent.Close()
		r, err := Open(bytes.NewReader(data), int64(len(data)), recent)
		if err != nil {
			return
		}
		members, err := r.members()
		if err != nil {
			return
		}
		next := int64(0)
		for _, m := range members {
			if m.at != next || m.content()+m.size > r.Size() {
				t.Errorf("member %q lies at %d, want %d", m.name, m.at, next)
			}
			next = m.content() + m.size
		}
	})
}
