//go:build unix

package launch

import (
	"os"
	"strconv"
)

// aheadVariable names the process that unpacks wheels beside a first start. The bootstrap
// waits for it.
const aheadVariable = "__GOBUNDLE_AHEAD"

// unpackAhead has wheels unpacked while the interpreter starts, and returns the
// environment with which it is told so. It is a child of what this process becomes.
func unpackAhead(self string, environ variables) variables {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return environ // the bootstrap does it then
	}
	defer null.Close()
	child, err := os.StartProcess(self, []string{self}, &os.ProcAttr{
		Env: environ.with(unpackVariable, inAdvance), Files: []*os.File{null, null, null},
	})
	if err != nil {
		return environ
	}
	return environ.with(aheadVariable, strconv.Itoa(child.Pid))
}
