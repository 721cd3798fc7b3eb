package unpack_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/unpack"
)

// TestZstd: an archive of Python's is a tar in a zstd file (RFC 8878).
func TestZstd(t *testing.T) {
	t.Parallel()
	whole := tarZst(t, entry{name: "python/bin/python3", content: "x", mode: 0o755},
		entry{name: "python/bin/python", kind: tar.TypeSymlink, target: "python3"})
	dir, _, err := unpacked(t, "python.tar.zst", whole, unpack.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"folder python", "folder python/bin", "link python/bin/python -> python3", "-rwxr-xr-x python/bin/python3 x"}
	if got := listing(t, dir); !slices.Equal(got, want) {
		t.Errorf("unpacked %q, want %q", got, want)
	}
	bomb := tarZst(t, entry{name: "zeros", content: strings.Repeat("\x00", 80<<20)})
	for _, test := range []struct {
		name, file string
		data       []byte
		unsafe     bool
	}{
		{"cut short", "p.tar.zst", whole[:len(whole)-4], false},
		{"one bit", "p.tar.zst", append(append([]byte{}, whole[:len(whole)-9]...), append([]byte{whole[len(whole)-9] ^ 1}, whole[len(whole)-8:]...)...), false},
		{"bytes behind the end", "p.tar.zst", append(bytes.Clone(whole), "more"...), false},
		{"a gzip file", "p.tar.zst", tarGz(t, entry{name: "a"}), false},
		{"called otherwise", "p.tar.gz", whole, false},
		{"a way out", "p.tar.zst", tarZst(t, entry{name: "../a"}), true},
		{"a bomb", "p.tar.zst", bomb, true},
	} {
		_, _, err := unpacked(t, test.file, test.data, unpack.Limits{})
		var format *unpack.FormatError
		var unsafe *unpack.UnsafeError
		if test.unsafe && !errors.As(err, &unsafe) || !test.unsafe && !errors.As(err, &format) {
			t.Errorf("%s: Archive: %v", test.name, err)
		}
	}
}

// TestTwins: terminfo has entries that differ in case only.
func TestTwins(t *testing.T) {
	t.Parallel()
	data := tarGz(t, entry{name: "terminfo/E/Eterm", content: "1"}, entry{name: "terminfo/e/eterm", content: "2"})
	if _, err := unpack.Twins(t.Context(), "p.tar.gz", io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), t.TempDir(), unpack.Limits{}); err != nil {
		t.Errorf("Twins: %v", err)
	}
	path := filepath.Join(t.TempDir(), "p.tar.gz")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var unsafe *unpack.UnsafeError
	if _, err := unpack.Archive(t.Context(), path, t.TempDir(), unpack.Limits{}); !errors.As(err, &unsafe) {
		t.Errorf("Archive: %v, want an UnsafeError", err)
	}
}
