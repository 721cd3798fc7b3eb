package archive

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// Recompressed reports whether any wheel is not in the bundle as it was fetched.
func (a *Archive) Recompressed() bool {
	return slices.ContainsFunc(a.Manifest.Wheels, func(w manifest.Wheel) bool { return w.Packing != "" })
}

// Wheel returns a new reader of the wheel with an index into Manifest.Wheels. One that
// is packed is unpacked while it is read: it is a wheel with the same files, whose bytes are
// not those that were fetched. The reader is valid until the archive is closed. Nothing is
// checked; see [Archive.Packed].
func (a *Archive) Wheel(index int) (*io.SectionReader, error) {
	packed, err := a.Packed(index)
	if err != nil || a.Manifest.Wheels[index].Packing == "" {
		return packed, err
	}
	opened, err := recompress.Open(packed, packed.Size(), a.recent)
	var format *recompress.FormatError
	switch {
	case errors.As(err, &format):
		return nil, &DamageError{Path: a.Path, Member: a.Manifest.Wheels[index].Member(), Reason: format.Reason, Err: err}
	case err != nil:
		return nil, err
	}
	return io.NewSectionReader(opened, 0, opened.Size()), nil
}

// Packed returns a new reader of the bytes that the bundle has for a wheel, to which the size and
// sha256 of the manifest belong.
func (a *Archive) Packed(index int) (*io.SectionReader, error) {
	if index < 0 || index >= len(a.wheels) {
		return nil, fmt.Errorf("%s has no wheel %d", a.Path, index)
	}
	reader, offset, size := a.wheels[index].Outer()
	return io.NewSectionReader(reader, offset, size), nil
}
