package wheel

import (
	"bytes"
	"encoding/binary"
)

// directory is what the end of a zip says about its central directory.
type directory struct {
	offset, size int64
	entries      uint64
	end          int64 // where the records after the central directory begin
}

// findDirectory reads the records at the file's end. Trailing bytes, a second
// end record and several disks are refused: two readers could see two different
// archives.
func (a *archive) findDirectory(size int64) (directory, error) {
	if size < endLength {
		return directory{}, a.invalid("", "it is too short for a zip archive")
	}
	tailLength := min(size, endLength+locator64Length)
	tail, err := a.readAt(size-tailLength, tailLength)
	if err != nil {
		return directory{}, err
	}
	at := len(tail) - endLength
	if binary.LittleEndian.Uint32(tail[at:]) != endSignature || binary.LittleEndian.Uint16(tail[at+20:]) != 0 {
		tailLength = min(size, endLength+locator64Length+0xffff)
		if tail, err = a.readAt(size-tailLength, tailLength); err != nil {
			return directory{}, err
		}
		if at = findEnd(tail); at < 0 {
			return directory{}, a.invalid("", "it has no end of a zip archive (truncated, or followed by other data)")
		}
	}
	end := tail[at:]
	endOffset := size - int64(len(end))
	d := directory{
		entries: uint64(binary.LittleEndian.Uint16(end[10:])),
		size:    int64(binary.LittleEndian.Uint32(end[12:])),
		offset:  int64(binary.LittleEndian.Uint32(end[16:])),
		end:     endOffset,
	}
	disks := binary.LittleEndian.Uint16(end[4:]) | binary.LittleEndian.Uint16(end[6:])
	if at >= locator64Length && binary.LittleEndian.Uint32(tail[at-locator64Length:]) == locator64Signature {
		return a.findDirectory64(d, tail[at-locator64Length:at], endOffset-locator64Length)
	}
	if disks != 0 || binary.LittleEndian.Uint16(end[8:]) != uint16(d.entries) {
		return directory{}, a.invalid("", "it is split over several disks")
	}
	return d, nil
}

// findEnd is the offset of the last end record whose comment ends where the
// file ends, or -1. A comment that holds a second one is refused.
func findEnd(tail []byte) int {
	signature := binary.LittleEndian.AppendUint32(nil, endSignature)
	at := bytes.LastIndex(tail, signature)
	if at < 0 || len(tail)-at < endLength {
		return -1
	}
	if at+endLength+int(binary.LittleEndian.Uint16(tail[at+20:])) != len(tail) {
		return -1
	}
	return at
}

// findDirectory64 replaces what the end record says by what the ZIP64 end
// record says; where the first one has a value of its own, both must agree.
func (a *archive) findDirectory64(d directory, locator []byte, locatorOffset int64) (directory, error) {
	wrong := func(reason string) (directory, error) { return directory{}, a.invalid("", "%s", reason) }
	at := int64(binary.LittleEndian.Uint64(locator[8:]))
	if binary.LittleEndian.Uint32(locator[4:]) != 0 || binary.LittleEndian.Uint32(locator[16:]) > 1 {
		return wrong("it is split over several disks")
	}
	if at < 0 || at > locatorOffset-end64Length {
		return wrong("its ZIP64 end record is not where its locator says")
	}
	end, err := a.readAt(at, end64Length)
	if err != nil {
		return directory{}, err
	}
	if binary.LittleEndian.Uint32(end) != end64Signature {
		return wrong("its ZIP64 end record is not where its locator says")
	}
	if length := binary.LittleEndian.Uint64(end[4:]); length != uint64(locatorOffset-at-12) {
		return wrong("its ZIP64 end record has another length than it says")
	}
	if binary.LittleEndian.Uint32(end[16:]) != 0 || binary.LittleEndian.Uint32(end[20:]) != 0 {
		return wrong("it is split over several disks")
	}
	d64 := directory{
		entries: binary.LittleEndian.Uint64(end[32:]),
		size:    int64(binary.LittleEndian.Uint64(end[40:])),
		offset:  int64(binary.LittleEndian.Uint64(end[48:])),
		end:     at,
	}
	if binary.LittleEndian.Uint64(end[24:]) != d64.entries {
		return wrong("it is split over several disks")
	}
	if d.entries != 0xffff && d.entries != d64.entries ||
		d.size != 0xffffffff && d.size != d64.size ||
		d.offset != 0xffffffff && d.offset != d64.offset {
		return wrong("its end record and its ZIP64 end record disagree")
	}
	return d64, nil
}
