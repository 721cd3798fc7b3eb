// Package untar lets a launcher unpack a Python of its own. It is apart from package
// pythondist because it brings gzip and zstd along: only the launchers that unpack
// have it.
package untar

import (
	"context"
	"errors"
	"io"

	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// To unpacks an archive into a folder, as a [pythondist.Unpack].
func To(ctx context.Context, name string, packed *io.SectionReader, folder string) error {
	_, err := unpack.Twins(ctx, name, packed, folder, unpack.Limits{})
	var unsafe *unpack.UnsafeError
	var format *unpack.FormatError
	switch {
	case errors.As(err, &unsafe):
		return &pythondist.DamageError{Reason: err.Error(), Err: err}
	case errors.As(err, &format) && format.Err != nil:
		return &pythondist.DamageError{Reason: format.Reason + ": " + format.Err.Error(), Err: err}
	case errors.As(err, &format):
		return &pythondist.DamageError{Reason: format.Reason, Err: err}
	}
	return err
}
