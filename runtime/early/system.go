//go:build linux && (amd64 || arm64)

package early

import (
	"syscall"
	"unsafe"
)

// What is missing in package syscall.
const (
	atCurrent   = ^uintptr(99) // AT_FDCWD, -100
	atNoFollow  = 0x100        // AT_SYMLINK_NOFOLLOW
	mayExecute  = 1            // X_OK
	flockShared = syscall.LOCK_SH | syscall.LOCK_NB
)

// A path is the address of a text with a zero behind it, which all of a [memory]'s have.
func pathOf(t text) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(t))) }

func call(trap, a, b, c, d uintptr) (result uintptr, ok bool) {
	result, _, err := syscall.RawSyscall6(trap, a, b, c, d, 0, 0)
	return result, err == 0
}

func status(path text, into *syscall.Stat_t, flags uintptr) bool {
	_, ok := call(sysStatus, atCurrent, pathOf(path), uintptr(unsafe.Pointer(into)), flags)
	return ok
}

func statusOf(descriptor int, into *syscall.Stat_t) bool {
	_, ok := call(syscall.SYS_FSTAT, uintptr(descriptor), uintptr(unsafe.Pointer(into)), 0, 0)
	return ok
}

// isExecutable reports whether a path leads to a program.
func isExecutable(path text) bool {
	var s syscall.Stat_t
	if !status(path, &s, 0) || s.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return false
	}
	_, ok := call(syscall.SYS_FACCESSAT, atCurrent, pathOf(path), mayExecute, 0)
	return ok
}

func sameFile(a, b *syscall.Stat_t) bool { return a.Dev == b.Dev && a.Ino == b.Ino }

// openFile opens a file for reading; -1 says that it can't be.
func openFile(path text, flags uintptr) int {
	descriptor, ok := call(syscall.SYS_OPENAT, atCurrent, pathOf(path), syscall.O_RDONLY|flags, 0)
	if !ok {
		return -1
	}
	return int(descriptor)
}

func closeFile(descriptor int) { call(syscall.SYS_CLOSE, uintptr(descriptor), 0, 0, 0) }

// readAt reads from an offset of a file; fewer bytes than there is room for are an end.
func readAt(descriptor int, into []byte, offset int64) (n int) {
	for n < len(into) {
		rest := into[n:]
		got, ok := call(syscall.SYS_PREAD64, uintptr(descriptor), uintptr(unsafe.Pointer(unsafe.SliceData(rest))), uintptr(len(rest)), uintptr(offset)+uintptr(n))
		if !ok || got == 0 || got > uintptr(len(rest)) {
			break
		}
		n += int(got)
	}
	return n
}

func identity(trap uintptr) uintptr {
	result, _ := call(trap, 0, 0, 0, 0)
	return result
}
