package fetch

import (
	"io/fs"
	"syscall"
)

// inodeOf returns a file's inode and the time of its last change.
func inodeOf(info fs.FileInfo) (inode uint64, changed int64) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0
	}
	return s.Ino, s.Ctim.Nano()
}
