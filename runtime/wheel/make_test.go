package wheel

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
)

// entry is one member of a zip that rawZip writes. Fields that are nil or zero
// get what is right.
type entry struct {
	name    string
	content string
	mode    uint32 // Unix mode; 0: 0o100644
	stored  bool

	// What is wrong on purpose.
	localName  *string
	flags      uint16 // added to both headers
	localFlags uint16 // added to the local header
	method     *uint16
	crc        *uint32 // in both headers
	size       *uint32 // in both headers
	localSize  *uint32 // in the local header
	packed     *uint32 // in both headers
	offset     *uint32 // in the central directory
	extra      []byte  // in both headers
	localExtra []byte  // in the local header
	data       []byte  // instead of the compressed content
	descriptor []byte  // after the data; its flag is not set by this
	after      string  // after all of it
	disk       uint16
}

// archiveSpec is a whole zip that rawZip writes.
type archiveSpec struct {
	before  string
	entries []entry
	between string // central directory's end to the end record
	comment string
	after   string

	count     *uint16 // of entries, in the end record
	directory *uint32 // its offset, in the end record
	size      *uint32 // of the directory, in the end record
	zip64     bool    // a ZIP64 end record, and all ones in the old one
	cut       int     // bytes cut off the end
}

func ptr[T any](v T) *T { return &v }

func or[T any](p *T, v T) T {
	if p != nil {
		return *p
	}
	return v
}

func deflated(content string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 6)
	w.Write([]byte(content))
	w.Close()
	return b.Bytes()
}

// rawZip writes a zip byte by byte, so that every part of it can be wrong.
func rawZip(spec archiveSpec) []byte {
	little := binary.LittleEndian
	b := []byte(spec.before)
	var central []byte
	for _, e := range spec.entries {
		data, method := []byte(e.content), uint16(methodStored)
		if !e.stored && e.content != "" {
			data, method = deflated(e.content), methodDeflate
		}
		if e.data != nil {
			data = e.data
		}
		method = or(e.method, method)
		flags := e.flags
		if !isASCII(e.name) {
			flags ^= flagUTF8
		}
		crc := or(e.crc, crc32.ChecksumIEEE([]byte(e.content)))
		size, packed := or(e.size, uint32(len(e.content))), or(e.packed, uint32(len(data)))
		offset := or(e.offset, uint32(len(b)))
		localName, localExtra := or(e.localName, e.name), slices.Concat(e.extra, e.localExtra)

		b = little.AppendUint32(b, localSignature)
		b = little.AppendUint16(b, 20)
		b = little.AppendUint16(b, flags^e.localFlags)
		b = little.AppendUint16(b, method)
		b = little.AppendUint32(b, 1<<21) // 1980-01-01
		b = little.AppendUint32(b, crc)
		b = little.AppendUint32(b, packed)
		b = little.AppendUint32(b, or(e.localSize, size))
		b = little.AppendUint16(b, uint16(len(localName)))
		b = little.AppendUint16(b, uint16(len(localExtra)))
		b = slices.Concat(b, []byte(localName), localExtra, data, e.descriptor, []byte(e.after))

		mode := e.mode
		if mode == 0 {
			mode = 0o100644
		}
		central = little.AppendUint32(central, centralSignature)
		central = little.AppendUint16(central, 3<<8|20)
		central = little.AppendUint16(central, 20)
		central = little.AppendUint16(central, flags)
		central = little.AppendUint16(central, method)
		central = little.AppendUint32(central, 1<<21)
		central = little.AppendUint32(central, crc)
		central = little.AppendUint32(central, packed)
		central = little.AppendUint32(central, size)
		central = little.AppendUint16(central, uint16(len(e.name)))
		central = little.AppendUint16(central, uint16(len(e.extra)))
		central = little.AppendUint16(central, 0)
		central = little.AppendUint16(central, e.disk)
		central = little.AppendUint16(central, 0)
		central = little.AppendUint32(central, mode<<16)
		central = little.AppendUint32(central, offset)
		central = slices.Concat(central, []byte(e.name), e.extra)
	}
	at := len(b)
	b = slices.Concat(b, central, []byte(spec.between))
	count, directory, size := or(spec.count, uint16(len(spec.entries))), or(spec.directory, uint32(at)), or(spec.size, uint32(len(central)))
	if spec.zip64 {
		end64 := len(b)
		b = little.AppendUint32(b, end64Signature)
		b = little.AppendUint64(b, end64Length-12)
		b = little.AppendUint32(b, 45<<16|45)
		b = little.AppendUint64(b, 0)
		b = little.AppendUint64(b, uint64(count))
		b = little.AppendUint64(b, uint64(count))
		b = little.AppendUint64(b, uint64(size))
		b = little.AppendUint64(b, uint64(directory))
		b = little.AppendUint32(b, locator64Signature)
		b = little.AppendUint32(b, 0)
		b = little.AppendUint64(b, uint64(end64))
		b = little.AppendUint32(b, 1)
		count, directory, size = 0xffff, 0xffffffff, 0xffffffff
	}
	b = little.AppendUint32(b, endSignature)
	b = little.AppendUint32(b, 0)
	b = little.AppendUint16(b, count)
	b = little.AppendUint16(b, count)
	b = little.AppendUint32(b, size)
	b = little.AppendUint32(b, directory)
	b = little.AppendUint16(b, uint16(len(spec.comment)))
	b = slices.Concat(b, []byte(spec.comment), []byte(spec.after))
	return b[:len(b)-spec.cut]
}

// recordOf writes the RECORD that fits some entries.
func recordOf(entries []entry, distInfo string) string {
	var rows []row
	for _, e := range entries {
		if !strings.HasSuffix(e.name, "/") {
			sum := sha256.Sum256([]byte(e.content))
			rows = append(rows, hashed(e.name, sum[:], int64(len(e.content))))
		}
	}
	rows = append(rows, row{path: distInfo + "/RECORD"})
	return string(formatRecord(rows))
}

const wheelText = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

// wheelEntries is a valid wheel of a distribution with further files. METADATA,
// WHEEL and RECORD are made unless given.
func wheelEntries(name, version string, entries ...entry) []entry {
	info := name + "-" + version + ".dist-info"
	for file, content := range map[string]string{
		"METADATA": "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n",
		"WHEEL":    wheelText,
	} {
		if !slices.ContainsFunc(entries, func(e entry) bool { return e.name == info+"/"+file }) {
			entries = append(entries, entry{name: info + "/" + file, content: content})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	if !slices.ContainsFunc(entries, func(e entry) bool { return e.name == info+"/RECORD" }) {
		entries = append(entries, entry{name: info + "/RECORD", content: recordOf(entries, info)})
	}
	return entries
}

// wheelBytes is a valid wheel of a distribution.
func wheelBytes(name, version string, entries ...entry) []byte {
	return rawZip(archiveSpec{entries: wheelEntries(name, version, entries...)})
}

// openWheel opens a wheel of a distribution.
func openWheel(tb testing.TB, name, version string, entries ...entry) *Wheel {
	tb.Helper()
	b := wheelBytes(name, version, entries...)
	w, err := Open(bytes.NewReader(b), int64(len(b)), name+"-"+version+"-py3-none-any.whl")
	if err != nil {
		tb.Fatalf("opening a wheel of %s: %v", name, err)
	}
	return w
}
