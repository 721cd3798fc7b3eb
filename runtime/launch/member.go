package launch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// The records of a zip, by APPNOTE.TXT sections 4.3.7 to 4.3.16: their signatures, and
// their sizes in bytes without what is of variable length.
const (
	localSignature, localSize     = "PK\x03\x04", 30
	entrySignature, entrySize     = "PK\x01\x02", 46
	endSignature, endSize         = "PK\x05\x06", 22
	end64Signature, end64Size     = "PK\x06\x06", 56
	locatorSignature, locatorSize = "PK\x06\x07", 20
)

const (
	tailSize      = 4096     // bytes at the end that are read at once
	mostDirectory = 64 << 20 // bytes that are read of a directory
)

var errDirectory = errors.New("the directory of its zip is damaged")

// find returns a member of the zip that ends at an offset of a file. It reads what a
// gobundle has written: members that are stored, no comments. Each start does
// this; package archive/zip would be a tenth of a launcher, and
// reads more.
func find(file *os.File, end int64, name string) (content *io.SectionReader, found bool, err error) {
	directory, err := readDirectory(file, end)
	if err != nil {
		return nil, false, err
	}
	for len(directory) >= entrySize && string(directory[:4]) == entrySignature {
		nameEnd := entrySize + int(binary.LittleEndian.Uint16(directory[28:]))
		next := nameEnd + int(binary.LittleEndian.Uint16(directory[30:])) + int(binary.LittleEndian.Uint16(directory[32:]))
		if next > len(directory) {
			return nil, false, errDirectory
		}
		if string(directory[entrySize:nameEnd]) == name {
			content, err := open(file, end, directory[:next:next], nameEnd)
			if err != nil {
				return nil, false, fmt.Errorf("reading %s: %w", name, err)
			}
			return content, true, nil
		}
		directory = directory[next:]
	}
	if len(directory) > 0 {
		return nil, false, errDirectory
	}
	return nil, false, nil
}

// readDirectory returns the central directory; none if there is no zip.
func readDirectory(file *os.File, end int64) ([]byte, error) {
	tail := make([]byte, min(tailSize, end))
	if _, err := file.ReadAt(tail, end-int64(len(tail))); err != nil {
		return nil, err
	}
	// A signature is filled up with zeros before it.
	at := bytes.LastIndex(tail, []byte(endSignature))
	if at < 0 || at+endSize > len(tail) {
		return nil, nil
	}
	size, offset := int64(binary.LittleEndian.Uint32(tail[at+12:])), int64(binary.LittleEndian.Uint32(tail[at+16:]))
	if locator := at - locatorSize; locator >= 0 && string(tail[locator:locator+4]) == locatorSignature {
		record := make([]byte, end64Size)
		if _, err := file.ReadAt(record, int64(binary.LittleEndian.Uint64(tail[locator+8:]))); err != nil || string(record[:4]) != end64Signature {
			return nil, errDirectory
		}
		size, offset = int64(binary.LittleEndian.Uint64(record[40:])), int64(binary.LittleEndian.Uint64(record[48:]))
	}
	if size < 0 || size > mostDirectory || offset < 0 || offset > end-size {
		return nil, errDirectory
	}
	if begin := end - int64(len(tail)); offset >= begin {
		return tail[offset-begin:][:size], nil
	}
	directory := make([]byte, size)
	_, err := file.ReadAt(directory, offset)
	return directory, err
}

// open returns the content of the member that an entry of the directory is for.
func open(file *os.File, end int64, entry []byte, nameEnd int) (*io.SectionReader, error) {
	if method := binary.LittleEndian.Uint16(entry[10:]); method != 0 {
		return nil, errors.New("it is compressed")
	}
	sizes := []int64{int64(binary.LittleEndian.Uint32(entry[24:])), int64(binary.LittleEndian.Uint32(entry[20:])), int64(binary.LittleEndian.Uint32(entry[42:]))}
	extra := entry[nameEnd:]
	// The field of ZIP64 has what is too large for its place, and only that.
	for len(extra) >= 4 {
		field := extra[4:]
		length := int(binary.LittleEndian.Uint16(extra[2:]))
		if length > len(field) {
			return nil, errDirectory
		}
		if binary.LittleEndian.Uint16(extra) == 1 {
			for i, wide := 0, field[:length]; i < len(sizes); i++ {
				if sizes[i] == math.MaxUint32 && len(wide) >= 8 {
					sizes[i], wide = int64(binary.LittleEndian.Uint64(wide)), wide[8:]
				}
			}
		}
		extra = field[length:]
	}
	size, at := sizes[0], sizes[2]
	header := make([]byte, localSize)
	if _, err := file.ReadAt(header, at); err != nil || string(header[:4]) != localSignature {
		return nil, errDirectory
	}
	at += localSize + int64(binary.LittleEndian.Uint16(header[26:])) + int64(binary.LittleEndian.Uint16(header[28:]))
	if size < 0 || at < 0 || at > end-size {
		return nil, errDirectory
	}
	return io.NewSectionReader(file, at, size), nil
}
