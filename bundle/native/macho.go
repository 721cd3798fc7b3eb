package native

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// Of the Mach-O format, as <mach-o/loader.h> names them.
const (
	machMagic64       = 0xFEEDFACF
	machHeaderSize    = 32
	commandSegment64  = 0x19
	commandSymtab     = 0x2
	commandUUID       = 0x1B
	commandSignature  = 0x1D // LC_CODE_SIGNATURE
	signatureSize     = 16   // of that load command
	segmentPage       = 1 << 14
	signatureAlign    = 16
	linkedit          = "__LINKEDIT"
	text              = "__TEXT"
	endOfDirectory    = 22 // size of the end record of a zip
	commandsAt        = 16 // in the header: the number of load commands, then their size
	segmentSizeAt     = 32 // in a segment: vmsize, fileoff, filesize
	segmentSectionsAt = 64
)

var errNoMachO = errors.New("the launcher is no program for macOS")

// machO are the places of load commands in a program's head, 0 for one that is not there.
type machO struct {
	head                                    []byte
	linkedit, text, symtab, uuid, signature int
}

func (m *machO) uint32(at int) uint32         { return binary.LittleEndian.Uint32(m.head[at:]) }
func (m *machO) uint64(at int) uint64         { return binary.LittleEndian.Uint64(m.head[at:]) }
func (m *machO) setUint32(at int, n uint32)   { binary.LittleEndian.PutUint32(m.head[at:], n) }
func (m *machO) setUint64(at int, n uint64)   { binary.LittleEndian.PutUint64(m.head[at:], n) }
func (m *machO) end() int                     { return machHeaderSize + int(m.uint32(commandsAt+4)) }
func (m *machO) linkeditFile() (start uint64) { return m.uint64(m.linkedit + segmentSizeAt + 8) }

// parseMachO finds the load commands in the head of a program, or in all of it.
func parseMachO(head []byte) (*machO, error) {
	m := &machO{head: head}
	if len(head) < machHeaderSize || m.uint32(0) != machMagic64 || m.end() > len(head) {
		return nil, errNoMachO
	}
	at := machHeaderSize
	for range m.uint32(commandsAt) {
		if at+8 > m.end() {
			return nil, errNoMachO
		}
		size := int(m.uint32(at + 4))
		if size < signatureSize || at+size > m.end() {
			return nil, errNoMachO
		}
		switch m.uint32(at) {
		case commandSegment64:
			if size < segmentSectionsAt+8 {
				return nil, errNoMachO
			}
			switch string(bytes.TrimRight(head[at+8:at+24], "\x00")) {
			case linkedit:
				m.linkedit = at
			case text:
				m.text = at
			}
		case commandSymtab:
			if size < 24 {
				return nil, errNoMachO
			}
			m.symtab = at
		case commandUUID:
			if size < 24 {
				return nil, errNoMachO
			}
			m.uuid = at
		case commandSignature:
			m.signature = at
		}
		at += size
	}
	if m.linkedit == 0 || m.text == 0 || m.symtab == 0 {
		return nil, errNoMachO
	}
	return m, nil
}

// prepareMachO returns a launcher without its signature, but with the load command
// for one. It ends as its segment __LINKEDIT ends. Its UUID becomes the application's:
// the system knows programs by it, for what they may do in the network, say.
func prepareMachO(launcher []byte, a Application) ([]byte, error) {
	launcher = bytes.Clone(launcher)
	m, err := parseMachO(launcher)
	if err != nil {
		return nil, err
	}
	if m.uuid != 0 {
		hash := sha256.Sum256([]byte(a.ID))
		hash[6], hash[8] = hash[6]&0x0F|0x80, hash[8]&0x3F|0x80 // version 8 of RFC 9562
		copy(launcher[m.uuid+8:m.uuid+24], hash[:])
	}
	end := m.linkeditFile() + m.uint64(m.linkedit+segmentSizeAt+16)
	if m.signature != 0 {
		end = uint64(m.uint32(m.signature + 8))
	} else {
		at := m.end()
		room := bytes.TrimLeft(launcher[at:min(at+signatureSize, len(launcher))], "\x00")
		if len(room) > 0 {
			return nil, errors.New("the launcher for macOS has no room for a signature")
		}
		m.setUint32(at, commandSignature)
		m.setUint32(at+4, signatureSize)
		m.setUint32(commandsAt, m.uint32(commandsAt)+1)
		m.setUint32(commandsAt+4, m.uint32(commandsAt+4)+signatureSize)
	}
	if end > uint64(len(launcher)) {
		return nil, errNoMachO
	}
	return launcher[:end], nil
}

// sealMachO makes the zip a part of the program, and signs it.
//
// The signature of a large file is larger than what readers of zips search for the
// end of one. So the zip's directory follows once more behind the signature, in the
// space that belongs to it.
func sealMachO(ctx context.Context, file *os.File, size int64, a Application) (int64, error) {
	directory, err := zipDirectory(file, size)
	if err != nil {
		return 0, err
	}
	head := make([]byte, min(size, 1<<15))
	if _, err := file.ReadAt(head, 0); err != nil {
		return 0, err
	}
	m, err := parseMachO(head)
	if err != nil {
		return 0, err
	}
	limit := align(size, signatureAlign)
	if _, err := file.WriteAt(make([]byte, limit-size), size); err != nil {
		return 0, err
	}
	s := signature{limit: limit, name: a.Name, textStart: m.uint64(m.text + segmentSizeAt + 8), textSize: m.uint64(m.text + segmentSizeAt + 16)}
	place := limit + align(s.size(), signatureAlign)
	binary.LittleEndian.PutUint32(directory[len(directory)-6:], uint32(place))
	end := place + int64(len(directory))

	// The string table, which is last in __LINKEDIT, reaches to the signature.
	m.setUint32(m.symtab+20, uint32(limit)-m.uint32(m.symtab+16))
	m.setUint32(m.signature+8, uint32(limit))
	m.setUint32(m.signature+12, uint32(end-limit))
	length := uint64(end) - m.linkeditFile()
	m.setUint64(m.linkedit+segmentSizeAt, uint64(align(int64(length), segmentPage)))
	m.setUint64(m.linkedit+segmentSizeAt+16, length)
	if _, err := file.WriteAt(head[:m.end()], 0); err != nil {
		return 0, err
	}
	signed, err := s.encode(ctx, io.NewSectionReader(file, 0, limit))
	if err != nil {
		return 0, err
	}
	if _, err := file.WriteAt(append(signed, make([]byte, place-limit-int64(len(signed)))...), limit); err != nil {
		return 0, err
	}
	_, err = file.WriteAt(directory, place)
	return end, err
}

// zipDirectory reads the directory at the end of a zip, with the end record.
func zipDirectory(file io.ReaderAt, size int64) ([]byte, error) {
	record := make([]byte, endOfDirectory)
	if _, err := file.ReadAt(record, size-endOfDirectory); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(record[12:]))
	if string(record[:4]) != "PK\x05\x06" || length+endOfDirectory > size {
		return nil, errors.New("there is no zip behind the launcher")
	}
	directory := make([]byte, length+endOfDirectory)
	_, err := file.ReadAt(directory, size-int64(len(directory)))
	return directory, err
}

func align(n, to int64) int64 { return (n + to - 1) / to * to }
