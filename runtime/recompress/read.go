package recompress

import (
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A Reader gives the zip that an archive holds, to be read at any place. It is safe for
// concurrent use.
type Reader struct {
	file   io.ReaderAt
	frames []frame
	size   int64
	recent *Recent
}

// Open reads the seek table of an archive. recent keeps pieces that were unpacked
// last. What is no such archive is a [*FormatError].
func Open(file io.ReaderAt, size int64, recent *Recent) (*Reader, error) {
	frames, err := readTable(file, size)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: file, frames: frames, recent: recent}
	for _, f := range frames {
		r.size += f.size
	}
	return r, nil
}

// Size is how many bytes the zip has.
func (r *Reader) Size() int64 { return r.size }

// ReadAt is that of [io.ReaderAt]. Damaged data is a [*FormatError].
func (r *Reader) ReadAt(b []byte, offset int64) (n int, err error) {
	if offset < 0 || offset >= r.size {
		return 0, io.EOF
	}
	i, found := slices.BinarySearchFunc(r.frames, offset, func(f frame, offset int64) int {
		switch {
		case f.begin+f.size <= offset:
			return -1
		case f.begin > offset:
			return 1
		}
		return 0
	})
	for ; found && n < len(b) && i < len(r.frames); i++ {
		content, err := r.recent.content(r, i)
		if err != nil {
			return n, err
		}
		n += copy(b[n:], content[offset+int64(n)-r.frames[i].begin:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Recent unpacks frames, and keeps some of them for all readers that share it.
type Recent struct {
	decoder *zstd.Decoder
	mutex   sync.Mutex
	kept    []*piece // the one that was asked for last is the last
	most    int
}

type piece struct {
	of      *Reader
	number  int
	once    sync.Once
	content []byte
	err     error
}

// NewRecent returns one that keeps up to so many frames, of up to 2 MiB. Close
// ends it.
func NewRecent(most int) (*Recent, error) {
	decoder, err := newDecoder(most)
	if err != nil {
		return nil, err
	}
	return &Recent{decoder: decoder, most: most}, nil
}

func newDecoder(concurrency int) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(concurrency), zstd.WithDecoderMaxMemory(frameSize), zstd.WithDecodeAllCapLimit(true))
}

// Close frees the memory. Readers are not valid afterwards.
func (r *Recent) Close() { r.decoder.Close() }

func (r *Recent) content(of *Reader, number int) ([]byte, error) {
	p := r.find(of, number)
	p.once.Do(func() { p.content, _, p.err = unpacked(r.decoder, of.file, of.frames[number], nil, nil) })
	return p.content, p.err
}

func (r *Recent) find(of *Reader, number int) *piece {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i, p := range r.kept {
		if p.of == of && p.number == number {
			r.kept = append(slices.Delete(r.kept, i, i+1), p)
			return p
		}
	}
	if len(r.kept) == r.most {
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	p := &piece{of: of, number: number}
	r.kept = append(r.kept, p)
	return p
}

// unpacked returns what is in a frame. Both buffers may be nil, and are used if they are
// large enough; the second result is the one for packed bytes.
func unpacked(decoder *zstd.Decoder, file io.ReaderAt, f frame, content, packed []byte) (_, used []byte, err error) {
	if int64(cap(packed)) < f.packed {
		packed = make([]byte, f.packed)
	}
	packed = packed[:f.packed]
	if err := readFull(file, packed, f.at); err != nil {
		return nil, packed, err
	}
	if int64(cap(content)) < f.size {
		content = make([]byte, 0, f.size)
	}
	content, err = decoder.DecodeAll(packed, content[:0:f.size])
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, packed, wrong("has a frame that is larger than it says")
	case err != nil:
		return nil, packed, wrong("has a damaged frame")
	case int64(len(content)) != f.size:
		return nil, packed, wrong("has a frame of another size than it says")
	}
	return content, packed, nil
}
