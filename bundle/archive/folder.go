package archive

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// A folder is a bundle that was written with --format directory.
type folder struct {
	path  string
	root  *os.Root // no symbolic link leads out of it
	order []string
	total int64

	mutex sync.Mutex
	files []*os.File
}

func openFolder(name string) (*folder, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	f := &folder{path: name, root: root}
	if _, err := root.Stat(manifest.Name); err != nil { // any folder might be very large
		root.Close()
		return nil, notBundle(name, "it has no "+manifest.Name)
	}
	err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if len(f.order) == maxMembers {
			return notBundle(name, "it has too many files")
		}
		if entry.Type().IsRegular() {
			member, err := slash(name, path)
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			f.order = append(f.order, member)
			f.total += info.Size()
		}
		return nil
	})
	if err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *folder) Close() error {
	errs := []error{f.root.Close()}
	for _, file := range f.files {
		errs = append(errs, file.Close())
	}
	return errors.Join(errs...)
}

func (f *folder) names() []string             { return f.order }
func (f *folder) size() (total, prolog int64) { return f.total, 0 }

func (f *folder) open(name string) (*io.SectionReader, error) {
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &DamageError{Path: f.path, Member: name, Reason: "is not a file"}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.files = append(f.files, file)
	return io.NewSectionReader(file, 0, info.Size()), nil
}

// check has nothing to compare a file with.
func (f *folder) check(string) error { return nil }
