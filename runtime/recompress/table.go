package recompress

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A FormatError says what is wrong with an archive.
type FormatError struct {
	Reason string // as a sentence without its subject: "ends too early"
}

func (e *FormatError) Error() string { return "the recompressed archive " + e.Reason }

func wrong(format string, arguments ...any) error {
	return &FormatError{Reason: fmt.Sprintf(format, arguments...)}
}

// Magic numbers: of the skippable frames with the zip's directory and the seek table,
// and of the table's end.
const (
	directoryMagic = 0x184D2A50
	tableMagic     = 0x184D2A5E
	endMagic       = 0x8F92EAB1
)

const (
	skippableHeader = 8 // bytes: magic number and length
	tableEntry      = 8
	tableEnd        = 9
)

// Bounds of what a reader takes. A zip without ZIP64 is smaller than 4 GiB.
const (
	maxFrames    = 1 << 16
	maxPacked    = frameSize + frameSize/64 // bytes of a frame whose content can't be packed
	maxDirectory = 64 << 20                 // bytes that a directory has when it is not packed

	maxRatio   = 1000 // of the zip's size and the archive's, if the zip is larger than
	ratioFloor = 256 << 20
)

// A frame is a piece of the zip.
type frame struct {
	at     int64 // in the archive
	packed int64
	begin  int64 // in the zip
	size   int64
}

// encodeTable returns the skippable frame with the sizes of the frames before it, the
// last of which is the one with the directory.
func encodeTable(frames []frame, directory int) []byte {
	count := len(frames) + 1
	b := binary.LittleEndian.AppendUint32(nil, tableMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(count*tableEntry+tableEnd))
	for _, f := range frames {
		b = binary.LittleEndian.AppendUint32(b, uint32(f.packed))
		b = binary.LittleEndian.AppendUint32(b, uint32(f.size))
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(directory))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(count))
	b = append(b, 0) // no checksums
	return binary.LittleEndian.AppendUint32(b, endMagic)
}

// readTable returns the frames of an archive of so many bytes.
func readTable(file io.ReaderAt, size int64) ([]frame, error) {
	end, err := readAt(file, size-tableEnd, tableEnd)
	if err != nil {
		return nil, err
	}
	count := int64(binary.LittleEndian.Uint32(end))
	if binary.LittleEndian.Uint32(end[5:]) != endMagic || end[4] != 0 || count < 1 || count > maxFrames {
		return nil, wrong("has no seek table at its end")
	}
	length := skippableHeader + count*tableEntry + tableEnd
	table, err := readAt(file, size-length, length)
	if err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(table) != tableMagic || int64(binary.LittleEndian.Uint32(table[4:])) != length-skippableHeader {
		return nil, wrong("has no seek table at its end")
	}
	var frames []frame
	next := frame{}
	for i := range count {
		entry := table[skippableHeader+i*tableEntry:]
		next.packed, next.size = int64(binary.LittleEndian.Uint32(entry)), int64(binary.LittleEndian.Uint32(entry[4:]))
		if last := i == count-1; next.packed < 1 || last != (next.size == 0) || next.size > frameSize || !last && next.packed > maxPacked {
			return nil, wrong("has a seek table with an impossible size")
		}
		if next.size > 0 {
			frames = append(frames, next)
		}
		next.at += next.packed
		next.begin += next.size
	}
	if next.begin > ratioFloor && next.begin/maxRatio > size {
		return nil, wrong("unpacks to more than %d times its size", maxRatio)
	}
	if next.at != size-length {
		return nil, wrong("has a seek table that does not fit its frames")
	}
	return frames, nil
}

func readAt(file io.ReaderAt, offset, length int64) ([]byte, error) {
	if offset < 0 {
		return nil, wrong("is too short")
	}
	b := make([]byte, length)
	return b, readFull(file, b, offset)
}

func readFull(file io.ReaderAt, b []byte, offset int64) error {
	n, err := file.ReadAt(b, offset)
	switch {
	case n == len(b):
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wrong("ends too early")
	}
	return fmt.Errorf("reading a recompressed archive: %w", err)
}
