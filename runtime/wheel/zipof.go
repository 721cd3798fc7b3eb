package wheel

import (
	"encoding/binary"
	"hash/crc32"
)

// zipOf is a zip archive of one stored file, written in the one way that
// depends on nothing else: 1980-01-01, no modes, no extra fields.
func zipOf(name string, content []byte) []byte {
	const version, date = 20, 1<<5 | 1
	little := binary.LittleEndian
	common := little.AppendUint16(nil, version)
	common = little.AppendUint16(common, 0) // flags
	common = little.AppendUint16(common, methodStored)
	common = little.AppendUint16(common, 0) // time
	common = little.AppendUint16(common, date)
	common = little.AppendUint32(common, crc32.ChecksumIEEE(content))
	common = little.AppendUint32(common, uint32(len(content)))
	common = little.AppendUint32(common, uint32(len(content)))
	common = little.AppendUint16(common, uint16(len(name)))
	common = little.AppendUint16(common, 0) // extra

	b := little.AppendUint32(nil, localSignature)
	b = append(append(append(b, common...), name...), content...)
	offset := len(b)
	b = little.AppendUint32(b, centralSignature)
	b = little.AppendUint16(b, version)
	b = append(b, common...)
	b = append(b, make([]byte, 14)...) // comment, disk, attributes, offset 0
	b = append(b, name...)
	size := len(b) - offset
	b = little.AppendUint32(b, endSignature)
	b = little.AppendUint32(b, 0) // disks
	b = little.AppendUint16(b, 1)
	b = little.AppendUint16(b, 1)
	b = little.AppendUint32(b, uint32(size))
	b = little.AppendUint32(b, uint32(offset))
	return little.AppendUint16(b, 0) // comment
}
