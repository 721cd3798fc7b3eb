//go:build unix

package pythondist

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A lease says that a distribution is in use, as long as its file is open.
type lease struct {
	file *os.File
	used time.Time // before this process did
}

// takeLease takes a shared lock. ok is false if somebody
// is removing the distribution or has done so.
func takeLease(path string) (held *lease, ok bool) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	err = flock(int(file.Fd()))
	if errors.Is(err, syscall.EWOULDBLOCK) {
		file.Close()
		return nil, false
	}
	// Where there are no locks, nobody removes anything.
	mine, err := file.Stat()
	now, lost := os.Lstat(path)
	if err != nil || lost != nil || !os.SameFile(mine, now) {
		file.Close()
		return nil, false
	}
	return &lease{file, mine.ModTime()}, true
}

func flock(descriptor int) error {
	for {
		err := unix.Flock(descriptor, unix.LOCK_SH|unix.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// keep lets the program that this process becomes hold the lease.
func (l *lease) keep() error {
	_, err := unix.FcntlInt(l.file.Fd(), unix.F_SETFD, 0)
	return err
}

func (l *lease) close() error { return l.file.Close() }

// mayExecute reports whether a file can be executed where it is.
func mayExecute(path string) bool { return unix.Access(path, unix.X_OK) == nil }
