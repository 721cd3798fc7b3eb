//go:build unix

package interpreter

import (
	"errors"
	"io/fs"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// endWithChildren makes the command's end that of the processes it started.
func endWithChildren(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}

// isBusy reports that a program could not start since it is open for writing.
func isBusy(err error) bool { return errors.Is(err, syscall.ETXTBSY) }

// whyNotExecutable returns "" for a file that may be executed.
func whyNotExecutable(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "it is a folder"
	case !info.Mode().IsRegular():
		return "it is not a file"
	case info.Mode()&0o111 == 0:
		return "its mode is " + info.Mode().Perm().String()
	}
	return ""
}

// fileNumbers tells files apart that have the same size and time.
func fileNumbers(info fs.FileInfo) (device, inode uint64) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Dev), stat.Ino // Dev is an int32 on macOS
	}
	return 0, 0
}

// systemState changes when facts change that no file of the interpreter tells:
// an answer holds the kernel's release and version.
func systemState() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:]) + " " +
		unix.ByteSliceToString(name.Version[:]) + " " + unix.ByteSliceToString(name.Machine[:])
}
