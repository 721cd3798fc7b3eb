package cache

import (
	"errors"

	"golang.org/x/sys/windows"
)

// unsupported reports whether err says that the file system has no locks.
func unsupported(err error) bool {
	return errors.Is(err, windows.ERROR_NOT_SUPPORTED) || errors.Is(err, windows.ERROR_INVALID_FUNCTION)
}
