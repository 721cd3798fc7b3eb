package fetch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Limits of what is read out of a wheel, in bytes.
const (
	metadataLimit  = 16 << 20
	directoryLimit = 256 << 20
)

// Sizes of the records of a zip file (APPNOTE 4.3.6 to 4.3.16) without their
// variable parts.
const (
	endSize       = 22
	locatorSize   = 20
	end64Size     = 56
	entrySize     = 46
	localSize     = 30
	longestTail   = endSize + math.MaxUint16
	usualTail     = 16 << 10
	localSlack    = 512 // room for the extra field of a local header
	endMark       = "PK\x05\x06"
	locatorMark   = "PK\x06\x07"
	end64Mark     = "PK\x06\x06"
	entryMark     = "PK\x01\x02"
	localMark     = "PK\x03\x04"
	zip64ExtraTag = 1
)

var (
	errTruncated = errors.New("no zip directory at its end: it is truncated, or no wheel")
	errDirectory = errors.New("its zip directory is damaged")
)

// wheelMetadata reads METADATA out of a wheel from its end: the end record, the
// directory, the one member. It believes nothing that it has not compared, and
// reads as little as it can, in few pieces.
func wheelMetadata(r io.ReaderAt, size int64, fileName string) ([]byte, error) {
	d, err := findDirectory(r, size)
	if err != nil {
		return nil, err
	}
	if d.size > directoryLimit {
		return nil, errDirectory
	}
	raw := make([]byte, d.size)
	if err := readFull(r, raw, d.offset); err != nil {
		return nil, err
	}
	m, err := findMetadata(raw, d, fileName)
	if err != nil {
		return nil, err
	}
	return m.read(r, d.offset)
}

// directory is where a zip file's directory lies.
type directory struct {
	offset, size int64
	entries      uint64
}

func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, usualTail))
	if err := readFull(r, tail, size-int64(len(tail))); err != nil {
		return directory{}, err
	}
	at := findEnd(tail)
	if at < 0 && size > usualTail {
		tail = make([]byte, min(size, longestTail))
		if err := readFull(r, tail, size-int64(len(tail))); err != nil {
			return directory{}, err
		}
		at = findEnd(tail)
	}
	if at < 0 {
		return directory{}, errTruncated
	}
	end := tail[at:]
	endOffset := size - int64(len(tail)) + int64(at)
	entries := binary.LittleEndian.Uint16(end[10:])
	d := directory{
		offset:  int64(binary.LittleEndian.Uint32(end[16:])),
		size:    int64(binary.LittleEndian.Uint32(end[12:])),
		entries: uint64(entries),
	}
	if binary.LittleEndian.Uint16(end[4:]) != binary.LittleEndian.Uint16(end[6:]) || entries != binary.LittleEndian.Uint16(end[8:]) {
		return directory{}, errors.New("it is a part of a split zip file")
	}
	if entries == math.MaxUint16 || d.offset == math.MaxUint32 || d.size == math.MaxUint32 {
		if wide, at, err := findDirectory64(r, endOffset); err != nil {
			return directory{}, err
		} else if at > 0 {
			d, endOffset = wide, at
		}
	}
	if d.offset < 0 || d.size < 0 || d.size > endOffset || d.offset != endOffset-d.size || d.entries > uint64(d.size/entrySize) {
		return directory{}, errDirectory
	}
	return d, nil
}

// findEnd returns where the end record starts, which its comment must fill up.
func findEnd(tail []byte) int {
	for at := len(tail) - endSize; at >= 0; at-- {
		if string(tail[at:at+4]) == endMark && at+endSize+int(binary.LittleEndian.Uint16(tail[at+20:])) == len(tail) {
			return at
		}
	}
	return -1
}

// findDirectory64 reads the ZIP64 records that may stand before the end record;
// at is where they start, 0 when there are none.
func findDirectory64(r io.ReaderAt, endOffset int64) (d directory, at int64, err error) {
	if endOffset < locatorSize+end64Size {
		return directory{}, 0, nil
	}
	locator := make([]byte, locatorSize)
	if err := readFull(r, locator, endOffset-locatorSize); err != nil {
		return directory{}, 0, err
	}
	if string(locator[:4]) != locatorMark {
		return directory{}, 0, nil
	}
	at = int64(binary.LittleEndian.Uint64(locator[8:]))
	if at <= 0 || at > endOffset-locatorSize-end64Size {
		return directory{}, 0, errDirectory
	}
	end := make([]byte, end64Size)
	if err := readFull(r, end, at); err != nil {
		return directory{}, 0, err
	}
	if string(end[:4]) != end64Mark || binary.LittleEndian.Uint64(end[24:]) != binary.LittleEndian.Uint64(end[32:]) {
		return directory{}, 0, errDirectory
	}
	return directory{
		entries: binary.LittleEndian.Uint64(end[32:]),
		size:    int64(binary.LittleEndian.Uint64(end[40:])),
		offset:  int64(binary.LittleEndian.Uint64(end[48:])),
	}, at, nil
}

// member is a file inside the wheel, as the directory has it.
type member struct {
	name             string
	method, flags    uint16
	crc              uint32
	packed, unpacked int64
	offset           int64 // of the local header
}

