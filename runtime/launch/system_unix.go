//go:build unix

package launch

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

const (
	usualPath         = "/usr/local/bin:/usr/bin:/bin"
	suffix            = ""
	environmentPython = "bin/python"
	linksPython       = true // an environment's python is a link to its interpreter
	homeVariable      = "HOME"
	foldsNames        = false
)

// isOwn reports whether only this user, or root, can have changed a folder.
func isOwn(info fs.FileInfo) bool {
	status, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.IsDir() && (status.Uid == 0 || int(status.Uid) == os.Geteuid()) && info.Mode().Perm()&0o022 == 0
}

// candidates are the programs of a name: on PATH, then where the system's installers
// put Pythons.
func (v variables) candidates(_ context.Context, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, folder := range slices.Concat(v.folders(), installed(name)) {
			if path := program(filepath.Join(folder, name)); path != "" && !yield(path) {
				return
			}
		}
	}
}

// elevated reports whether this process has rights that its user has not. Then the
// variables of that user must not decide what is run.
func elevated() bool { return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() }

const executable = 1 // X_OK of access(2)

func mayExecute(path string, _ fs.FileInfo) bool { return syscall.Access(path, executable) == nil }

// become replaces this process. It returns only if that went wrong.
func become(c *Command) error { return syscall.Exec(c.Path, c.Arguments, c.Environ) }

// takeLease locks the lease of an environment for the program that this process becomes,
// and tells it the descriptor: start.py would have to load a module for that. What goes wrong is
// left to it.
func takeLease(path string, v variables) variables {
	descriptor, err := syscall.Open(path, syscall.O_RDONLY, 0)
	if err != nil {
		return v
	}
	if descriptor < 3 || syscall.Flock(descriptor, syscall.LOCK_SH|syscall.LOCK_NB) != nil {
		_ = syscall.Close(descriptor) // it was only read
		return v
	}
	return v.with("__GOBUNDLE_LEASE", strconv.Itoa(descriptor))
}

// complain writes lines for the user.
func complain(stderr io.Writer, lines string) {
	_, _ = io.WriteString(stderr, lines) // there is no other place to say it
}

// script returns nil: scripts of an environment need no launcher.
func script(*os.File, string, []string, []string) *Command { return nil }
