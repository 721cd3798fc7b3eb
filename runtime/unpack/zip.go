package unpack

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
)

const (
	localHeaderSize = 30
	endSize         = 22
	maxComment      = 1<<16 - 1
	flagEncrypted   = 1
	flagDescriptor  = 8
	maxTarget       = maxName + 1
)

// endsAsZip reports whether a reader of zips, which begins at the end, would
// take the archive for one.
func (u *unpacking) endsAsZip() bool {
	_, err := zip.NewReader(u.file, u.size)
	return err == nil || errors.Is(err, zip.ErrInsecurePath)
}

// zip unpacks a zip.
func (u *unpacking) zip(ctx context.Context) error {
	r, err := zip.NewReader(u.file, u.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return u.damaged(err)
	}
	if err := u.checkLayout(r); err != nil {
		return u.damaged(err)
	}
	for _, f := range r.File {
		if err := u.zipMember(ctx, f); err != nil {
			return u.damaged(err)
		}
	}
	return nil
}

func (u *unpacking) zipMember(ctx context.Context, f *zip.File) error {
	mode := f.Mode()
	m := &member{name: f.Name, size: int64(f.UncompressedSize64), executable: mode&0o100 != 0, modified: f.Modified}
	if err := u.begin(ctx, m); err != nil {
		return err
	}
	if f.Flags&flagEncrypted != 0 {
		return &FormatError{Archive: u.name, Reason: m.name + " is encrypted"}
	}
	folderName := strings.HasSuffix(m.name, "/")
	switch {
	case mode.IsDir() || folderName:
		if f.UncompressedSize64 != 0 {
			return u.unsafe(m.name, "is a folder with content")
		}
		if !folderName || !mode.IsDir() {
			return u.unsafe(m.name, "is a file with the name of a folder, or the other way round")
		}
		return u.addFolder(m)
	case mode&fs.ModeSymlink != 0:
		target, err := readTarget(f)
		if err != nil {
			return err
		}
		return u.addLink(m, target)
	case mode&fs.ModeType != 0:
		return u.unsafe(m.name, "is a device, a pipe or a socket")
	}
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	return u.addFile(ctx, m, content)
}

// readTarget reads where a symbolic link leads, which is its content.
func readTarget(f *zip.File) (string, error) {
	content, err := f.Open()
	if err != nil {
		return "", err
	}
	defer content.Close()
	target, err := io.ReadAll(io.LimitReader(content, maxTarget))
	return string(target), err
}

// checkLayout holds the zip to one meaning: local headers, as a reader sees who
// goes from the beginning, lie one behind the other without gaps and name the
// same members as the directory at the end.
func (u *unpacking) checkLayout(r *zip.Reader) error {
	files := slices.Clone(r.File)
	places := map[*zip.File]int64{}
	for _, f := range files {
		offset, err := f.DataOffset()
		if err != nil {
			return err
		}
		places[f] = offset
	}
	slices.SortStableFunc(files, func(a, b *zip.File) int { return cmp.Compare(places[a], places[b]) })
	at := int64(0)
	for i, f := range files {
		next, err := u.passMember(f, at, places[f], i == len(files)-1)
		if err != nil {
			return err
		}
		at = next
	}
	return u.checkEnd(at, len(files) == 0)
}

// passMember checks the local header at an offset and returns where its member
// ends.
func (u *unpacking) passMember(f *zip.File, at, data int64, last bool) (int64, error) {
	var header [localHeaderSize]byte
	if _, err := u.file.ReadAt(header[:], at); err != nil {
		return 0, err
	}
	name := make([]byte, binary.LittleEndian.Uint16(header[26:]))
	extra := int64(binary.LittleEndian.Uint16(header[28:]))
	if string(header[:4]) != "PK\x03\x04" || at+localHeaderSize+int64(len(name))+extra != data {
		return 0, u.unsafe(f.Name, "does not lie behind the member before it")
	}
	if _, err := u.file.ReadAt(name, at+localHeaderSize); err != nil {
		return 0, err
	}
	if string(name) != f.Name {
		return 0, u.unsafe(f.Name, "has another name in its local header")
	}
	if binary.LittleEndian.Uint16(header[8:]) != f.Method {
		return 0, u.unsafe(f.Name, "is packed in another way in its local header")
	}
	end := data + int64(f.CompressedSize64)
	if f.CompressedSize64 > uint64(u.size) || end > u.size {
		return 0, u.unsafe(f.Name, "is longer than the archive")
	}
	if f.Flags&flagDescriptor == 0 {
		return end, nil
	}
	return u.passDescriptor(f, end, last)
}

// passDescriptor finds out how long the data descriptor behind a member is: with
// or without a signature, with sizes of 4 or 8 bytes.
func (u *unpacking) passDescriptor(f *zip.File, at int64, last bool) (int64, error) {
	buffer := make([]byte, 28)
	n, err := u.file.ReadAt(buffer, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	buffer = buffer[:n]
	next := "PK\x03\x04"
	if last {
		next = "PK\x01\x02"
	}
	for _, length := range []int{16, 24, 12, 20} {
		sum := 0
		if length == 16 || length == 24 {
			sum = 4
		}
		if len(buffer) >= length+4 && string(buffer[length:length+4]) == next && binary.LittleEndian.Uint32(buffer[sum:]) == f.CRC32 {
			return at + int64(length), nil
		}
	}
	return 0, u.unsafe(f.Name, "is not followed by the next member")
}

// checkEnd checks that the directory begins where the members end, and that
// nothing follows it.
func (u *unpacking) checkEnd(at int64, empty bool) error {
	length := min(u.size, endSize+maxComment)
	tail := make([]byte, length)
	if _, err := u.file.ReadAt(tail, u.size-length); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 || end+endSize > len(tail) || end+endSize+int(binary.LittleEndian.Uint16(tail[end+20:])) != len(tail) {
		return u.unsafe("", "has bytes behind its end")
	}
	var signature [4]byte
	if _, err := u.file.ReadAt(signature[:], at); err != nil {
		return err
	}
	size, offset := binary.LittleEndian.Uint32(tail[end+12:]), binary.LittleEndian.Uint32(tail[end+16:])
	if empty {
		if at != 0 || u.size-length+int64(end) != 0 {
			return u.unsafe("", "has bytes that belong to no member")
		}
		return nil
	}
	if string(signature[:]) != "PK\x01\x02" || offset != 1<<32-1 && int64(offset) != at {
		return u.unsafe("", "has bytes that belong to no member")
	}
	if offset != 1<<32-1 && size != 1<<32-1 && int64(offset)+int64(size) != u.size-length+int64(end) {
		return u.unsafe("", "has bytes between its directory and its end")
	}
	return nil
}
