package unpack

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/gobundle/gobundle/runtime/cancel"
)

// blockSize is that of tar.
const blockSize = 512

// isTarHeader reports whether a reader of tar files would take these first
// bytes of a file for one.
func isTarHeader(head []byte) bool {
	if len(head) < blockSize || len(bytes.Trim(head, "\x00")) == 0 {
		return false
	}
	_, err := tar.NewReader(bytes.NewReader(head)).Next()
	return err == nil || !errors.Is(err, tar.ErrHeader)
}

// gzip unpacks a tar in a gzip file, which has no bytes behind its end but for
// further parts and zeros.
func (u *unpacking) gzip(ctx context.Context, packed io.Reader) error {
	buffered := bufio.NewReader(packed)
	stream, err := gzip.NewReader(buffered)
	if err != nil {
		return u.damaged(err)
	}
	stream.Multistream(false)
	return u.tar(ctx, &gzipParts{u: u, packed: buffered, stream: stream})
}

// zstd unpacks a tar in a zstd file (RFC 8878). Skippable frames, which could
// hold anything, count as bytes of the archive and come to nothing.
func (u *unpacking) zstd(ctx context.Context, packed io.Reader) error {
	stream, err := zstd.NewReader(packed, zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return u.damaged(err)
	}
	defer stream.Close()
	return u.tar(ctx, stream)
}

// maxWindow is how far back a zstd file may refer, in bytes: what zstd --ultra -22
// writes. It bounds the memory that is needed.
const maxWindow = 128 << 20

// gzipParts reads the parts of a gzip file one after the other.
type gzipParts struct {
	u      *unpacking
	packed *bufio.Reader
	stream *gzip.Reader
}

func (g *gzipParts) Read(b []byte) (int, error) {
	for {
		n, err := g.stream.Read(b)
		if n > 0 || !errors.Is(err, io.EOF) {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return n, err
		}
		head, err := g.packed.Peek(2)
		if len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
			if err := g.stream.Reset(g.packed); err != nil {
				return 0, err
			}
			g.stream.Multistream(false)
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		return 0, g.onlyZeros()
	}
}

// onlyZeros is io.EOF if nothing but zeros follows.
func (g *gzipParts) onlyZeros() error {
	zero, err := allZeros(g.packed)
	if err != nil {
		return err
	}
	if !zero {
		return &UnsafeError{Archive: g.u.name, Reason: "has bytes behind its end"}
	}
	return io.EOF
}

func allZeros(r io.Reader) (bool, error) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Read(buffer)
		if len(bytes.Trim(buffer[:n], "\x00")) > 0 {
			return false, nil
		}
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// A meter fails when more comes out of an archive than the limits allow, headers
// included.
type meter struct {
	u     *unpacking
	r     io.Reader
	count int64
	at    string // the member
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.count += int64(n)
	// A member costs headers and padding besides its content.
	if content := m.count - 4*blockSize*int64(m.u.members+16); content > 0 {
		if reason := m.u.limits.check(content, m.u.size); reason != "" {
			return 0, m.u.large(m.at, reason)
		}
	}
	return n, err
}

// tar unpacks an unpacked stream of tar.
func (u *unpacking) tar(ctx context.Context, stream io.Reader) error {
	counted := &meter{u: u, r: cancel.Reader(ctx, stream)}
	r := tar.NewReader(counted)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && (header == nil || !errors.Is(err, tar.ErrInsecurePath)) {
			return u.damaged(err)
		}
		counted.at = header.Name
		if err := u.tarMember(ctx, header, r); err != nil {
			return u.damaged(err)
		}
	}
	zero, err := allZeros(counted)
	if err != nil {
		return u.damaged(err)
	}
	if !zero {
		return u.unsafe("", "has bytes behind the end of its tar")
	}
	return nil
}

func (u *unpacking) tarMember(ctx context.Context, header *tar.Header, r *tar.Reader) error {
	m := &member{name: header.Name, size: header.Size, executable: header.Mode&0o100 != 0, modified: header.ModTime}
	if header.Typeflag == tar.TypeXGlobalHeader {
		return u.count(ctx, m.name) // git archive's comment
	}
	if err := u.begin(ctx, m); err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		if strings.HasSuffix(m.name, "/") {
			return u.unsafe(m.name, "is a file with the name of a folder")
		}
		return u.addFile(ctx, m, r)
	case tar.TypeDir:
		return u.addFolder(m)
	case tar.TypeSymlink:
		return u.addLink(m, header.Linkname)
	case tar.TypeLink:
		return u.addHardLink(m, header.Linkname)
	case tar.TypeChar, tar.TypeBlock:
		return u.unsafe(m.name, "is a device")
	case tar.TypeFifo:
		return u.unsafe(m.name, "is a pipe")
	}
	return u.unsafe(m.name, fmt.Sprintf("is of an unknown kind, %q", header.Typeflag))
}
