//go:build unix

package recompress

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// writeFile writes a small file. The system is called without what package os adds: there
// are thousands of files.
func writeFile(path string, mode os.FileMode, content []byte) error {
	descriptor, err := again(func() (int, error) {
		return syscall.Open(path, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC|syscall.O_CLOEXEC, uint32(mode.Perm()))
	})
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	for len(content) > 0 && err == nil {
		var n int
		if n, err = again(func() (int, error) { return syscall.Write(descriptor, content) }); err == nil && n == 0 {
			err = io.ErrShortWrite
		}
		content = content[max(0, n):]
	}
	if closing := syscall.Close(descriptor); err == nil {
		err = closing
	}
	if err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}

// again makes a call until no signal interrupts it.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
