//go:build unix

package launch

import (
	"io/fs"
	"os"
	"syscall"
)

const (
	usualPath         = "/usr/local/bin:/usr/bin:/bin"
	suffix            = ""
	environmentPython = "bin/python"
)

// isOwn reports whether only this user, or root, can have changed a folder.
func isOwn(info fs.FileInfo) bool {
	status, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.IsDir() && (status.Uid == 0 || int(status.Uid) == os.Geteuid()) && info.Mode().Perm()&0o022 == 0
}

const executable = 1 // X_OK of access(2)

func mayExecute(path string) bool { return syscall.Access(path, executable) == nil }

// become replaces this process. It returns only if that went wrong.
func become(c *Command) error { return syscall.Exec(c.Path, c.Arguments, c.Environ) }
