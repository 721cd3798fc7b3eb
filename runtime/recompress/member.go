package recompress

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/gobundle/gobundle/runtime/wheel"
)

// Signatures and fixed lengths of APPNOTE.TXT, 4.3.
const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50

	localLength   = 30
	centralLength = 46
	endLength     = 22
)

// A member is a file of the zip.
type member struct {
	name       string
	executable bool
	at         int64 // of its local header in the zip
	size       int64
}

// content is where a member's bytes begin in the zip.
func (m *member) content() int64 { return m.at + localLength + int64(len(m.name)) }

// Check reads the directory of the zip, and returns a [*FormatError] if [Unpack] would
// refuse it.
func (r *Reader) Check() error {
	_, err := r.members()
	return err
}

// members reads the directory of the zip, which has the one form that [Writer] writes:
// stored members one behind the other, without extra fields.
func (r *Reader) members() ([]member, error) {
	end := make([]byte, endLength)
	if _, err := r.ReadAt(end, r.size-endLength); err != nil {
		return nil, damaged(err)
	}
	count := int(binary.LittleEndian.Uint16(end[10:]))
	length, at := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if binary.LittleEndian.Uint32(end) != endSignature || at+length+endLength != r.size || length > maxDirectory {
		return nil, wrong("holds no zip")
	}
	directory := make([]byte, length)
	if _, err := r.ReadAt(directory, at); err != nil && length > 0 {
		return nil, damaged(err)
	}
	all := make([]member, 0, min(count, len(directory)/centralLength))
	known, next := make(map[string]bool, cap(all)), int64(0)
	for range count {
		if len(directory) < centralLength || binary.LittleEndian.Uint32(directory) != centralSignature {
			return nil, wrong("holds a zip with a damaged directory")
		}
		head, nameLength := directory[:centralLength], int(binary.LittleEndian.Uint16(directory[28:]))
		if len(directory) < centralLength+nameLength {
			return nil, wrong("holds a zip with a damaged directory")
		}
		m := member{
			name: string(directory[centralLength : centralLength+nameLength]),
			size: int64(binary.LittleEndian.Uint32(head[24:])), at: int64(binary.LittleEndian.Uint32(head[42:])),
		}
		directory = directory[centralLength+nameLength:]
		const typeMask, regular = 0o170000, 0o100000
		mode := binary.LittleEndian.Uint32(head[38:]) >> 16
		m.executable = mode&typeMask == regular && mode&0o111 != 0
		stored := binary.LittleEndian.Uint16(head[10:]) == 0 && int64(binary.LittleEndian.Uint32(head[20:])) == m.size
		extra := binary.LittleEndian.Uint32(head[30:]) != 0 // with the length of the comment
		if reason := wheel.UnsafeName(m.name); reason != "" {
			return nil, wrong("holds %s, which %s", m.name, reason)
		}
		if !stored || extra || m.at != next || known[m.name] {
			return nil, wrong("holds a zip with a damaged directory")
		}
		known[m.name] = true
		next = m.content() + m.size
		all = append(all, m)
	}
	if len(directory) > 0 || next != at {
		return nil, wrong("holds a zip with a damaged directory")
	}
	return all, nil
}

// damaged makes what is a place outside of the zip an error of the archive.
func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		return wrong("holds no zip")
	}
	return err
}

// folder is the folder of a path, "" at the top.
func folder(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }
