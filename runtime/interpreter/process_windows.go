package interpreter

import (
	"fmt"
	"io/fs"
	"os/exec"

	"golang.org/x/sys/windows"
)

// endWithChildren leaves the command as it is: killing it is all that
// os/exec offers here, and python.exe starts no others but the venv redirector,
// whose child ends with it.
func endWithChildren(*exec.Cmd) {}

// isBusy reports false: Windows has no such state.
func isBusy(error) bool { return false }

// whyNotExecutable returns "" for a file that may be executed. The Store puts
// empty python.exe files on PATH that open the Store.
func whyNotExecutable(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "it is a folder"
	case info.Size() == 0:
		return "it is an alias of the Microsoft Store, without a Python behind it"
	}
	return ""
}

// fileNumbers has nothing cheap to say here; size and time must do.
func fileNumbers(fs.FileInfo) (device, inode uint64) { return 0, 0 }

// systemState changes when facts change that no file of the interpreter tells:
// an answer holds the system's version.
func systemState() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("Windows %d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}
