package pack

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// Directory writes the tree as the folder path and returns the sum of the
// files' sizes in bytes. Python starts the folder as it starts the zipapp. A folder that is there already is
// replaced if it is empty or a bundle. Errors are those of [Zipapp]; there are no limits, and o.Prolog is not used.
func Directory(ctx context.Context, path string, tree *stage.Tree, o Options) (int64, error) {
	path = filepath.Clean(path)
	occupied, err := checkReplaceable(path)
	if err != nil {
		return 0, err
	}
	temporary := temporaryName(path)
	if err := os.Mkdir(temporary, 0o777); err != nil {
		return 0, outputError(path, err)
	}
	defer os.RemoveAll(temporary) // in vain once it is renamed
	total, done := tree.Size(), int64(0)
	for _, entry := range tree.Entries {
		if err := writeFile(ctx, temporary, entry, func(n int64) { o.progress(done+n, total) }); err != nil {
			return 0, outputError(path, err)
		}
		done += entry.Size
	}
	if occupied {
		old := temporaryName(path)
		if err := os.Rename(path, old); err != nil {
			return 0, outputError(path, err)
		}
		defer os.RemoveAll(old)
	}
	if err := os.Rename(temporary, path); err != nil {
		return 0, outputError(path, err)
	}
	return total, nil
}

// writeFile writes one entry below a folder.
func writeFile(ctx context.Context, folder string, entry stage.Entry, progress func(done int64)) error {
	name := filepath.Join(folder, filepath.FromSlash(entry.Name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = copyEntry(ctx, out, entry, progress)
	if err == nil {
		err = out.Sync()
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}

// checkReplaceable reports whether something is at path that may be replaced.
func checkReplaceable(path string) (occupied bool, err error) {
	folder, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, outputError(path, err)
	}
	defer folder.Close()
	names, err := folder.Readdirnames(1)
	switch {
	case errors.Is(err, io.EOF):
		return true, nil
	case err != nil:
		return false, &OutputError{Path: path, Reason: "is not a folder", Err: err}
	case len(names) == 0:
		return true, nil
	}
	encoded, err := os.ReadFile(filepath.Join(path, manifest.Name))
	if err == nil {
		_, err = manifest.Decode(encoded)
	}
	var newer *manifest.VersionError
	if err != nil && !errors.As(err, &newer) {
		return false, &OutputError{Path: path, Reason: "is a folder with other things in it", Err: err}
	}
	return true, nil
}
