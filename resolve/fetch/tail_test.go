package fetch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

func tailOf(data []byte, name string) ([]byte, error) {
	return wheelMetadata(bytes.NewReader(data), int64(len(data)), name)
}

// entry is a member of a zip file that zipFile writes as it is told to.
type entry struct {
	name, local       string // local is the local header's name, "" for the same
	method            uint16
	data              []byte
	crc               uint32 // 0 is the right one
	unpacked          int    // -1 is the length of data
	wide              bool   // sizes and offset in a ZIP64 field
	localExtra        int
	offset            int64 // added to the right one
	extra             []byte
	flags             uint16
	localMethodDiffer bool
}

func metadataEntry(text string) entry {
	return entry{name: "x-1.dist-info/METADATA", data: []byte(text), unpacked: -1}
}

// zipFile writes a zip file by hand, with ZIP64 records at its end if wide.
func zipFile(wide bool, comment string, entries ...entry) []byte {
	var b, directory bytes.Buffer
	le := binary.LittleEndian
	for _, e := range entries {
		at := int64(b.Len()) + e.offset
		if e.crc == 0 {
			e.crc = crc32.ChecksumIEEE(e.data)
		}
		if e.unpacked < 0 {
			e.unpacked = len(e.data)
		}
		local := e.local
		if local == "" {
			local = e.name
		}
		header := make([]byte, localSize)
		copy(header, localMark)
		le.PutUint16(header[8:], e.method)
		if e.localMethodDiffer {
			le.PutUint16(header[8:], 8-e.method)
		}
		le.PutUint16(header[26:], uint16(len(local)))
		le.PutUint16(header[28:], uint16(e.localExtra))
		b.Write(header)
		b.WriteString(local)
		b.Write(make([]byte, e.localExtra))
		b.Write(e.data)
		extra := bytes.Clone(e.extra)
		row := make([]byte, entrySize)
		copy(row, entryMark)
		le.PutUint16(row[8:], e.flags)
		le.PutUint16(row[10:], e.method)
		le.PutUint32(row[16:], e.crc)
		le.PutUint32(row[20:], uint32(len(e.data)))
		le.PutUint32(row[24:], uint32(e.unpacked))
		le.PutUint32(row[42:], uint32(at))
		if e.wide {
			for _, field := range []int{20, 24, 42} {
				le.PutUint32(row[field:], 0xffffffff)
			}
			extra = append(extra, 1, 0, 24, 0)
			extra = le.AppendUint64(extra, uint64(e.unpacked))
			extra = le.AppendUint64(extra, uint64(len(e.data)))
			extra = le.AppendUint64(extra, uint64(at))
		}
		le.PutUint16(row[28:], uint16(len(e.name)))
		le.PutUint16(row[30:], uint16(len(extra)))
		directory.Write(row)
		directory.WriteString(e.name)
		directory.Write(extra)
	}
	offset, size := b.Len(), directory.Len()
	b.Write(directory.Bytes())
	end := make([]byte, endSize)
	copy(end, endMark)
	le.PutUint16(end[8:], uint16(len(entries)))
	le.PutUint16(end[10:], uint16(len(entries)))
	le.PutUint32(end[12:], uint32(size))
	le.PutUint32(end[16:], uint32(offset))
	if wide {
		at := b.Len()
		record := make([]byte, end64Size)
		copy(record, end64Mark)
		le.PutUint64(record[4:], end64Size-12)
		le.PutUint64(record[24:], uint64(len(entries)))
		le.PutUint64(record[32:], uint64(len(entries)))
		le.PutUint64(record[40:], uint64(size))
		le.PutUint64(record[48:], uint64(offset))
		b.Write(record)
		locator := make([]byte, locatorSize)
		copy(locator, locatorMark)
		le.PutUint64(locator[8:], uint64(at))
		le.PutUint32(locator[16:], 1)
		b.Write(locator)
		copy(end[8:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	}
	le.PutUint16(end[20:], uint16(len(comment)))
	b.Write(end)
	b.WriteString(comment)
	return b.Bytes()
}

func TestTail(t *testing.T) {
	t.Parallel()
	const text = "Metadata-Version: 2.1\nName: x\n"
	change := func(f func(*entry)) []entry {
		e := metadataEntry(text)
		f(&e)
		return []entry{e}
	}
	plain := []entry{metadataEntry(text)}
	tests := []struct {
		name  string
		data  []byte
		error string // "" for none
	}{
		{"plain", zipFile(false, "", plain...), ""},
		{"a comment", zipFile(false, "made by hand", plain...), ""},
		{"a comment that looks like an end", zipFile(false, endMark+strings.Repeat("\x00", 30), plain...), ""},
		{"the longest comment", zipFile(false, strings.Repeat("x", 65535), plain...), ""},
		{"ZIP64", zipFile(true, "", plain...), ""},
		{"ZIP64 fields", zipFile(true, "", change(func(e *entry) { e.wide = true })...), ""},
		{"ZIP64 fields alone", zipFile(false, "", change(func(e *entry) { e.wide, e.extra = true, []byte{9, 9, 1, 0, 7} })...), ""},
		{"a long extra field", zipFile(false, "", change(func(e *entry) { e.localExtra = 3000 })...), ""},
		{"other members", zipFile(false, "", entry{name: "x.py", unpacked: -1}, metadataEntry(text), entry{name: "a/y-1.dist-info/METADATA", unpacked: -1}, entry{name: "y-1.dist-info/METADATA", unpacked: -1}), ""},
		{"another spelling", zipFile(false, "", change(func(e *entry) { e.name = "X-1.dist-info/METADATA" })...), ""},
		{"empty", nil, "truncated"},
		{"no end", zipFile(false, "", plain...)[:100], "truncated"},
		{"bytes after the end", append(zipFile(false, "", plain...), 0), "truncated"},
		{"bytes before the start", append([]byte("#!"), zipFile(false, "", plain...)...), "directory is damaged"},
		{"no members", zipFile(false, ""), "no METADATA of x"},
		{"of another project", zipFile(false, "", change(func(e *entry) { e.name = "y-1.dist-info/METADATA" })...), "no METADATA of x"},
		{"two of them", zipFile(false, "", metadataEntry(text), metadataEntry(text)), "more than one METADATA"},
		{"two versions", zipFile(false, "", metadataEntry(text), entry{name: "x-2.dist-info/METADATA", unpacked: -1}), "more than one METADATA"},
		{"another local name", zipFile(false, "", change(func(e *entry) { e.local = "y-1.dist-info/METADATA" })...), "don't agree"},
		{"another local method", zipFile(false, "", change(func(e *entry) { e.localMethodDiffer = true })...), "don't agree"},
		{"another checksum", zipFile(false, "", change(func(e *entry) { e.crc = 1 })...), "another checksum"},
		{"another size", zipFile(false, "", change(func(e *entry) { e.unpacked = 1 })...), "directory is damaged"},
		{"a bomb", zipFile(false, "", change(func(e *entry) { e.unpacked, e.method = 1<<30, 8 })...), "too large"},
		{"not deflated", zipFile(false, "", change(func(e *entry) { e.method = 8 })...), "doesn't unpack"},
		{"encrypted", zipFile(false, "", change(func(e *entry) { e.flags = 1 })...), "encrypted"},
		{"another method", zipFile(false, "", change(func(e *entry) { e.method = 14 })...), "method 14"},
		{"an offset of no sense", zipFile(false, "", change(func(e *entry) { e.offset = 1 << 30 })...), "directory is damaged"},
		{"a negative offset", zipFile(false, "", change(func(e *entry) { e.offset, e.wide = -1, true })...), "directory is damaged"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := tailOf(test.data, "x-1-py3-none-any.whl")
			if test.error == "" && (string(got) != text || err != nil) {
				t.Errorf("METADATA = %q, %v, want %q", got, err, text)
			}
			if test.error != "" && (err == nil || !strings.Contains(err.Error(), test.error)) {
				t.Errorf("METADATA = %q, %v, want an error with %q", got, err, test.error)
			}
		})
	}
}

// A directory of more members than 16 bits count.
func TestTailOfManyMembers(t *testing.T) {
	t.Parallel()
	entries := make([]entry, 70_000)
	for i := range entries {
		entries[i] = entry{name: fmt.Sprintf("x/%d.py", i), unpacked: -1}
	}
	data := zipFile(true, "", append(entries, metadataEntry("Name: x\n"))...)
	if got, err := tailOf(data, "x-1-py3-none-any.whl"); string(got) != "Name: x\n" || err != nil {
		t.Errorf("METADATA = %q, %v", got, err)
	}
}

// Real wheels, where there are some: GOBUNDLE_WHEELS names a folder of them.
func TestTailOfRealWheels(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GOBUNDLE_WHEELS")
	if folder == "" {
		return
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.whl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no wheels in %s: %v", folder, err)
	}
	for _, path := range paths {
		text, err := localMetadata(path, filepath.Base(path))
		if err != nil || !bytes.Contains(text, []byte("\nName: ")) {
			t.Errorf("METADATA of %s = %.50q, %v", path, text, err)
		}
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := sameByZip(&z.Reader, "", text); want != "" {
			t.Error(want)
		}
		_ = z.Close()
	}
}

// sameByZip says in what archive/zip differs, "" for nothing: it must know one
// METADATA with this text.
func sameByZip(z *zip.Reader, what string, text []byte) string {
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".dist-info/METADATA") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			continue
		}
		got, err := io.ReadAll(io.LimitReader(r, metadataLimit+1))
		_ = r.Close()
		if errors.Is(err, zip.ErrChecksum) {
			err = nil // a descriptor behind the data differs, which isn't read here
		}
		if err == nil && bytes.Equal(got, text) {
			return ""
		}
	}
	return fmt.Sprintf("archive/zip finds no METADATA with the text %.50q %s", text, what)
}

// What is read out of the end of a file is what archive/zip reads.
func FuzzTail(f *testing.F) {
	_, wheel := indextest.Wheel(indextest.Dist{Name: "x", Version: "1"})
	seeds := [][]byte{
		wheel,
		zipFile(false, "c", metadataEntry("Name: x\n")),
		zipFile(true, "", entry{name: "x-1.dist-info/METADATA", data: []byte("Name: x\n"), unpacked: -1, wide: true, localExtra: 3}),
	}
	for i, seed := range seeds {
		if _, err := tailOf(seed, "x-1-py3-none-any.whl"); err != nil {
			f.Fatalf("seed %d is of no use: %v", i, err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := tailOf(data, "x-1-py3-none-any.whl")
		if err != nil {
			return
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%q was read, but archive/zip says: %v", text, err)
		}
		if difference := sameByZip(z, fmt.Sprintf("in %q", data), text); difference != "" {
			t.Error(difference)
		}
	})
}
