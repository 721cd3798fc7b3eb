package cache

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// making is the name of the lock that those share who make bundles.
const making = "making"

// Share says that this process uses downloads in the cache, so that nobody
// removes them, until release is called. Where that can't be said (a cache that is
// read-only, a file system without locks) there is nothing to release.
func Share(dir string) (release func()) {
	folder := filepath.Join(dir, "locks")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return func() {}
	}
	lock := flock.New(filepath.Join(folder, making), flock.SetPermissions(0o600))
	if err := lock.RLock(); err != nil {
		_ = lock.Close()
		return func() {}
	}
	return func() { _ = lock.Close() }
}
