package launch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// bundleID is the one of the record.
const bundleID = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

// peHead is the head of a program for Windows whose signature begins at a place.
func peHead(signature int) []byte {
	head := make([]byte, 4096)
	copy(head, "MZ")
	head[0x3C] = 0x80
	copy(head[0x80:], "PE\x00\x00")
	optional := head[0x80+24:]
	binary.LittleEndian.PutUint16(optional, 0x20B)
	binary.LittleEndian.PutUint32(optional[112+4*8:], uint32(signature))
	return head
}

// machHead is the head of a program for macOS whose signature begins at a place.
func machHead(signature int) []byte {
	head := make([]byte, 4096)
	for i, n := range []uint32{0xFEEDFACF, 0, 0, 2, 2, 24 + 16, 0, 0, 0x1B, 24, 0, 0, 0, 0, 0x1D, 16, uint32(signature), 0} {
		binary.LittleEndian.PutUint32(head[4*i:], n)
	}
	return head
}

// record is a zip with a record, for a file that it stands in behind a head.
func record(t *testing.T, head int) []byte {
	t.Helper()
	encoded, err := Record{ID: bundleID, Names: []string{"python3"}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	archive.SetOffset(int64(head))
	member, err := archive.CreateHeader(&zip.FileHeader{Name: Name, Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := member.Write(encoded); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A bundle is found in front of a signature, however large that is.
func TestReadSigned(t *testing.T) {
	t.Parallel()
	const size = 4096
	payload := record(t, size)
	signature := size + len(payload) + 5 // after zeros
	for _, test := range []struct {
		name string
		head []byte
		want error
	}{
		{"PE", peHead(signature), nil},
		{"Mach-O", machHead(signature), nil},
		{"a PE that does not tell", peHead(0), ErrNoBundle},
		{"a Mach-O that tells nonsense", machHead(1 << 30), ErrNoBundle},
		{"no program", make([]byte, size), ErrNoBundle},
	} {
		file := bytes.Join([][]byte{test.head, payload, make([]byte, 5), bytes.Repeat([]byte("s"), 100_000)}, nil)
		path := filepath.Join(t.TempDir(), "app")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		read, err := Read(opened)
		if !errors.Is(err, test.want) || err == nil && read.ID != bundleID {
			t.Errorf("%s: Read = %v, %v, want %v", test.name, read, err, test.want)
		}
	}
}
