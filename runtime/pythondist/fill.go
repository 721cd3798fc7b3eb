package pythondist

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/runtime/cancel"
)

// An Archive is the bytes of a distribution. Its reader closes it.
type Archive struct {
	io.ReaderAt
	io.Closer
	Size int64 // in bytes
}

// An Unpack puts what is in an archive into a folder, which is there and empty. name is
// the archive's file name, which tells its kind. If the archive is at fault, the error is
// a [*DamageError] with its Reason.
type Unpack func(ctx context.Context, name string, packed *io.SectionReader, folder string) error

// ErrNoUnpack says that this program can't unpack.
var ErrNoUnpack = errors.New("this launcher can't unpack a Python")

// fill makes the folder temporary, and in it all that an installation has. part is
// for what has to be fetched.
func (r *Record) fill(ctx context.Context, temporary, part string, o *Options) error {
	if o.Unpack == nil {
		return ErrNoUnpack
	}
	packed, from, err := r.archive(ctx, part, o)
	if err != nil {
		return err
	}
	defer packed.Close()
	if err := os.Mkdir(temporary, 0o700); err != nil {
		return err
	}
	if err := r.unpack(ctx, packed, from, temporary, o); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(temporary, filepath.FromSlash(r.Program)))
	if r.Program != "" && (err != nil || !info.Mode().IsRegular()) {
		return &DamageError{Name: r.Name, From: from, Reason: "there is no " + r.Program + " in it", Err: err}
	}
	if err := writeSizes(temporary); err != nil {
		return r.taken(err, from, sizesName)
	}
	lease, err := os.OpenFile(filepath.Join(temporary, "lease"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return r.taken(err, from, "lease")
	}
	return lease.Close()
}

// taken makes a clash of an archive with a file of this package.
func (r *Record) taken(err error, from, name string) error {
	if errors.Is(err, fs.ErrExist) {
		return &DamageError{Name: r.Name, From: from, Reason: "there is a file " + name + " at the top of it"}
	}
	return err
}

// unpack unpacks the archive, and compares its sha256 at the same time: what was
// unpacked until then is removed if it is another.
func (r *Record) unpack(ctx context.Context, packed *Archive, from, into string, o *Options) error {
	compared := make(chan error, 1)
	go func() { compared <- r.compare(ctx, packed, from, o.Hash()) }()
	err := o.Unpack(ctx, r.Archive, io.NewSectionReader(packed, 0, packed.Size), into)
	// Another archive is the better reason for whatever is wrong with it.
	if different := <-compared; different != nil {
		return different
	}
	var damage *DamageError
	if errors.As(err, &damage) {
		return &DamageError{Name: r.Name, From: from, Reason: damage.Reason, Err: damage.Err}
	}
	return err
}

// compare compares the archive with its sha256.
func (r *Record) compare(ctx context.Context, packed *Archive, from string, hash hash.Hash) error {
	if _, err := io.Copy(hash, cancel.Reader(ctx, io.NewSectionReader(packed, 0, packed.Size))); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != r.SHA256 {
		return &DamageError{Name: r.Name, From: from, Reason: fmt.Sprintf("its sha256 is %s, not %s", got, r.SHA256)}
	}
	return nil
}
