package cache

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// UnsafeError says that a folder can't be used because someone else could have
// put something into it.
type UnsafeError struct {
	Path   string
	Reason string // as the end of a sentence: "belongs to another user"
}

func (e *UnsafeError) Error() string { return fmt.Sprintf("%s %s", e.Path, e.Reason) }

// MakePrivate makes a folder, and its parents, for this user alone (mode 0700).
// A folder that is there is taken as it is if it belongs to this user and
// nobody else may write into it; else the error is an [*UnsafeError]. A
// symbolic link must belong to this user too. On Windows the rights are those
// that the parent folder gives.
func MakePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return CheckPrivate(dir)
}

// CheckPrivate is MakePrivate for a folder that must be there already.
func CheckPrivate(dir string) error {
	link, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if err := checkOwner(dir, link); err != nil {
		return err
	}
	if link.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	target, err := os.Stat(dir)
	if err != nil {
		return err
	}
	return checkOwner(dir, target)
}

// Place is a cache folder that can be written.
type Place struct {
	Dir      string
	Fallback error // why Dir is a temporary folder and not the cache root, or nil
}

// Find makes the cache root ready, or if it can't be made or written, a private
// folder of a fixed name for this user in temp. The error of a fallback that
// can't be used either says why.
func Find(getenv func(string) string, goos, home, temp string) (Place, error) {
	root, err := Root(getenv, goos, home)
	if err == nil {
		err = homeThere(getenv, goos, home)
	}
	if err == nil {
		err = makeWritable(root)
	}
	if err == nil {
		return Place{Dir: root}, nil
	}
	fallback := fallbackIn(temp)
	if fallbackErr := makeWritable(fallback); fallbackErr != nil {
		return Place{}, fmt.Errorf("making a cache folder: %w; then in the temporary folder: %w", err, fallbackErr)
	}
	return Place{Dir: fallback, Fallback: err}, nil
}

func fallbackIn(temp string) string { return filepath.Join(temp, privateName()) }

// homeThere refuses a home directory that is not there, if the cache would be in
// it: who has none, has none made.
func homeThere(getenv func(string) string, goos, home string) error {
	if _, err := Root(getenv, goos, ""); err == nil {
		return nil
	}
	if info, err := os.Stat(home); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no home directory %s: %w", home, ErrNoHome)
	}
	return nil
}

// Locate returns where the cache is, or where it would be: the root if it is
// there, the fallback of [Find] if that is there, else the root, else the fallback.
// Nothing is created.
func Locate(getenv func(string) string, goos, home, temp string) string {
	fallback := fallbackIn(temp)
	root, err := Root(getenv, goos, home)
	if err != nil || !exists(root) && exists(fallback) {
		return fallback
	}
	return root
}

// makeWritable is MakePrivate, and a trial: read-only file systems and quotas
// show only when something is written.
func makeWritable(dir string) error {
	if err := MakePrivate(dir); err != nil {
		return err
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return err
	}
	probe.Close()
	return os.Remove(probe.Name())
}
