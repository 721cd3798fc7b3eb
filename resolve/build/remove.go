package build

import (
	"io/fs"
	"os"
	"path/filepath"
)

// removeAll removes a folder, also one in which a build left folders that may not
// be written.
func removeAll(folder string) error {
	if err := os.RemoveAll(folder); err == nil {
		return nil
	}
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, _ error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(path, 0o700) // what fails here fails below, too
		}
		return nil
	})
	return os.RemoveAll(folder)
}
