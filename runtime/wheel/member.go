package wheel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// wholeExtent is up to which size a member, headers included, is read with one
// call.
const wholeExtent = 1 << 20

// reader inflates members one after the other and keeps its buffers between
// them. It is not safe for concurrent use; concurrent work takes one reader
// each.
type reader struct {
	archive  *archive
	extent   []byte
	whole    bytes.Reader
	buffered *bufio.Reader
	inflate  io.ReadCloser
	buffer   []byte
}

func newReader(a *archive) *reader { return &reader{archive: a, buffer: make([]byte, 64<<10)} }

// copyTo writes m's unpacked bytes to out and checks all that the archive says
// about them: local header, sizes, CRC-32, data descriptor, and that nothing
// follows. What out got before an error must be thrown away. An error of out is
// returned as it is.
func (r *reader) copyTo(out io.Writer, m *member) error {
	source, trailer, err := r.open(m)
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	var written int64
	for {
		n, err := source.Read(r.buffer)
		if n > 0 {
			written += int64(n)
			if written > m.size {
				return r.archive.invalid(m.name, "is longer than it says")
			}
			sum.Write(r.buffer[:n])
			if _, err := out.Write(r.buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return r.inflateError(m, err)
		}
	}
	if written != m.size {
		return r.archive.invalid(m.name, "is shorter than it says")
	}
	if sum.Sum32() != m.crc {
		return r.archive.invalid(m.name, "has another CRC-32 than it says")
	}
	return trailer()
}

// readAll returns m's unpacked bytes; limit bounds them.
func (r *reader) readAll(m *member, limit int64) ([]byte, error) {
	if m.size > limit {
		return nil, r.archive.invalid(m.name, "has %d bytes; the limit is %d", m.size, limit)
	}
	// The size is the archive's claim: memory follows the bytes that are really
	// there.
	out := bytes.NewBuffer(make([]byte, 0, min(m.size, m.packed*8+512)))
	if err := r.copyTo(out, m); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// open positions at m's data. The function it returns checks, after the data
// was read to its end, that exactly the packed bytes were used.
func (r *reader) open(m *member) (source io.Reader, trailer func() error, err error) {
	length := m.end - m.offset
	if length > wholeExtent {
		return r.openLong(m)
	}
	if int64(cap(r.extent)) < length {
		r.extent = make([]byte, length, max(length, 64<<10))
	}
	extent := r.extent[:length]
	if err := r.archive.readFull(extent, m.offset); err != nil {
		return nil, nil, err
	}
	start, err := r.archive.checkLocal(m, extent, length)
	if err != nil {
		return nil, nil, err
	}
	if err := r.archive.checkDescriptor(m, extent[start+m.packed:]); err != nil {
		return nil, nil, err
	}
	r.whole.Reset(extent[start : start+m.packed])
	if m.method == methodStored {
		return &r.whole, func() error { return nil }, nil
	}
	return r.inflater(&r.whole), func() error { return r.fullyUsed(m, int64(r.whole.Len())) }, nil
}

// openLong is open for a member that is streamed.
func (r *reader) openLong(m *member) (source io.Reader, trailer func() error, err error) {
	a := r.archive
	length := m.end - m.offset
	head := make([]byte, min(length, localLength+2*0xffff))
	if err := a.readFull(head, m.offset); err != nil {
		return nil, nil, err
	}
	start, err := a.checkLocal(m, head, length)
	if err != nil {
		return nil, nil, err
	}
	tail := length - start - m.packed
	if tail > descriptorLength64+localLength {
		return nil, nil, a.invalid(m.name, "is followed by data that belongs to no member")
	}
	descriptor, err := a.readAt(m.end-tail, tail)
	if err != nil {
		return nil, nil, err
	}
	if err := a.checkDescriptor(m, descriptor); err != nil {
		return nil, nil, err
	}
	section := io.NewSectionReader(a.file, m.offset+start, m.packed)
	if m.method == methodStored {
		return section, func() error { return nil }, nil
	}
	if r.buffered == nil {
		r.buffered = bufio.NewReaderSize(section, 256<<10)
	} else {
		r.buffered.Reset(section)
	}
	return r.inflater(r.buffered), func() error {
		unread, _ := section.Seek(0, io.SeekCurrent)
		return r.fullyUsed(m, m.packed-unread+int64(r.buffered.Buffered()))
	}, nil
}

func (r *reader) inflater(source io.Reader) io.Reader {
	if r.inflate == nil {
		r.inflate = flate.NewReader(source)
	} else if err := r.inflate.(flate.Resetter).Reset(source, nil); err != nil {
		return errorReader{err}
	}
	return r.inflate
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func (r *reader) fullyUsed(m *member, left int64) error {
	if left != 0 {
		return r.archive.invalid(m.name, "has %d bytes after its compressed data", left)
	}
	return nil
}

// inflateError tells damaged data, which makes the wheel invalid, from a file
// that can't be read.
func (r *reader) inflateError(m *member, err error) error {
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	if errors.As(err, &corrupt) || errors.As(err, &internal) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.archive.invalid(m.name, "has damaged compressed data")
	}
	return fmt.Errorf("reading %s: %w", r.archive.wheel, err)
}

// checkLocal compares m's local header, at the start of head, with its central
// entry, and returns the data's offset from the header's. length is what the
// file has until the next member.
func (a *archive) checkLocal(m *member, head []byte, length int64) (start int64, err error) {
	if binary.LittleEndian.Uint32(head) != localSignature {
		return 0, a.invalid(m.name, "has no local header")
	}
	nameLength := int(binary.LittleEndian.Uint16(head[26:]))
	extraLength := int(binary.LittleEndian.Uint16(head[28:]))
	start = localLength + int64(nameLength) + int64(extraLength)
	if start > int64(len(head)) || start+m.packed > length {
		return 0, a.invalid(m.name, "overlaps what follows it")
	}
	disagrees := func(what string) (int64, error) {
		return 0, a.invalid(m.name, "has a local header with another %s than the central directory", what)
	}
	if string(head[localLength:localLength+nameLength]) != m.name {
		return disagrees("name")
	}
	if flags := binary.LittleEndian.Uint16(head[6:]); flags&(flagUTF8|flagDescriptor|flagsRefused) != m.flags&(flagUTF8|flagDescriptor|flagsRefused) {
		return disagrees("set of flags")
	}
	if binary.LittleEndian.Uint16(head[8:]) != m.method {
		return disagrees("method")
	}
	crc := binary.LittleEndian.Uint32(head[14:])
	packed, size := int64(binary.LittleEndian.Uint32(head[18:])), int64(binary.LittleEndian.Uint32(head[22:]))
	if reason := m.readExtra(head[localLength+nameLength:start], &size, &packed); reason != "" {
		return 0, a.invalid(m.name, "%s", reason)
	}
	// With a data descriptor the local header may leave them out.
	omitted := m.flags&flagDescriptor != 0
	differ := func(local, central int64) bool { return local != central && (!omitted || local != 0) }
	if differ(int64(crc), int64(m.crc)) {
		return disagrees("CRC-32")
	}
	if differ(size, m.size) || differ(packed, m.packed) {
		return disagrees("size")
	}
	return start, nil
}

const (
	descriptorLength   = 12 // without its optional signature
	descriptorLength64 = 24 // with its optional signature
)

// checkDescriptor checks what lies between m's data and the next member:
// nothing, or its data descriptor in one of the four forms that are in use.
func (a *archive) checkDescriptor(m *member, tail []byte) error {
	if m.flags&flagDescriptor == 0 {
		if len(tail) != 0 {
			return a.invalid(m.name, "is followed by data that belongs to no member")
		}
		return nil
	}
	if len(tail) == descriptorLength+4 || len(tail) == descriptorLength64 {
		if binary.LittleEndian.Uint32(tail) != descriptorSignature {
			return a.invalid(m.name, "has a damaged data descriptor")
		}
		tail = tail[4:]
	}
	var packed, size int64
	switch len(tail) {
	case descriptorLength:
		packed, size = int64(binary.LittleEndian.Uint32(tail[4:])), int64(binary.LittleEndian.Uint32(tail[8:]))
	case descriptorLength64 - 4:
		packed, size = int64(binary.LittleEndian.Uint64(tail[4:])), int64(binary.LittleEndian.Uint64(tail[12:]))
	case 0:
		return a.invalid(m.name, "lacks its data descriptor")
	default:
		return a.invalid(m.name, "is followed by data that belongs to no member")
	}
	if binary.LittleEndian.Uint32(tail) != m.crc || packed != m.packed || size != m.size {
		return a.invalid(m.name, "has a data descriptor that disagrees with the central directory")
	}
	return nil
}
