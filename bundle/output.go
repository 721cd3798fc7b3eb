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
	info, err = os.Stat(path)
	switch {
	case err != nil: // that it isn't there is the rule; all else shows when it is written
	case format != Directory && info.IsDir():
		return &pack.OutputError{Path: path, Reason: "is a folder"}
	case format != Directory && !info.Mode().IsRegular():
		return &pack.OutputError{Path: path, Reason: "is not a regular file"}
	}
	return nil
}
