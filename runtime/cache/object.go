package cache

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// LockObject takes the lock of an object in the cache dir, as [Lock] does. Whoever
// removes an object removes its lock, too: who has waited for one that is gone
// takes the next.
func LockObject(ctx context.Context, dir, name string, waiting func()) (unlock func() error, err error) {
	folder := filepath.Join(dir, "locks")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, name)
	for {
		lock := flock.New(path, flock.SetPermissions(0o600))
		unlock, err := take(ctx, path, waiting, lock)
		if err != nil {
			_ = lock.Close()
			return nil, err
		}
		mine, err := lock.Stat()
		if now, statErr := os.Stat(path); err != nil || statErr == nil && os.SameFile(mine, now) {
			return unlock, nil
		}
		if err := unlock(); err != nil {
			return nil, err
		}
	}
}

// TryObject takes the lock of an object in the cache dir without waiting. It is not free
// if somebody has it, or if the file system has no locks.
func TryObject(dir, name string) (unlock func(), free bool, err error) {
	folder := filepath.Join(dir, "locks")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, false, err
	}
	return try(filepath.Join(folder, name), os.O_CREATE|os.O_RDWR)
}

// TemporaryName is a name beside the final one of an object that nobody else
// uses. What bears it is not there for readers. It need not be a secret: the folder
// is the user's own.
func TemporaryName(path string) string {
	folder, name := filepath.Split(path)
	return filepath.Join(folder, "."+name+"."+strconv.FormatUint(rand.Uint64(), 36)+".tmp")
}

// RemoveLeftovers removes what killed processes left of making the object at path.
// Only for who has its lock.
func RemoveLeftovers(path string) error {
	folder, name := filepath.Split(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if left := entry.Name(); strings.HasPrefix(left, "."+name+".") && strings.HasSuffix(left, ".tmp") {
			if err := os.RemoveAll(filepath.Join(folder, left)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rename renames as [os.Rename] does. On Windows it tries again for a while, for virus
// scanners open what is new.
func Rename(from, to string) error { return rename(from, to) }
