package venv

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/stub"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// PythonError says that the interpreter could not do its part.
type PythonError struct {
	Python string // its path
	Doing  string // "making a virtual environment"
	Output string // the last line it wrote, or ""
	Err    error
}

func (e *PythonError) Error() string {
	if e.Output != "" {
		return fmt.Sprintf("%s with %s: %v: %s", e.Doing, e.Python, e.Err, e.Output)
	}
	return fmt.Sprintf("%s with %s: %v", e.Doing, e.Python, e.Err)
}

func (e *PythonError) Unwrap() error { return e.Err }

// checkPython finds out whether an interpreter can make environments, before a
// folder is emptied for one.
func checkPython(ctx context.Context, python string) error {
	_, err := run(ctx, python, "making a virtual environment", "-c", "import venv")
	return err
}

// makeEmpty makes an environment with nothing installed in it. clear empties
// the folder first.
func makeEmpty(ctx context.Context, dir string, clear bool, o Options) error {
	arguments := []string{"-m", "venv", "--without-pip"}
	if clear {
		arguments = append(arguments, "--clear")
	}
	if o.Copies {
		arguments = append(arguments, "--copies")
	}
	if o.SystemSitePackages {
		arguments = append(arguments, "--system-site-packages")
	}
	if o.Prompt != "" {
		arguments = append(arguments, "--prompt", o.Prompt)
	}
	_, err := run(ctx, o.Python, "making a virtual environment", append(arguments, dir)...)
	return err
}

// ensurePip installs the pip that the interpreter brings along. Without
// --upgrade it leaves a setuptools alone that one of the wheels installed.
func ensurePip(ctx context.Context, python string) error {
	_, err := run(ctx, python, "installing pip", "-m", "ensurepip", "--default-pip")
	return err
}

// Describe asks the interpreter of the environment in dir, an absolute path,
// where it keeps what.
func Describe(ctx context.Context, dir string) (wheel.Environment, error) {
	python := filepath.Join(dir, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(dir, "Scripts", "python.exe")
	}
	const doing = "looking at a virtual environment"
	output, err := run(ctx, python, doing, "-c", bootstrap.Asked(), "described")
	if err != nil {
		return wheel.Environment{}, err
	}
	var answer struct {
		Purelib, Platlib, Scripts, Data, Headers, Version, Platform, Ensurepip string
		Windows                                                                bool
		LongPaths                                                              bool `json:"long_paths"`
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		return wheel.Environment{}, &PythonError{Python: python, Doing: doing, Err: err}
	}
	e := wheel.Environment{
		Prefix:  dir,
		Purelib: filepath.Join(dir, answer.Purelib),
		Platlib: filepath.Join(dir, answer.Platlib),
		Scripts: filepath.Join(dir, answer.Scripts),
		Data:    filepath.Join(dir, answer.Data),
		Headers: filepath.Join(dir, answer.Headers),
		Python:  python,
		Version: answer.Version,
		Windows: answer.Windows,

		ShortPaths: !answer.LongPaths,
	}
	if answer.Windows {
		e.Launchers = launchers(answer.Ensurepip, answer.Platform)
		if e.Launchers.Console == nil {
			e.Launchers = ownLaunchers(answer.Platform)
		}
	}
	return e, nil
}

// ownLaunchers are those that executables begin with, which start scripts, too; none if
// this gobundle has none for the platform.
func ownLaunchers(platform string) wheel.Launchers {
	console, gui, err := stub.Scripts(map[string]string{"win-amd64": "amd64", "win-arm64": "arm64"}[platform])
	if err != nil {
		return wheel.Launchers{}
	}
	return wheel.Launchers{Console: console, GUI: gui}
}

// launchers takes the executables that pip starts scripts with from the pip
// that ensurepip holds; none if it holds none, as some distributors have it.
func launchers(ensurepip, platform string) wheel.Launchers {
	names, _ := filepath.Glob(filepath.Join(ensurepip, "_bundled", "pip-*.whl"))
	if len(names) == 0 {
		return wheel.Launchers{}
	}
	w, err := wheel.OpenFile(names[len(names)-1])
	if err != nil {
		return wheel.Launchers{}
	}
	defer w.Close()
	bits := map[string]string{"win-amd64": "64", "win32": "32", "win-arm64": "64-arm"}[platform]
	var l wheel.Launchers
	l.Console, err = w.ReadFile("pip/_vendor/distlib/t" + bits + ".exe")
	if err == nil {
		l.GUI, err = w.ReadFile("pip/_vendor/distlib/w" + bits + ".exe")
	}
	if err != nil {
		return wheel.Launchers{}
	}
	return l
}

// run runs an interpreter in isolated mode and returns what it prints.
func run(ctx context.Context, python, doing string, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, python, append([]string{"-I"}, arguments...)...)
	command.Env = environment(os.Environ())
	command.WaitDelay = time.Second
	var output, talk bytes.Buffer
	command.Stdout, command.Stderr = &output, &talk
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		said := lastLine(talk.String())
		if said == "" {
			said = lastLine(output.String())
		}
		return nil, &PythonError{Python: python, Doing: doing, Output: said, Err: err}
	}
	return output.Bytes(), nil
}

// environment leaves out what would send the interpreter elsewhere even in
// isolated mode.
func environment(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "__PYVENV_LAUNCHER__", "PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
