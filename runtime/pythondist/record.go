package pythondist

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

// Member is the place of an embedded distribution in the zip of a bundle.
const Member = "python.tar.zst"

// Folder is the folder of the cache that holds the distributions.
const Folder = "pythons"

// A Record says which distribution of Python an executable has, and where it is.
type Record struct {
	// Name is for people: "cpython-3.12.14-linux-x86_64-gnu".
	Name string `json:"name"`
	// Archive is the file name of the archive, which tells its kind. That of an
	// embedded one is [Member].
	Archive string `json:"archive"`
	// SHA256 is the archive's, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
	// Size is the archive's in bytes.
	Size int64 `json:"size"`
	// Program is the interpreter, as a slash path in the archive.
	Program string `json:"program"`
	// URL is where the archive can be had, without credentials; "" if it is
	// embedded.
	URL string `json:"url,omitempty"`
}

// keyDigits is how much of the sha256 names the folder: what stands below it has
// long paths, and Windows has a limit.
const keyDigits = 32

func (r *Record) key() string { return r.SHA256[:keyDigits] }

// Embedded reports whether the archive is a member of the bundle.
func (r *Record) Embedded() bool { return r.URL == "" }

// Check says what of a record can't be.
func (r *Record) Check() error {
	sum, err := hex.DecodeString(r.SHA256)
	switch {
	case err != nil || len(sum) != 32 || strings.ToLower(r.SHA256) != r.SHA256:
		return fmt.Errorf("the sha256 of its Python is %q", r.SHA256)
	case !fs.ValidPath(r.Program) || strings.ContainsAny(r.Program, `\:`):
		return fmt.Errorf("the program of its Python is %q", r.Program)
	case r.Archive == "" || strings.ContainsAny(r.Archive, `/\`):
		return fmt.Errorf("the archive of its Python is %q", r.Archive)
	case r.Size < 0:
		return fmt.Errorf("the size of its Python is %d", r.Size)
	}
	return nil
}
