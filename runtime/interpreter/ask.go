package interpreter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bootstrap"
)

// mark begins the line of the answer, which an interpreter's own start-up code
// (sitecustomize, .pth files) may have written around.
const mark = "gobundle-interpreter:"

const (
	maxAnswer = 1 << 20 // bytes; a real one has about 2,000
	maxStderr = 4 << 10 // bytes of the end that are kept
)

// ask runs the script in the Python at path, which is absolute.
func (a Asker) ask(ctx context.Context, path string) (*Interpreter, error) {
	limited, cancel := context.WithTimeout(ctx, a.patience())
	defer cancel()
	// -E -s and the first lines of the script do what -I does. Old Pythons,
	// which are to be named as such, have no -I.
	stdout, stderr := &head{limit: maxAnswer}, &tail{limit: maxStderr}
	command, err := run(func() *exec.Cmd {
		command := exec.CommandContext(limited, path, "-E", "-s", "-B", "-c", bootstrap.Query(), mark)
		command.Env = cleanEnvironment(a.Env)
		// Grandchildren that keep the pipes open must not keep us.
		command.WaitDelay = time.Second
		endWithChildren(command)
		command.Stdout, command.Stderr = stdout, stderr
		return command
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, &QueryError{Path: path, Reason: NoAnswer, Detail: a.patience().String(), Stderr: stderr.text(), Err: limited.Err()}
	case command.ProcessState == nil:
		return nil, &QueryError{Path: path, Reason: NotExecutable, Detail: detail(err), Err: err}
	}
	found, problem := parseAnswer(stdout.kept.Bytes())
	if found == nil {
		if stdout.over {
			problem = "it printed without end"
		} else if err != nil {
			problem = err.Error()
		}
		return nil, &QueryError{Path: path, Reason: NotPython, Detail: problem, Stderr: stderr.text()}
	}
	if info := found.VersionInfo; info[0] < 3 || (info[0] == 3 && info[1] < 6) {
		return nil, &QueryError{Path: path, Reason: TooOld, Version: found.Version, Stderr: stderr.text()}
	}
	found.Path = path
	return found, nil
}

// run starts the command that next makes, and waits for it. While the file is
// held open for writing, which any fork in this process does to a file that was
// written a moment ago, another one is made and tried.
func run(next func() *exec.Cmd) (*exec.Cmd, error) {
	command := next()
	err := command.Start()
	for wait := time.Millisecond; isBusy(err) && wait < time.Second; wait *= 2 {
		time.Sleep(wait)
		command = next()
		err = command.Start()
	}
	if err != nil {
		return command, err
	}
	return command, command.Wait()
}

// parseAnswer finds the answer in the output. Without one it says what there is
// instead.
func parseAnswer(output []byte) (found *Interpreter, problem string) {
	at := bytes.LastIndex(output, []byte("\n"+mark))
	if at < 0 {
		if len(bytes.TrimSpace(output)) == 0 {
			return nil, "it printed nothing"
		}
		return nil, "it printed something else"
	}
	line, _, _ := bytes.Cut(output[at+1+len(mark):], []byte("\n"))
	found = &Interpreter{}
	if err := json.Unmarshal(line, found); err != nil {
		return nil, "its answer is broken: " + err.Error()
	}
	return found, ""
}

// cleanEnvironment drops the variables that change what a Python finds or says
// about itself, or what is loaded into it. All others stay: a shim needs its
// own, Windows needs SYSTEMROOT.
func cleanEnvironment(from []string) []string {
	if from == nil {
		from = os.Environ()
	}
	env := []string{}
	for _, variable := range from {
		name, _, _ := strings.Cut(variable, "=")
		switch name = strings.ToUpper(name); {
		case strings.HasPrefix(name, "PYTHON"), strings.HasPrefix(name, "_PYTHON"), name == "__PYVENV_LAUNCHER__":
		default:
			env = append(env, variable)
		}
	}
	return env
}

var errTooLong = errors.New("output is too long")

// A head keeps the beginning of what is written to it and fails after that,
// which ends the writing process.
type head struct {
	kept  bytes.Buffer
	limit int
	over  bool
}

func (h *head) Write(p []byte) (int, error) {
	if h.over = h.kept.Len()+len(p) > h.limit; h.over {
		return 0, errTooLong
	}
	return h.kept.Write(p)
}

// A tail keeps the end of what is written to it.
type tail struct {
	kept  []byte
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - t.limit; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) text() string { return strings.ToValidUTF8(string(t.kept), "?") }
