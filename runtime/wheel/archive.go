package wheel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Signatures and fixed lengths of APPNOTE.TXT, 4.3.
const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	endSignature        = 0x06054b50
	end64Signature      = 0x06064b50
	locator64Signature  = 0x07064b50
	descriptorSignature = 0x08074b50

	localLength     = 30
	centralLength   = 46
	endLength       = 22
	end64Length     = 56
	locator64Length = 20

	extraZIP64       = 0x0001
	extraUnicodePath = 0x7075

	methodStored  = 0
	methodDeflate = 8

	flagDescriptor = 1 << 3
	flagUTF8       = 1 << 11
	// Encrypted, patched, strongly encrypted, masked headers.
	flagsRefused = 1<<0 | 1<<5 | 1<<6 | 1<<13
)

// member is one entry of the central directory.
type member struct {
	name     string
	mode     uint32 // Unix mode, 0 if the archive doesn't say
	crc      uint32
	flags    uint16
	method   uint16
	size     int64
	packed   int64
	offset   int64 // of the local header
	end      int64 // where the next local header, or the central directory, begins
	position int   // in the central directory
}

func (m *member) directory() bool { return strings.HasSuffix(m.name, "/") }

// executable follows pip: only a regular file with any execute bit is.
func (m *member) executable() bool {
	const typeMask, regular = 0o170000, 0o100000
	return m.mode&typeMask == regular && m.mode&0o111 != 0
}

// archive is a zip whose central directory was found sound.
type archive struct {
	file    io.ReaderAt
	wheel   string   // for errors
	members []member // in the central directory's order
	index   map[string]int32
	total   int64 // bytes of all members when unpacked
}

func (a *archive) invalid(path, format string, args ...any) error {
	return &InvalidError{Wheel: a.wheel, Path: path, Reason: fmt.Sprintf(format, args...)}
}

// readAt reads exactly length bytes. A wheel that ends early is invalid; any
// other error is the reader's own.
func (a *archive) readAt(offset, length int64) ([]byte, error) {
	b := make([]byte, length)
	if err := a.readFull(b, offset); err != nil {
		return nil, err
	}
	return b, nil
}

func (a *archive) readFull(b []byte, offset int64) error {
	n, err := a.file.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return a.invalid("", "it is truncated")
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return fmt.Errorf("reading %s: %w", a.wheel, err)
}

func openArchive(file io.ReaderAt, size int64, wheel string, limits Limits) (*archive, error) {
	a := &archive{file: file, wheel: wheel}
	d, err := a.findDirectory(size)
	if err != nil {
		return nil, err
	}
	if d.entries > uint64(limits.Entries) {
		return nil, a.invalid("", "it has %d members; the limit is %d", d.entries, limits.Entries)
	}
	if d.offset < 0 || d.size < 0 || d.offset > d.end || d.size != d.end-d.offset {
		return nil, a.invalid("", "its central directory is not where its end says")
	}
	if d.size > maxDirectory {
		return nil, a.invalid("", "its central directory has %d bytes; the limit is %d", d.size, maxDirectory)
	}
	if uint64(d.size) < d.entries*centralLength {
		return nil, a.invalid("", "its central directory is too short for %d members", d.entries)
	}
	central, err := a.readAt(d.offset, d.size)
	if err != nil {
		return nil, err
	}
	if err := a.parseDirectory(central, int(d.entries)); err != nil {
		return nil, err
	}
	if err := a.checkExtents(d.offset); err != nil {
		return nil, err
	}
	return a, a.checkSizes(size, limits)
}

func (a *archive) parseDirectory(central []byte, entries int) error {
	text := string(central) // names are slices of it
	a.members = make([]member, 0, entries)
	a.index = make(map[string]int32, entries)
	at := 0
	for position := range entries {
		if len(central)-at < centralLength || binary.LittleEndian.Uint32(central[at:]) != centralSignature {
			return a.invalid("", "its central directory is damaged at member %d", position+1)
		}
		header := central[at : at+centralLength]
		nameLength := int(binary.LittleEndian.Uint16(header[28:]))
		extraLength := int(binary.LittleEndian.Uint16(header[30:]))
		commentLength := int(binary.LittleEndian.Uint16(header[32:]))
		at += centralLength
		if len(central)-at < nameLength+extraLength+commentLength {
			return a.invalid("", "its central directory is damaged at member %d", position+1)
		}
		m := member{
			name:     text[at : at+nameLength],
			flags:    binary.LittleEndian.Uint16(header[8:]),
			method:   binary.LittleEndian.Uint16(header[10:]),
			crc:      binary.LittleEndian.Uint32(header[16:]),
			packed:   int64(binary.LittleEndian.Uint32(header[20:])),
			size:     int64(binary.LittleEndian.Uint32(header[24:])),
			mode:     binary.LittleEndian.Uint32(header[38:]) >> 16,
			offset:   int64(binary.LittleEndian.Uint32(header[42:])),
			position: position,
		}
		extra := central[at+nameLength : at+nameLength+extraLength]
		at += nameLength + extraLength + commentLength
		if binary.LittleEndian.Uint16(header[34:]) != 0 {
			return a.invalid(m.name, "lies on another disk")
		}
		if err := a.checkMember(&m, extra); err != nil {
			return err
		}
		if _, found := a.index[m.name]; found {
			return a.invalid(m.name, "is there twice")
		}
		a.index[m.name] = int32(position)
		a.members = append(a.members, m)
	}
	if at != len(central) {
		return a.invalid("", "its central directory has more members than its end says")
	}
	return nil
}

