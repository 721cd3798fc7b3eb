package unpack_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// An entry is one member of an archive that a test makes.
type entry struct {
	name    string
	kind    byte // of tar; 0 is a file
	content string
	target  string // of links
	mode    int64  // 0 is 0644
}

func (e entry) header() *tar.Header {
	h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.target, Mode: e.mode, Size: int64(len(e.content)), ModTime: time.Unix(1600000000, 0)}
	if h.Typeflag == 0 {
		h.Typeflag = tar.TypeReg
	}
	if h.Mode == 0 {
		h.Mode = 0o644
	}
	if h.Typeflag != tar.TypeReg {
		h.Size = 0
	}
	return h
}

// rawTar is a tar of the entries, uncompressed.
func rawTar(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := e.header()
		if err := w.WriteHeader(h); err != nil {
			tb.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write([]byte(e.content)); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// patchedTar is a tar whose names the standard library would not write: each
// entry's name "@" is replaced by its true one, which must fit into the field.
func patchedTar(tb testing.TB, name string) []byte {
	tb.Helper()
	data := rawTar(tb, entry{name: "placeholder", content: "x"})
	for i := range 100 {
		data[i] = 0
	}
	copy(data, name)
	copy(data[148:], "        ")
	sum := 0
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:], []byte(octal(sum)+"\x00 "))
	return data
}

func octal(n int) string {
	digits := make([]byte, 6)
	for i := 5; i >= 0; i-- {
		digits[i] = '0' + byte(n&7)
		n >>= 3
	}
	return string(digits)
}

func gz(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func tarGz(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	return gz(tb, rawTar(tb, entries...))
}

// zipOf is a zip of the entries.
func zipOf(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Unix(1600000000, 0)}
		mode, content := fs.FileMode(0o644), e.content
		switch e.kind {
		case tar.TypeSymlink:
			mode, content = fs.ModeSymlink|0o777, e.target
		case tar.TypeFifo:
			mode |= fs.ModeNamedPipe
		case tar.TypeChar:
			mode |= fs.ModeDevice | fs.ModeCharDevice
		case tar.TypeDir:
			mode = fs.ModeDir | 0o755
		}
		if e.mode != 0 {
			mode = mode&^0o777 | fs.FileMode(e.mode)
		}
		h.SetMode(mode)
		if strings.HasSuffix(e.name, "/") {
			h.Method = zip.Store
		}
		out, err := w.CreateHeader(h)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := out.Write([]byte(content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func tarZst(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer encoder.Close()
	return encoder.EncodeAll(rawTar(tb, entries...), nil)
}
