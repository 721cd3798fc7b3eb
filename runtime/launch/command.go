package launch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/runtime/cache"
)

// A Command is a program to go on with.
type Command struct {
	Path      string
	Arguments []string // the first is the program's name
	Environ   variables

	first bool   // there is no environment yet, and one is wanted
	lease string // of the environment that there is, "" if there is none
}

// An Error is why no program is there to go on with, in two lines for the user.
type Error struct {
	Reason string
	Hint   string
}

func (e *Error) Error() string { return e.Reason }

// found is the variable that tells the bootstrap how its interpreter was found.
const found = "__GOBUNDLE_FOUND"

// Command returns what starts the bundle in the file self. arguments are the
// user's; environ is the environment as os.Environ gives it. An error is an
// [*Error].
func (r *Record) Command(ctx context.Context, self string, arguments, environ []string) (*Command, error) {
	v := variables(environ).without("PYTHONHOME")
	if !r.Inherit {
		v = v.without("PYTHONPATH")
	}
	if forced := v.get("GOBUNDLE_PYTHON"); forced != "" {
		return r.force(ctx, forced, self, arguments, v)
	}
	envs := r.environments(self, arguments, v)
	if r.Python != nil {
		return r.carried(ctx, envs, self, arguments, v)
	}
	for _, name := range r.Names {
		for python := range v.candidates(ctx, name) {
			if command := r.warm(envs, python, self, arguments, v); command != nil {
				return command, nil
			}
			// The shims of version managers may be there without a Python behind them.
			if isScript(python) && exec.CommandContext(ctx, python, "-c", "").Run() != nil {
				continue
			}
			// -S: nothing of what is installed for that Python is for the application.
			return &Command{Path: python, Arguments: join(python, []string{"-S", self}, arguments), Environ: v.with(found, python), first: r.usual(self, arguments, v)}, nil
		}
	}
	return nil, &Error{Reason: "no Python was found on PATH",
		Hint: fmt.Sprintf("install Python 3, or name one: GOBUNDLE_PYTHON=/path/to/python %s", self)}
}

// force goes on with the interpreter that the user has named.
func (r *Record) force(ctx context.Context, python, self string, arguments []string, v variables) (*Command, error) {
	path := ""
	if filepath.Base(python) != python {
		path = program(python)
	} else {
		path = v.lookup(python)
	}
	if path == "" || !isPython(ctx, path) {
		return nil, &Error{Reason: fmt.Sprintf("GOBUNDLE_PYTHON names %s, which is no Python", python),
			Hint: "set it to the path of a Python, or unset it"}
	}
	return &Command{Path: path, Arguments: join(path, []string{self}, arguments), Environ: v}, nil
}

// isPython reports whether a program is a Python, which it is asked only if its
// name does not say so: with such a name it may be anything.
func isPython(ctx context.Context, path string) bool {
	if strings.Contains(filepath.Base(path), "py") {
		return true
	}
	answer, err := exec.CommandContext(ctx, path, "-c", "print(6 * 7)").Output()
	return err == nil && strings.TrimSpace(string(answer)) == "42"
}

// environments returns the folder with the bundle's environments, or "" if this
// start must not use one as it is.
func (r *Record) environments(self string, arguments []string, v variables) string {
	if !r.usual(self, arguments, v) || v.get("GOBUNDLE_TRACE") != "" {
		return ""
	}
	root, err := cache.Root(v.get, runtime.GOOS, v.get(homeVariable))
	if err != nil || !filepath.IsAbs(root) {
		return ""
	}
	return filepath.Join(root, "envs", r.ID[:folderDigits])
}

// usual reports whether this start is one of the application, by an environment that is
// taken as it is.
func (r *Record) usual(self string, arguments []string, v variables) bool {
	isVenv := r.Tools && len(arguments) > 0 && arguments[0] == "venv" && !r.isCommand(self)
	return !r.VerifyAlways && v.get("GOBUNDLE_TOOLS") == "" && !isVenv
}

// warm returns the start of the environment that was made for an interpreter, or
// nil if there is none to be trusted.
func (r *Record) warm(envs, python, self string, arguments []string, v variables) *Command {
	if envs == "" {
		return nil
	}
	note, err := os.ReadFile(filepath.Join(envs, "at", strings.ReplaceAll(strings.TrimLeft(python, `/\`), ":", ""), "env"))
	if err != nil {
		return nil
	}
	key, other, _ := strings.Cut(string(note), "\n")
	folder := filepath.Join(envs, filepath.Base(key))
	own := filepath.Join(folder, filepath.FromSlash(environmentPython))
	info, err := os.Lstat(folder)
	if err != nil || !isOwn(info) {
		return nil
	}
	program, err := os.Stat(own)
	if err != nil {
		return nil
	}
	start := startIn(folder)
	if start == "" {
		return nil
	}
	if linksPython && strings.TrimSpace(other) == "" {
		if asked, err := os.Stat(python); err != nil || !os.SameFile(asked, program) {
			return nil
		}
	}
	return &Command{
		Path: own, Arguments: join(own, r.PythonArguments, []string{start, self}, arguments), Environ: v,
		lease: filepath.Join(folder, "lease"),
	}
}

// startIn returns the file that starts the application of an environment, "" if there
// is none: start.py, or its byte-code.
func startIn(folder string) string {
	for _, name := range []string{"start.pyc", "start.py"} {
		start := filepath.Join(folder, name)
		if info, err := os.Stat(start); err == nil && info.Size() > 0 { // 0 after a power cut
			return start
		}
	}
	return ""
}

func join(name string, lists ...[]string) []string {
	all := []string{name}
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// lookup returns the path of a program on PATH, "" if there is none.
func (v variables) lookup(name string) string {
	for _, folder := range v.folders() {
		if path := program(filepath.Join(folder, name)); path != "" {
			return path
		}
	}
	return ""
}

// program returns the path of what can be executed, which on Windows may have a
// longer name; "" if there is nothing.
func program(path string) string {
	if suffix != "" && !strings.EqualFold(filepath.Ext(path), suffix) {
		path += suffix
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || !mayExecute(path, info) {
		return ""
	}
	return path
}

// isScript reports whether a file begins with "#!".
func isScript(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 2)
	n, _ := file.Read(head) // what can't be read is no script
	return string(head[:n]) == "#!"
}
