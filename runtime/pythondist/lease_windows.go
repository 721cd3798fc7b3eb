package pythondist

import (
	"os"
	"time"
)

// A lease says that a distribution is in use, as long as its file is open: Windows
// doesn't rename a folder then. The launcher stays for as long as its child.
type lease struct {
	file *os.File
	used time.Time // before this process did
}

// takeLease opens the file. ok is false if somebody has
// removed the distribution.
func takeLease(path string) (held *lease, ok bool) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, false
	}
	return &lease{file, info.ModTime()}, true
}

// keep has nothing to do: this process doesn't become another.
func (l *lease) keep() error { return nil }

func (l *lease) close() error { return l.file.Close() }

// mayExecute reports whether a file can be executed: Windows goes by its name.
func mayExecute(string) bool { return true }
