//go:build !windows

package cache

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

func checkOwner(dir string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return &UnsafeError{Path: dir, Reason: "belongs to another user"}
	}
	if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&0o022 != 0 {
		return &UnsafeError{Path: dir, Reason: "can be written by other users"}
	}
	return nil
}

// privateName is that of a cache in a temporary folder, which may be one for all users.
func privateName() string { return "gobundle-" + strconv.Itoa(os.Geteuid()) }

// fileID tells files apart by what they are, not by their names.
type fileID struct{ device, inode uint64 }

func idOf(info fs.FileInfo) (fileID, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}, false
	}
	return fileID{uint64(stat.Dev), uint64(stat.Ino)}, true //nolint:unconvert // their types differ between systems
}
