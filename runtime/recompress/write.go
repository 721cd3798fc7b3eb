package recompress

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Levels as zstd counts them. The default takes a tenth of the time of the highest, and
// its archives are some 3 % larger.
const (
	LowestLevel  = 1
	HighestLevel = 22
	DefaultLevel = 9
)

// Strength names what the encoder makes of a level: levels with one strength give the
// same bytes.
func Strength(level int) string { return zstd.EncoderLevelFromZstd(level).String() }

// A Writer recompresses archives. It is safe for concurrent use, and is closed by who
// made it.
type Writer struct {
	encoder  *zstd.Encoder
	encoders int
	pieces   sync.Pool // of *[]byte
}

// NewWriter returns a Writer of a level, [LowestLevel] to [HighestLevel].
func NewWriter(level int) (*Writer, error) {
	w := &Writer{encoders: 2}
	strength := zstd.EncoderLevelFromZstd(level)
	if strength == zstd.SpeedBestCompression {
		w.encoders = 1 // it takes 50 MB
	}
	var err error
	w.encoder, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(strength), zstd.WithEncoderConcurrency(w.encoders),
		zstd.WithWindowSize(frameSize), zstd.WithSingleSegment(true), zstd.WithEncoderCRC(false))
	return w, err
}

// Concurrency is how many archives it makes sense to write at once.
func (w *Writer) Concurrency() int { return w.encoders }

// Close frees the memory.
func (w *Writer) Close() error { return w.encoder.Close() }

// piece returns a buffer of a frame's size.
func (w *Writer) piece() []byte {
	if b, ok := w.pieces.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, frameSize)
}

// largest is up to which size, in bytes, a zip can be written without ZIP64.
const largest = 1<<32 - 1<<26

// ErrTooLarge says that an archive is one for ZIP64, which is not recompressed.
var ErrTooLarge = fmt.Errorf("it unpacks to more than %d bytes or has more than %d members", int64(largest), 1<<16-2)

// Write writes the archive of a zip's members. They keep their names, order, modes and
// times. The same members and level give the same bytes.
//
// Errors are [ErrTooLarge], those of in and out, and ctx's.
func (w *Writer) Write(ctx context.Context, in *zip.Reader, out io.Writer) error {
	total := int64(0)
	for _, m := range in.File {
		size := int64(min(m.UncompressedSize64, largest+1)) //nolint:gosec // it is bounded
		total += size + int64(2*len(m.Name)) + 128
		if total > largest || len(in.File) > 1<<16-2 {
			return ErrTooLarge
		}
	}
	c := &cutter{ctx: ctx, writer: w, out: out, piece: w.piece()}
	defer c.free()
	plain := zip.NewWriter(c)
	for _, m := range in.File {
		if err := plain.Flush(); err != nil { // so that c is where the member begins
			return err
		}
		if err := c.before(localLength + int64(len(m.Name)) + int64(m.UncompressedSize64)); err != nil { //nolint:gosec // checked above
			return err
		}
		if err := store(plain, m); err != nil {
			return fmt.Errorf("reading %s: %w", m.Name, err)
		}
	}
	if err := plain.Flush(); err != nil {
		return err
	}
	if err := c.cut(); err != nil {
		return err
	}
	c.directory = &bytes.Buffer{}
	if err := plain.Close(); err != nil {
		return err
	}
	return c.finish()
}

// store writes a member as it is, but not compressed.
func store(to *zip.Writer, m *zip.File) error {
	content, err := m.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	described := zip.FileHeader{
		Name: m.Name, CreatorVersion: m.CreatorVersion, ReaderVersion: 20, Method: zip.Store,
		Flags: m.Flags & (1 << 11), // that the name is UTF-8
		CRC32: m.CRC32, CompressedSize64: m.UncompressedSize64, UncompressedSize64: m.UncompressedSize64,
		ExternalAttrs: m.ExternalAttrs,
		//lint:ignore SA1019 Modified would add a field with the time once more.
		ModifiedDate: m.ModifiedDate, ModifiedTime: m.ModifiedTime, //nolint:staticcheck // as above
	}
	member, err := to.CreateRaw(&described)
	if err == nil {
		_, err = io.Copy(member, content)
	}
	return err
}

// A cutter cuts what is written to it into frames, and packs several at once.
type cutter struct {
	ctx       context.Context //nolint:containedctx // an io.Writer gets none
	writer    *Writer
	out       io.Writer
	piece     []byte
	directory *bytes.Buffer // what is written from then on goes here, too
	frames    []frame
	waiting   []chan []byte // for frames that are being packed, in order
	pieces    [][]byte      // what they are made of
}

// before begins a new frame for a member of so many bytes, header included, that does not
// fit in this one any more.
func (c *cutter) before(size int64) error {
	if len(c.piece) > 0 && int64(len(c.piece))+size > frameSize {
		return c.cut()
	}
	return nil
}

func (c *cutter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if c.directory != nil {
		c.directory.Write(b)
	}
	for rest := b; len(rest) > 0; {
		n := min(len(rest), frameSize-len(c.piece))
		c.piece = append(c.piece, rest[:n]...)
		rest = rest[n:]
		if len(c.piece) == frameSize {
			if err := c.cut(); err != nil {
				return 0, err
			}
		}
	}
	return len(b), nil
}

// cut has the piece packed.
func (c *cutter) cut() error {
	if len(c.piece) == 0 {
		return nil
	}
	if len(c.waiting) == c.writer.encoders {
		if err := c.take(); err != nil {
			return err
		}
	}
	packed, piece := make(chan []byte, 1), c.piece
	go func() { packed <- c.writer.encoder.EncodeAll(piece, nil) }()
	c.waiting, c.pieces = append(c.waiting, packed), append(c.pieces, piece)
	c.piece = c.writer.piece()
	return nil
}

// free gives the buffers back.
func (c *cutter) free() {
	for i, packed := range c.waiting { // after an error
		<-packed
		c.writer.pieces.Put(&c.pieces[i])
	}
	c.writer.pieces.Put(&c.piece)
}

// take writes the first frame that is waited for.
func (c *cutter) take() error {
	packed, piece := <-c.waiting[0], c.pieces[0]
	c.waiting, c.pieces = c.waiting[1:], c.pieces[1:]
	c.frames = append(c.frames, frame{packed: int64(len(packed)), size: int64(len(piece))})
	c.writer.pieces.Put(&piece)
	_, err := c.out.Write(packed)
	return err
}

// finish writes what is left, the directory and the table.
func (c *cutter) finish() error {
	if err := c.cut(); err != nil {
		return err
	}
	for len(c.waiting) > 0 {
		if err := c.take(); err != nil {
			return err
		}
	}
	var packed bytes.Buffer
	deflate, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return err
	}
	if _, err := deflate.Write(c.directory.Bytes()); err != nil {
		return err
	}
	if err := deflate.Close(); err != nil {
		return err
	}
	head := binary.LittleEndian.AppendUint32(nil, directoryMagic)
	head = binary.LittleEndian.AppendUint32(head, uint32(packed.Len())) //nolint:gosec // a few megabytes
	for _, b := range [][]byte{head, packed.Bytes(), encodeTable(c.frames, len(head)+packed.Len())} {
		if _, err := c.out.Write(b); err != nil {
			return err
		}
	}
	return nil
}
