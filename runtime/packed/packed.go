// Package packed is what launchers and package recompress say to each other: the
// parts of a bundle that are to be unpacked. It holds no code, so that a launcher whose
// bundle has no such parts is the smaller for it.
package packed

import (
	"context"
	"io"
)

// Suffix ends the names of recompressed archives, as it does of all zstd files.
const Suffix = ".zst"

// A Part is a recompressed archive to unpack.
type Part struct {
	Name   string // for messages
	File   io.ReaderAt
	Size   int64  // in bytes
	SHA256 string // that it must have, in lower-case hexadecimal; "" for any
	// Folder is where the files go; it is there and empty. Without one Zip is a file to be made,
	// for the zip as it is.
	Folder, Zip string
}

// A DamageError says that a part is not what it must be.
type DamageError struct {
	Part   string
	Reason string // as a sentence
}

func (e *DamageError) Error() string { return e.Reason }

// Unpack unpacks parts. What is there after an error must be thrown away. A damaged part is
// a [*DamageError]; all else is an error of the file system, or ctx's.
type Unpack func(ctx context.Context, parts []Part) error
