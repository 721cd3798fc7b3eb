//go:build unix

package build

import (
	"os/exec"
	"syscall"
)

// endTogether puts a command and all that it starts into a group that ends as
// one. The terminal's signals do not reach it.
func endTogether(command *exec.Cmd) (started func() error, end func()) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	end = func() {
		if command.Process != nil {
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // nobody may be left
		}
	}
	command.Cancel = func() error {
		end()
		return nil
	}
	return func() error { return nil }, end
}
