package pythondist

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// sizesName is the file of an installation that lists its files: their sizes in bytes and
// their slash paths. What Python adds to them, byte-code, is not there. The last line
// says how many there are.
const sizesName = "files.txt"

// writeSizes writes the list of what is in a folder.
func writeSizes(folder string) (err error) {
	var list strings.Builder
	count := 0
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		fmt.Fprintf(&list, "%d %s\n", info.Size(), filepath.ToSlash(name))
		count++
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(&list, "%d files\n", count)
	file, err := os.OpenFile(filepath.Join(folder, sizesName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(list.String())
	return errors.Join(err, file.Close())
}

// whole reports whether the files of an installation have the sizes that they had when it
// was made. It takes some milliseconds.
func whole(folder string) bool {
	list, err := os.ReadFile(filepath.Join(folder, sizesName))
	if err != nil {
		return false
	}
	files := strings.Split(strings.TrimSuffix(string(list), "\n"), "\n")
	last := len(files) - 1
	if files[last] != fmt.Sprintf("%d files", last) {
		return false
	}
	for _, line := range files[:last] {
		number, name, _ := strings.Cut(line, " ")
		size, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return false
		}
		if info, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(name))); err != nil || info.Size() != size {
			return false
		}
	}
	return true
}
