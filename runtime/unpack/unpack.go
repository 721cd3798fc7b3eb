package unpack

import (
	"compress/bzip2"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Archive unpacks the archive at path into the folder dir, which must exist and be
// empty. The name tells its kind: .tar.gz, .tgz, .zip, .tar.bz2, .tbz, .tar.zst or
// .tar.
//
// It returns the folder of the source: the archive's only top-level folder, or
// dir itself where there is more or less than that at the top.
//
// The error is an [*UnsafeError], a [*FormatError], that of ctx, or one of the
// file system. What was written until then stays in dir; the caller removes it.
func Archive(ctx context.Context, path, dir string, limits Limits) (top string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	name := filepath.Base(path)
	if !info.Mode().IsRegular() {
		return "", &FormatError{Archive: name, Reason: "it is not a regular file"}
	}
	return unpackInto(ctx, name, io.NewSectionReader(file, 0, info.Size()), dir, limits, foldName)
}

// Twins is Archive for one that is a part of a file, whose names may differ in case only, as
// those of terminfo's entries do. A file system to which they are one name still refuses
// the second. name is as that of a file.
//
// It stands alone because the tables of Unicode, which tell what is one name elsewhere, are
// too much for a launcher.
func Twins(ctx context.Context, name string, packed *io.SectionReader, dir string, limits Limits) (top string, err error) {
	return unpackInto(ctx, name, packed, dir, limits, func(name string) string { return name })
}

func unpackInto(ctx context.Context, name string, packed *io.SectionReader, dir string, limits Limits, fold func(string) string) (top string, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	u := &unpacking{name: name, file: packed, size: packed.Size(), root: root, limits: limits.withDefaults(), tree: newTree(fold)}
	if err := u.run(ctx); err != nil {
		return "", err
	}
	return filepath.Join(dir, u.tree.top()), nil
}

// unpacking is one archive on its way into a folder.
type unpacking struct {
	name    string
	file    io.ReaderAt
	size    int64
	root    *os.Root
	limits  Limits
	tree    *tree
	members int
	total   int64 // bytes written
}

func (u *unpacking) run(ctx context.Context) error {
	kind, err := u.kind()
	if err != nil {
		return err
	}
	packed := io.NewSectionReader(u.file, 0, u.size)
	switch kind {
	case "zip":
		err = u.zip(ctx)
	case "gzip":
		err = u.gzip(ctx, packed)
	case "bzip2":
		err = u.tar(ctx, bzip2.NewReader(packed))
	case "zstd":
		err = u.zstd(ctx, packed)
	case "tar":
		err = u.tar(ctx, packed)
	}
	if err != nil {
		return err
	}
	return u.links()
}

// kind is what the archive's name says, if its bytes do not say otherwise.
func (u *unpacking) kind() (string, error) {
	kind := ""
	for _, known := range []struct{ extension, kind string }{
		{".tar.gz", "gzip"}, {".tgz", "gzip"}, {".zip", "zip"}, {".tar.bz2", "bzip2"}, {".tbz", "bzip2"}, {".tar.zst", "zstd"}, {".tar", "tar"},
	} {
		if strings.HasSuffix(strings.ToLower(u.name), known.extension) {
			kind = known.kind
			break
		}
	}
	if kind == "" {
		return "", &FormatError{Archive: u.name, Reason: "an archive's name ends in .tar.gz, .tgz, .zip, .tar.bz2, .tbz, .tar.zst or .tar"}
	}
	head := make([]byte, blockSize)
	n, err := u.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	head = head[:n]
	looks := ""
	switch {
	case strings.HasPrefix(string(head), "PK\x03\x04"), strings.HasPrefix(string(head), "PK\x05\x06"):
		looks = "zip"
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		looks = "gzip"
	case strings.HasPrefix(string(head), "BZh"):
		looks = "bzip2"
	case strings.HasPrefix(string(head), "\x28\xb5\x2f\xfd"):
		looks = "zstd"
	}
	// A tar begins with a file name, which may look like anything.
	if isTar := isTarHeader(head); isTar && looks != "" {
		return "", &UnsafeError{Archive: u.name, Reason: "is a tar and a " + looks + " at once"}
	} else if isTar {
		looks = "tar"
	}
	if looks == "" && kind == "tar" {
		looks = "tar" // an empty one begins with zeros, and a damaged one is found out later
	}
	if looks != kind {
		reason := "it is not the " + kind + " file that its name says"
		if looks != "" {
			reason += ", but a " + looks + " file"
		}
		return "", &FormatError{Archive: u.name, Reason: reason}
	}
	if kind != "zip" && u.endsAsZip() {
		return "", &UnsafeError{Archive: u.name, Reason: "is a zip and a " + kind + " at once"}
	}
	return kind, nil
}

// unsafe is the error for a member.
func (u *unpacking) unsafe(member, reason string) error {
	return &UnsafeError{Archive: u.name, Member: member, Reason: reason}
}

// large is the error for an archive that goes beyond its limits with a member.
func (u *unpacking) large(member, reason string) error {
	return &UnsafeError{Archive: u.name, Member: member, Reason: reason, Large: true}
}

// damaged is the error for an archive that can't be read to its end.
func (u *unpacking) damaged(err error) error {
	var unsafe *UnsafeError
	var format *FormatError
	if errors.As(err, &unsafe) || errors.As(err, &format) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return err
	}
	return &FormatError{Archive: u.name, Reason: "it is damaged", Err: err}
}

// count takes note of a member.
func (u *unpacking) count(ctx context.Context, member string) error {
	u.members++
	if u.members > u.limits.Members {
		return u.large(member, "is one more member than the limit allows")
	}
	return ctx.Err()
}
