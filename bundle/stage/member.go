package stage

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/flate"
)

// A member is a file as it stands in a wheel.
type member struct {
	method     uint16
	size       int64
	packedSize int64
	crc32      uint32
	sha256     [sha256.Size]byte
	packed     io.Reader
}

// smallFile is up to how many bytes a file is packed in memory.
const smallFile = 1 << 20

// compression is a compromise: sources are packed at every build.
const compression = 6

// A packer deflates. Its memory is used again; it is safe for concurrent use.
type packer struct{ writers sync.Pool }

func (p *packer) writer(to io.Writer) (*flate.Writer, error) {
	if w, ok := p.writers.Get().(*flate.Writer); ok {
		w.Reset(to)
		return w, nil
	}
	return flate.NewWriter(to, compression)
}

// pack reads and packs a small file. It returns nil for a larger one.
func (p *packer) pack(file sourceFile) (*member, error) {
	f, err := os.Open(file.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, smallFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading source %s: %w", file.path, err)
	}
	if len(content) > smallFile {
		return nil, nil
	}
	return p.packBytes(content)
}

// packBytes deflates the content where that makes it smaller.
func (p *packer) packBytes(content []byte) (*member, error) {
	m := &member{
		method: zip.Store,
		size:   int64(len(content)), packedSize: int64(len(content)),
		crc32: crc32.ChecksumIEEE(content), sha256: sha256.Sum256(content),
		packed: bytes.NewReader(content),
	}
	var deflated bytes.Buffer
	w, err := p.writer(&deflated)
	if err != nil {
		return nil, err
	}
	defer p.writers.Put(w)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if deflated.Len() < len(content) {
		m.method, m.packedSize, m.packed = zip.Deflate, int64(deflated.Len()), &deflated
	}
	return m, nil
}

// packLarge deflates a file into a temporary one, from which it can be read
// until that is closed.
func (p *packer) packLarge(file sourceFile, temporary *os.File) (*member, error) {
	f, err := os.Open(file.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	digest, checksum, packed := sha256.New(), crc32.NewIEEE(), &counter{}
	w, err := p.writer(io.MultiWriter(temporary, packed))
	if err != nil {
		return nil, err
	}
	defer p.writers.Put(w)
	size, err := io.Copy(io.MultiWriter(w, digest, checksum), f)
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		_, err = temporary.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("packing source %s: %w", file.path, err)
	}
	m := &member{method: zip.Deflate, size: size, packedSize: packed.n, crc32: checksum.Sum32(), packed: temporary}
	digest.Sum(m.sha256[:0])
	return m, nil
}