// checkMember applies the rules that need nothing but a member's own entry, and
// takes its ZIP64 sizes.
func (a *archive) checkMember(m *member, extra []byte) error {
	if m.name == "" {
		return a.invalid("", "it has a member without a name")
	}
	if reason := UnsafeName(m.name); reason != "" {
		return a.invalid(m.name, "%s", reason)
	}
	if m.flags&flagUTF8 == 0 && !isASCII(m.name) {
		return a.invalid(m.name, "has a name that is neither ASCII nor marked as UTF-8")
	}
	if m.flags&flagsRefused != 0 {
		return a.invalid(m.name, "is encrypted or patched")
	}
	if m.method != methodStored && m.method != methodDeflate {
		return a.invalid(m.name, "is compressed with method %d; wheels use stored and deflate", m.method)
	}
	if reason := m.readExtra(extra, &m.size, &m.packed, &m.offset); reason != "" {
		return a.invalid(m.name, "%s", reason)
	}
	if m.size < 0 || m.packed < 0 || m.offset < 0 {
		return a.invalid(m.name, "has an impossible size")
	}
	if m.method == methodStored && m.size != m.packed {
		return a.invalid(m.name, "is stored, but has two sizes")
	}
	if m.directory() && m.size != 0 {
		return a.invalid(m.name, "is a directory with content")
	}
	return nil
}

// readExtra walks an extra field. Each of the values that is all ones is taken
// from the ZIP64 field, in order.
func (m *member) readExtra(extra []byte, values ...*int64) (reason string) {
	zip64 := []byte(nil)
	found := false
	for len(extra) >= 4 {
		id, length := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra)-4 < length {
			return "has a damaged extra field"
		}
		field := extra[4 : 4+length]
		extra = extra[4+length:]
		switch id {
		case extraZIP64:
			if found {
				return "has two ZIP64 fields"
			}
			zip64, found = field, true
		case extraUnicodePath:
			if len(field) < 5 || string(field[5:]) != m.name {
				return "has a second name"
			}
		}
	}
	for _, value := range values {
		if *value != 0xffffffff {
			continue
		}
		if !found {
			continue // 4 GiB less one byte is a size like any other
		}
		if len(zip64) < 8 {
			return "has a damaged ZIP64 field"
		}
		*value = int64(binary.LittleEndian.Uint64(zip64))
		zip64 = zip64[8:]
	}
	return ""
}

// checkExtents gives each member the bytes from its local header to the next
// one. Members must fill the file from its first byte to the central directory:
// what lies between them could be seen by another reader.
func (a *archive) checkExtents(directoryOffset int64) error {
	order := make([]*member, len(a.members))
	for i := range a.members {
		order[i] = &a.members[i]
	}
	byOffset := func(m, n *member) int { return compare(m.offset, n.offset) }
	if !slices.IsSortedFunc(order, byOffset) {
		slices.SortStableFunc(order, byOffset)
	}
	for i, m := range order {
		m.end = directoryOffset
		if i+1 < len(order) {
			m.end = order[i+1].offset
		}
		if i == 0 && m.offset != 0 {
			return a.invalid("", "it has other data before its first member")
		}
		if length := m.end - m.offset; length < localLength+int64(len(m.name)) || length-localLength-int64(len(m.name)) < m.packed {
			return a.invalid(m.name, "overlaps what follows it")
		}
	}
	if len(order) == 0 && directoryOffset != 0 {
		return a.invalid("", "it has other data before its first member")
	}
	return nil
}

func compare(m, n int64) int {
	switch {
	case m < n:
		return -1
	case m > n:
		return 1
	}
	return 0
}

func (a *archive) checkSizes(size int64, limits Limits) error {
	for i := range a.members {
		m := &a.members[i]
		if m.size > limits.Installed-a.total {
			return a.invalid("", "it unpacks to more than %d bytes", limits.Installed)
		}
		a.total += m.size
	}
	if a.total > ratioFloor && a.total/limits.Ratio > size {
		return a.invalid("", "it unpacks to more than %d times its size", limits.Ratio)
	}
	return a.checkFolders()
}

// checkFolders refuses a path that is a file's and at the same time a folder of
// another file.
func (a *archive) checkFolders() error {
	checked := ""
	for i := range a.members {
		name := a.members[i].name
		slash := strings.LastIndexByte(name, '/')
		if slash < 0 || name[:slash] == checked {
			continue
		}
		checked = name[:slash]
		for folder := checked; folder != ""; {
			if _, found := a.index[folder]; found {
				return a.invalid(folder, "is a file and a folder")
			}
			folder = folder[:max(0, strings.LastIndexByte(folder, '/'))]
		}
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
