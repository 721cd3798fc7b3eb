package launch

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

const (
	usualPath         = ""
	suffix            = ".exe"
	environmentPython = "Scripts/python.exe"
	linksPython       = false // it is a program of its own, and start.py sees whether it is still right
	homeVariable      = "USERPROFILE"
	foldsNames        = true
)

func isOwn(info fs.FileInfo) bool { return info.IsDir() }

func elevated() bool { return false }

// mayExecute reports whether a file is more than the empty ones that the Store puts
// on PATH, which open the Store.
func mayExecute(_ string, info fs.FileInfo) bool { return info.Size() > 0 }

// candidates are the interpreters of a name: on PATH, in the registry, and what the
// py launcher knows. Few installers for Windows give a program a name with a number.
func (v variables) candidates(ctx context.Context, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, folder := range v.folders() {
			path := program(filepath.Join(folder, name))
			if path == "" && name == "python3" {
				path = program(filepath.Join(folder, "python"))
			}
			if path != "" && !yield(path) {
				return
			}
		}
		version, isVersion := strings.CutPrefix(name, "python3")
		if !isVersion {
			return
		}
		for _, path := range registered("3" + version) {
			if path = program(path); path != "" && !yield(path) {
				return
			}
		}
		if path := v.known(ctx, "3"+version); path != "" {
			yield(path)
		}
	}
}

// known asks the py launcher (https://peps.python.org/pep-0397/) for a version.
func (v variables) known(ctx context.Context, version string) string {
	launcher := v.lookup("py")
	if launcher == "" {
		return ""
	}
	command := exec.CommandContext(ctx, launcher, "-"+version, "-c", "import sys; sys.stdout.buffer.write(sys.executable.encode())")
	command.Env = v
	path, err := command.Output()
	if err != nil {
		return ""
	}
	return program(string(path))
}

// takeLease changes nothing: Windows doesn't remove what is open.
func takeLease(_ string, v variables) variables { return v }

// complain writes lines for the user: into a box where there is no console for them.
func complain(stderr io.Writer, lines string) {
	if !windowed() {
		_, _ = io.WriteString(stderr, lines) // there is no other place to say it
		return
	}
	text, err := windows.UTF16PtrFromString(lines)
	if err != nil {
		return
	}
	windows.MessageBox(0, text, nil, windows.MB_ICONERROR)
}

// subsystemGUI is that of programs which get no console.
const subsystemGUI = 2

// windowed reports whether this program is one without a console by its own header.
// Whether there is a console says less: a service has none, and nobody who would
// close a box.
func windowed() bool {
	path, err := os.Executable()
	if err != nil {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	image, err := readImage(file)
	return err == nil && image.subsystem == subsystemGUI
}