// findMetadata looks through the directory for the one METADATA of the wheel.
func findMetadata(raw []byte, d directory, fileName string) (member, error) {
	project, _, _ := strings.Cut(fileName, "-")
	project = pep508.NormalizeName(project)
	var found member
	var entries uint64
	for ; len(raw) > 0; entries++ {
		if len(raw) < entrySize || string(raw[:4]) != entryMark {
			return member{}, errDirectory
		}
		name := int(binary.LittleEndian.Uint16(raw[28:]))
		extra := int(binary.LittleEndian.Uint16(raw[30:]))
		whole := entrySize + name + extra + int(binary.LittleEndian.Uint16(raw[32:]))
		if len(raw) < whole {
			return member{}, errDirectory
		}
		if isMetadata(raw[entrySize:entrySize+name], project) {
			m, err := readEntry(raw[:whole], name, extra)
			if err != nil {
				return member{}, err
			}
			if found.name != "" {
				return member{}, errors.New("it holds more than one METADATA")
			}
			found = m
		}
		raw = raw[whole:]
	}
	if entries != d.entries {
		return member{}, errDirectory
	}
	if found.name == "" {
		return member{}, fmt.Errorf("it holds no METADATA of %s", project)
	}
	return found, nil
}

// isMetadata reports whether a member is METADATA of the project's dist-info.
func isMetadata(name []byte, project string) bool {
	const suffix = ".dist-info/METADATA"
	folder, ok := bytes.CutSuffix(name, []byte(suffix))
	if !ok || bytes.IndexByte(folder, '/') >= 0 {
		return false
	}
	of, _, _ := strings.Cut(string(folder), "-")
	return pep508.NormalizeName(of) == project
}

func readEntry(raw []byte, name, extra int) (member, error) {
	m := member{
		name:     string(raw[entrySize : entrySize+name]),
		flags:    binary.LittleEndian.Uint16(raw[8:]),
		method:   binary.LittleEndian.Uint16(raw[10:]),
		crc:      binary.LittleEndian.Uint32(raw[16:]),
		packed:   int64(binary.LittleEndian.Uint32(raw[20:])),
		unpacked: int64(binary.LittleEndian.Uint32(raw[24:])),
		offset:   int64(binary.LittleEndian.Uint32(raw[42:])),
	}
	m.widen(raw[entrySize+name : entrySize+name+extra])
	switch {
	case m.flags&1 != 0:
		return member{}, errors.New("its METADATA is encrypted")
	case m.method != 0 && m.method != 8:
		return member{}, fmt.Errorf("its METADATA is packed by method %d", m.method)
	case m.unpacked < 0 || m.unpacked > metadataLimit || m.packed < 0 || m.packed > metadataLimit+metadataLimit/8:
		return member{}, errors.New("its METADATA is too large")
	case m.method == 0 && m.packed != m.unpacked:
		return member{}, errDirectory
	}
	return m, nil
}

// widen takes the numbers of the ZIP64 extra field where they don't fit.
func (m *member) widen(extra []byte) {
	for len(extra) >= 4 {
		tag, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			return
		}
		if tag == zip64ExtraTag {
			field := extra[:size]
			for _, number := range []*int64{&m.unpacked, &m.packed, &m.offset} {
				if *number == math.MaxUint32 && len(field) >= 8 {
					*number = int64(binary.LittleEndian.Uint64(field))
					field = field[8:]
				}
			}
		}
		extra = extra[size:]
	}
}

// read reads the member, which must lie before limit.
func (m *member) read(r io.ReaderAt, limit int64) ([]byte, error) {
	least := localSize + int64(len(m.name)) + m.packed
	if m.offset < 0 || m.offset > limit-least {
		return nil, errDirectory
	}
	raw := make([]byte, min(least+localSlack, limit-m.offset))
	if err := readFull(r, raw, m.offset); err != nil {
		return nil, err
	}
	name, extra := int(binary.LittleEndian.Uint16(raw[26:])), int64(binary.LittleEndian.Uint16(raw[28:]))
	if string(raw[:4]) != localMark || name != len(m.name) || string(raw[localSize:localSize+name]) != m.name ||
		binary.LittleEndian.Uint16(raw[8:]) != m.method {
		return nil, errors.New("the local header of its METADATA and its zip directory don't agree")
	}
	start := int64(localSize+name) + extra
	if start+m.packed > limit-m.offset {
		return nil, errDirectory
	}
	if start+m.packed <= int64(len(raw)) {
		return m.unpack(raw[start : start+m.packed])
	}
	packed := make([]byte, m.packed)
	if err := readFull(r, packed, m.offset+start); err != nil {
		return nil, err
	}
	return m.unpack(packed)
}

func (m *member) unpack(packed []byte) ([]byte, error) {
	text := packed
	if m.method == 8 {
		stream := flate.NewReader(bytes.NewReader(packed))
		text = make([]byte, m.unpacked)
		if _, err := io.ReadFull(stream, text); err != nil {
			return nil, errors.New("its METADATA doesn't unpack")
		}
		if n, err := stream.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			return nil, errors.New("its METADATA doesn't unpack to the size it is said to have")
		}
	}
	if crc32.ChecksumIEEE(text) != m.crc {
		return nil, errors.New("its METADATA has another checksum than its zip directory says")
	}
	return text, nil
}

// readFull fills p from offset at.
func readFull(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}
