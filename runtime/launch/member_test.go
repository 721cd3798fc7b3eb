package launch

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipped is a file with members that are stored, behind something else.
func zipped(t *testing.T, members ...string) []byte {
	t.Helper()
	b := bytes.NewBufferString("launcher")
	w := zip.NewWriter(b)
	w.SetOffset(int64(b.Len()))
	for _, name := range members {
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(out, "content of "+name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// findIn looks for a member of a file with these bytes.
func findIn(t *testing.T, data []byte, name string) (content string, found bool, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	section, found, err := find(file, int64(len(data)), name)
	if err != nil || !found {
		return "", found, err
	}
	read, err := io.ReadAll(section)
	return string(read), true, err
}

func TestFind(t *testing.T) {
	t.Parallel()
	few := []string{"__main__.py", Name, "wheels/a"}
	many := append([]string{}, few...)
	for len(many) < 300 { // more than is read at once
		many = append(many, "wheels/"+strings.Repeat("x", len(many)))
	}
	for name, members := range map[string][]string{"few": few, "many": many} {
		data := zipped(t, members...)
		for what, data := range map[string][]byte{name: data, name + " and zeros": append(bytes.Clone(data), make([]byte, 15)...)} {
			for _, member := range []string{members[0], Name, members[len(members)-1]} {
				content, found, err := findIn(t, data, member)
				if err != nil || !found || content != "content of "+member {
					t.Errorf("%s: find(%q) = %q, %v, %v", what, member, content, found, err)
				}
			}
			if _, found, err := findIn(t, data, "missing"); found || err != nil {
				t.Errorf("%s: find of what is not there = %v, %v", what, found, err)
			}
		}
	}
	for _, data := range []string{"", "x", "\x7fELF" + strings.Repeat("\x00", 10_000)} {
		if _, found, err := findIn(t, []byte(data), Name); found || err != nil && !errors.Is(err, io.EOF) {
			t.Errorf("find in %d bytes that are no zip = %v, %v", len(data), found, err)
		}
	}
}

// A zip with records of ZIP64 is read as well: here by the numbers that a small one would
// have there.
func TestFind64(t *testing.T) {
	t.Parallel()
	data := zipped(t, "__main__.py", Name)
	end := bytes.LastIndex(data, []byte(endSignature))
	directory := bytes.Index(data, []byte(entrySignature))
	number := func(n int) string {
		return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), 0, 0, 0, 0, 0})
	}
	short := func(n int) string { return number(n)[:2] }
	second := bytes.LastIndex(data, []byte(localSignature))
	size := len("content of " + Name)
	// The entry's sizes and offset are where its extra field has them.
	entry := entrySignature + short(45) + short(45) + strings.Repeat("\x00", 12) + strings.Repeat("\xff", 8) + short(len(Name)) + short(28) +
		short(0) + short(0) + short(0) + number(0)[:4] + strings.Repeat("\xff", 4) + Name + short(1) + short(24) + number(size) + number(size) + number(second)
	record := end64Signature + number(44) + short(45) + short(45) + number(0) + number(1) + number(1) + number(len(entry)) + number(directory)
	locator := locatorSignature + number(0)[:4] + number(directory+len(entry)) + number(1)[:4]
	wide := string(data[:directory]) + entry + record + locator + endSignature + strings.Repeat("\x00", 4) + strings.Repeat("\xff", 12) + short(0)
	if len(data)-end != endSize {
		t.Fatal("the zip has a comment")
	}
	content, found, err := findIn(t, []byte(wide), Name)
	if err != nil || !found || content != "content of "+Name {
		t.Errorf("find = %q, %v, %v", content, found, err)
	}
}

// FuzzFind: whatever the bytes are, find ends, and what it finds lies within the file.
func FuzzFind(f *testing.F) {
	b := bytes.NewBufferString("launcher")
	w := zip.NewWriter(b)
	for _, name := range []string{Name, "wheels/a"} {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()-4])
	f.Add([]byte(locatorSignature + strings.Repeat("\xff", 16) + endSignature + strings.Repeat("\xff", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		content, found, err := findIn(t, data, Name)
		if found && err == nil && len(content) > len(data) {
			t.Errorf("found %d bytes in %d", len(content), len(data))
		}
	})
}
