package cache

import (
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes a file that appears whole or not at all, after a crash of
// the machine too: the bytes go to a temporary sibling, to the disk, and then
// to their name, whether or not a file of that name is there. The folder must
// exist. Of several processes that write one name, one wins.
func WriteFile(name string, data []byte, perm fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(perm); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return rename(f.Name(), name)
}
