// Package plainzip says how the members of archives that gobundle writes itself are
// described: the same content is always the same bytes, and strict readers can read
// them from front to back.
package plainzip

import (
	"archive/zip"
	"strings"
)

// dosEpoch is 1980-01-01, the first day that a zip can name.
const dosEpoch = 1<<5 | 1

// Header describes a file with a fixed time and a plain mode. The caller adds the
// method, the checksum and both sizes, for [zip.Writer.CreateRaw].
func Header(name string, executable bool) *zip.FileHeader {
	h := &zip.FileHeader{
		Name:           name,
		CreatorVersion: 3<<8 | 20, // Unix
		ReaderVersion:  20,
		//lint:ignore SA1019 Modified would add a field with the time once more.
		ModifiedDate:  dosEpoch, //nolint:staticcheck // as above
		ExternalAttrs: 0o100644 << 16,
	}
	if executable {
		h.ExternalAttrs = 0o100755 << 16
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 }) {
		h.Flags |= 1 << 11 // the name is UTF-8
	}
	return h
}
