package bytecode

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
)

// A writer writes the members of an archive in the form that bundles are read in:
// with complete local headers, and without times.
type writer struct {
	zip     *zip.Writer
	deflate *flate.Writer
	packed  bytes.Buffer
}

func newWriter(out io.Writer) *writer { return &writer{zip: zip.NewWriter(out)} }

// compression is worth its time: it is done once for each wheel.
const compression = 9

func (w *writer) add(name string, content []byte) (err error) {
	w.packed.Reset()
	if w.deflate == nil {
		if w.deflate, err = flate.NewWriter(&w.packed, compression); err != nil {
			return err
		}
	}
	w.deflate.Reset(&w.packed)
	if _, err = w.deflate.Write(content); err == nil {
		err = w.deflate.Close()
	}
	if err != nil {
		return fmt.Errorf("packing %s: %w", name, err)
	}
	const dosEpoch = 1<<5 | 1 // 1980-01-01
	described := zip.FileHeader{
		Name:           name,
		CreatorVersion: 3<<8 | 20, // Unix
		ReaderVersion:  20,
		Method:         zip.Deflate,
		//lint:ignore SA1019 Modified would add a field with the time once more.
		ModifiedDate:       dosEpoch, //nolint:staticcheck // as above
		CRC32:              crc32.ChecksumIEEE(content),
		CompressedSize64:   uint64(w.packed.Len()),
		UncompressedSize64: uint64(len(content)),
		ExternalAttrs:      0o100644 << 16,
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 }) {
		described.Flags |= 1 << 11 // the name is UTF-8
	}
	to, err := w.zip.CreateRaw(&described)
	if err == nil {
		_, err = w.packed.WriteTo(to)
	}
	return err
}

// Close writes the directory.
func (w *writer) Close() error { return w.zip.Close() }
