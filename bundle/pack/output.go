package pack

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gobundle/gobundle/bundle/stage"
)

// An OutputError says why the output can't be where it was asked for.
type OutputError struct {
	Path   string
	Reason string // as the end of a sentence
	Err    error  // may be nil
}

func (e *OutputError) Error() string { return e.Path + " " + e.Reason }
func (e *OutputError) Unwrap() error { return e.Err }

// createTemporary makes a file beside path: only in one folder is renaming
// atomic. Its mode is that of a new executable.
func createTemporary(path string) (*os.File, error) {
	for range 100 {
		name := temporaryName(path)
		out, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, outputError(path, err)
		}
		return out, nil
	}
	return nil, &OutputError{Path: path, Reason: "can't be written: no name is left for a temporary file"}
}

func temporaryName(path string) string {
	return filepath.Join(filepath.Dir(path), stage.TemporaryPrefix+strings.ToLower(rand.Text()[:12]))
}

// finish makes a complete file visible.
func finish(out *os.File, path string) error {
	err := out.Sync()
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	return outputError(path, err)
}

// outputError says in words what went wrong when writing to a path. Errors
// that are not about writing stay what they are.
func outputError(path string, err error) error {
	var changed *ChangedError
	var of *fs.PathError
	folder := filepath.Dir(path)
	switch {
	case err == nil, errors.As(err, &changed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return &OutputError{Path: path, Reason: "can't be written: no space is left on the disk", Err: err}
	case errors.As(err, &of) && of.Op == "open" && !strings.HasPrefix(filepath.Base(of.Path), stage.TemporaryPrefix):
		return err // of an entry
	case errors.Is(err, fs.ErrNotExist):
		return &OutputError{Path: path, Reason: "can't be written: there is no folder " + folder, Err: err}
	case errors.Is(err, syscall.ENOTDIR):
		return &OutputError{Path: path, Reason: "can't be written: " + folder + " is not a folder", Err: err}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return &OutputError{Path: path, Reason: "can't be written: no permission to write in " + folder, Err: err}
	}
	return &OutputError{Path: path, Reason: "can't be written: " + err.Error(), Err: err}
}
