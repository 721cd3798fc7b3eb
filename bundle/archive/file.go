package archive

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// A zipFile is a bundle in one file.
type zipFile struct {
	path    string
	file    *os.File
	total   int64
	prolog  int64
	order   []string
	members map[string]*zip.File
}

// maxMembers bounds what is read of a directory. A bundle has one member per wheel and a few more.
const maxMembers = 100_000

func openFile(name string) (*zipFile, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	z := &zipFile{path: name, file: file, members: map[string]*zip.File{}}
	if err := z.read(); err != nil {
		file.Close()
		return nil, err
	}
	return z, nil
}

func (z *zipFile) read() error {
	info, err := z.file.Stat()
	if err != nil {
		return err
	}
	z.total = info.Size()
	archive, err := zip.NewReader(z.file, z.total)
	if err != nil {
		return notBundle(z.path, "it has no zip at its end")
	}
	if len(archive.File) > maxMembers {
		return &DamageError{Path: z.path, Reason: fmt.Sprintf("has %d members; the limit is %d", len(archive.File), maxMembers)}
	}
	z.prolog = z.total
	folded := map[string]bool{}
	for _, member := range archive.File {
		wrong := func(reason string) error { return &DamageError{Path: z.path, Member: member.Name, Reason: reason} }
		if member.FileInfo().IsDir() {
			continue
		}
		if !fs.ValidPath(member.Name) || strings.ContainsRune(member.Name, '\\') {
			return wrong("has an unsafe name")
		}
		if lower := strings.ToLower(member.Name); folded[lower] {
			return wrong("is there twice")
		} else {
			folded[lower] = true
		}
		z.order = append(z.order, member.Name)
		z.members[member.Name] = member
		if offset, err := member.DataOffset(); err == nil {
			z.prolog = min(z.prolog, offset-headerSize(member))
		}
	}
	return nil
}

// headerSize is how many bytes of a member stand before its content when it was
// written as bundles are: without further fields.
func headerSize(member *zip.File) int64 { return 30 + int64(len(member.Name)) }

func (z *zipFile) Close() error                { return z.file.Close() }
func (z *zipFile) names() []string             { return z.order }
func (z *zipFile) size() (total, prolog int64) { return z.total, z.prolog }

func (z *zipFile) open(name string) (*io.SectionReader, error) {
	member, found := z.members[name]
	if !found {
		return nil, fs.ErrNotExist
	}
	wrong := func(reason string) error { return &DamageError{Path: z.path, Member: name, Reason: reason} }
	if member.Method != zip.Store || member.CompressedSize64 != member.UncompressedSize64 {
		return nil, wrong("is compressed, which no member of a bundle is")
	}
	offset, err := member.DataOffset()
	if err != nil {
		return nil, wrong("has no header where the directory says")
	}
	size := int64(member.UncompressedSize64)
	if size < 0 || offset < 0 || offset > z.total || size > z.total-offset {
		return nil, wrong("goes beyond the end of the file")
	}
	return io.NewSectionReader(z.file, offset, size), nil
}

// check reads a member against its CRC.
func (z *zipFile) check(name string) error {
	in, err := z.members[name].Open()
	if err == nil {
		_, err = io.Copy(io.Discard, in)
		in.Close()
	}
	if err != nil {
		return &DamageError{Path: z.path, Member: name, Reason: "is damaged: " + err.Error(), Err: err}
	}
	return nil
}
