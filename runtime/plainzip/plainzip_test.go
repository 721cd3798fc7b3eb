package plainzip_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"testing"
	"time"

	"github.com/gobundle/gobundle/runtime/plainzip"
)

// What is written with a header reads back with its name, mode and time, and has
// nothing behind the fixed fields.
func TestHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		executable bool
		mode       string
	}{
		{"a/b.py", false, "-rw-r--r--"},
		{"bin/tool", true, "-rwxr-xr-x"},
		{"größe.py", false, "-rw-r--r--"},
	} {
		content := []byte("print()\n")
		h := plainzip.Header(test.name, test.executable)
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(content), uint64(len(content)), uint64(len(content))
		var archive bytes.Buffer
		w := zip.NewWriter(&archive)
		member, err := w.CreateRaw(h)
		if err == nil {
			_, err = member.Write(content)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatalf("writing %s: %v", test.name, err)
		}
		r, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
		if err != nil {
			t.Fatalf("reading %s: %v", test.name, err)
		}
		got := r.File[0]
		if got.Name != test.name || got.NonUTF8 || got.Mode().String() != test.mode || len(got.Extra) > 0 || got.Flags&8 != 0 ||
			!got.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s reads back as %+v, of mode %s", test.name, got.FileHeader, got.Mode())
		}
	}
}
