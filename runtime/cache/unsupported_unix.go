//go:build !windows

package cache

import (
	"errors"
	"syscall"
)

// unsupported reports whether err says that the file system has no locks.
func unsupported(err error) bool {
	for _, no := range []error{syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOLCK, syscall.EINVAL} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}
