package bytecode

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"

	"github.com/gobundle/gobundle/runtime/plainzip"
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
	described := plainzip.Header(name, false)
	described.Method, described.CRC32 = zip.Deflate, crc32.ChecksumIEEE(content)
	described.CompressedSize64, described.UncompressedSize64 = uint64(w.packed.Len()), uint64(len(content))
	to, err := w.zip.CreateRaw(described)
	if err == nil {
		_, err = w.packed.WriteTo(to)
	}
	return err
}

// Close writes the directory.
func (w *writer) Close() error { return w.zip.Close() }
