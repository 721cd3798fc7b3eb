package cache

import (
	"io/fs"
	"syscall"
	"time"
)

// lastRead is when a file was read last, as far as the file system keeps it, or
// written.
func lastRead(info fs.FileInfo) time.Time {
	made := info.ModTime()
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		if read := time.Unix(s.Atim.Unix()); read.After(made) {
			return read
		}
	}
	return made
}
