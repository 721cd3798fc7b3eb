package pack

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/gobundle/gobundle/bundle/stage"
)

// The records of a zip, of
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3. The
// standard library's writer would do, but for two things: it copies through a
// buffer of its own, and it does not say beforehand how large the file will be.
const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	endSignature        = 0x06054b50
	end64Signature      = 0x06064b50
	locator64Signature  = 0x07064b50
	extra64             = 0x0001
	versionStored       = 10
	version64           = 45
	madeOnUnix          = 3 << 8
	utf8Name            = 1 << 11
	regularFile         = 0o100644
	endLength           = 22
	end64Length         = 56
	locator64Length     = 20
	localLength         = 30
	centralLength       = 46
	extra64LocalLength  = 20
	extra64CentralLimit = 28
)

// A member is an entry and where its header stands in the file.
type member struct {
	stage.Entry
	offset int64
}

// A layout is where everything stands in the file.
type layout struct {
	members []member
	start   int64 // of the central directory
	size    int64 // of the central directory
	total   int64 // of the file
	zip64   bool  // whether a reader must know ZIP64

	date, clock uint16
}

// plan computes the layout: all sizes are known before the first byte is
// written. Offsets count from the start of the file, so that readers need not
// know of a prolog.
func plan(tree *stage.Tree, prolog int64) (*layout, error) {
	l := &layout{}
	l.date, l.clock = dosTime(tree.Modified)
	at := prolog
	for _, entry := range tree.Entries {
		if len(entry.Name) > math.MaxUint16 || entry.Size < 0 {
			return nil, &ChangedError{Entry: entry.Name, Reason: "can't be in a zip"}
		}
		m := member{Entry: entry, offset: at}
		at += localLength + int64(len(entry.Name)) + entry.Size
		if m.large() {
			at += extra64LocalLength
		}
		l.members = append(l.members, m)
	}
	l.start = at
	for i := range l.members {
		l.size += int64(len(l.centralHeader(&l.members[i])))
	}
	l.zip64 = len(l.members) >= math.MaxUint16 || l.start >= math.MaxUint32 || l.size >= math.MaxUint32
	l.total = l.start + l.size + endLength
	if l.zip64 {
		l.total += end64Length + locator64Length
	}
	return l, nil
}

func (m *member) large() bool { return m.Size >= math.MaxUint32 }

func (m *member) flags() uint16 {
	for i := range len(m.Name) {
		if m.Name[i] >= 0x80 {
			return utf8Name
		}
	}
	return 0
}

func (m *member) version() uint16 {
	if m.large() || m.offset >= math.MaxUint32 {
		return version64
	}
	return versionStored
}

func (l *layout) localHeader(m *member) []byte {
	version, size, extra := uint16(versionStored), uint32(m.Size), []byte(nil)
	if m.large() {
		version, size = version64, math.MaxUint32
		extra = binary.LittleEndian.AppendUint16(extra, extra64)
		extra = binary.LittleEndian.AppendUint16(extra, 16)
		extra = binary.LittleEndian.AppendUint64(extra, uint64(m.Size))
		extra = binary.LittleEndian.AppendUint64(extra, uint64(m.Size))
	}
	b := record{}
	b.u32(localSignature)
	b.u16(version, m.flags(), 0, l.clock, l.date)
	b.u32(m.CRC32, size, size)
	b.u16(uint16(len(m.Name)), uint16(len(extra)))
	b = append(b, m.Name...)
	return append(b, extra...)
}

func (l *layout) centralHeader(m *member) []byte {
	size, offset, extra := uint32(m.Size), uint32(m.offset), []byte(nil)
	if m.large() || m.offset >= math.MaxUint32 {
		extra = make([]byte, 4, extra64CentralLimit)
		if m.large() {
			size = math.MaxUint32
			extra = binary.LittleEndian.AppendUint64(extra, uint64(m.Size))
			extra = binary.LittleEndian.AppendUint64(extra, uint64(m.Size))
		}
		if m.offset >= math.MaxUint32 {
			offset = math.MaxUint32
			extra = binary.LittleEndian.AppendUint64(extra, uint64(m.offset))
		}
		binary.LittleEndian.PutUint16(extra, extra64)
		binary.LittleEndian.PutUint16(extra[2:], uint16(len(extra)-4))
	}
	b := record{}
	b.u32(centralSignature)
	b.u16(madeOnUnix|m.version(), m.version(), m.flags(), 0, l.clock, l.date)
	b.u32(m.CRC32, size, size)
	b.u16(uint16(len(m.Name)), uint16(len(extra)), 0, 0, 0)
	b.u32(regularFile<<16, offset)
	b = append(b, m.Name...)
	return append(b, extra...)
}

// directory is the central directory and the records that end the file.
func (l *layout) directory() []byte {
	b := make(record, 0, l.size+end64Length+locator64Length+endLength)
	for i := range l.members {
		b = append(b, l.centralHeader(&l.members[i])...)
	}
	count, size, start := uint16(len(l.members)), uint32(l.size), uint32(l.start)
	if l.zip64 {
		b.u32(end64Signature)
		b.u64(end64Length - 12)
		b.u16(madeOnUnix|version64, version64)
		b.u32(0, 0)
		b.u64(uint64(len(l.members)), uint64(len(l.members)), uint64(l.size), uint64(l.start))
		b.u32(locator64Signature, 0)
		b.u64(uint64(l.start + l.size))
		b.u32(1)
		count, size, start = math.MaxUint16, math.MaxUint32, math.MaxUint32
	}
	b.u32(endSignature)
	b.u16(0, 0, count, count)
	b.u32(size, start)
	b.u16(0)
	return b
}

// A record is built of little-endian numbers.
type record []byte

func (b *record) u16(numbers ...uint16) {
	for _, n := range numbers {
		*b = binary.LittleEndian.AppendUint16(*b, n)
	}
}

func (b *record) u32(numbers ...uint32) {
	for _, n := range numbers {
		*b = binary.LittleEndian.AppendUint32(*b, n)
	}
}

func (b *record) u64(numbers ...uint64) {
	for _, n := range numbers {
		*b = binary.LittleEndian.AppendUint64(*b, n)
	}
}

// dosTime is the time as a zip has it, in steps of two seconds from 1980 on.
func dosTime(t time.Time) (date, clock uint16) {
	t = t.UTC()
	date = uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
	clock = uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
	return date, clock
}
