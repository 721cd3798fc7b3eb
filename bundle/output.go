package bundle

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/bundle/pack"
)

// checkOutput finds out before the work what would fail after it. Only writing
// tells for sure; the errors are the same [*pack.OutputError].
func checkOutput(path string, format Format) error {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &pack.OutputError{Path: path, Reason: "can't be written: there is no folder " + folder, Err: err}
	case err != nil:
		return &pack.OutputError{Path: path, Reason: "can't be written: " + err.Error(), Err: err}
	case !info.IsDir():
		return &pack.OutputError{Path: path, Reason: "can't be written: " + folder + " is not a folder"}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() && format != Directory {
		return &pack.OutputError{Path: path, Reason: "is a folder"}
	}
	return nil
}
