package build

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed hooks.py
var runner []byte

// maxAnswer is the size in bytes of the longest answer of a hook that is read.
const maxAnswer = 16 << 20

// grace is how long the output of a backend that has ended is waited for, which
// a process that it left behind may hold open.
const grace = 2 * time.Second

// errMissing says that a backend does not have a hook.
var errMissing = errors.New("the backend has no such hook")

// A request is what hooks.py is asked to do.
type request struct {
	Backend   string   `json:"backend"`
	Path      []string `json:"path"`
	Hook      string   `json:"hook"`
	Arguments []any    `json:"arguments"`
}

// An answer is what came of it. One of the fields is set.
type answer struct {
	Value       json.RawMessage `json:"value"`
	Missing     bool            `json:"missing"`
	Unavailable string          `json:"unavailable"`
	Elsewhere   string          `json:"elsewhere"`
	Raised      string          `json:"raised"`
}

// runnerPath writes hooks.py to a file, once.
func (b *Builder) runnerPath() (string, error) {
	b.mu.Lock()
	known := b.runner
	b.mu.Unlock()
	if known != "" {
		return known, nil
	}
	folder, err := b.temporary("hooks-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "hooks.py")
	if err := os.WriteFile(path, runner, 0o600); err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runner = path
	return path, nil
}

// call calls a hook of the backend. The error is errMissing, a [*BackendError], the
// cause of ctx's end, or one of the system.
func (j *job) call(ctx context.Context, env *environment, hook string, arguments ...any) (json.RawMessage, error) {
	folder, err := os.MkdirTemp(j.folder, "call-*")
	if err != nil {
		return nil, err
	}
	r := request{Backend: j.said.System.Backend, Path: []string{}, Hook: hook, Arguments: arguments}
	for _, path := range j.said.System.Path {
		r.Path = append(r.Path, filepath.Join(j.tree, filepath.FromSlash(path)))
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "request.json"), text, 0o600); err != nil {
		return nil, err
	}
	ended, err := j.run(ctx, env, hook, folder)
	if err != nil {
		return nil, err
	}
	return j.read(hook, folder, ended)
}

// run runs hooks.py. ended is how it ended, nil for well.
func (j *job) run(ctx context.Context, env *environment, hook, folder string) (ended, err error) {
	script, err := j.b.runnerPath()
	if err != nil {
		return nil, err
	}
	if err := j.openLog(); err != nil {
		return nil, err
	}
	temporary := filepath.Join(folder, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		return nil, err
	}
	if err := j.b.slots.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	defer j.b.slots.Release(1)
	j.log.say("%s of %s", hook, j.said.System.Backend)
	j.log.begin()
	j.b.progress(Progress{Source: j.source.Name, Hook: hook, Log: j.log.path})

	command := exec.CommandContext(ctx, env.python, script, folder)
	command.Dir = j.tree
	command.Env = j.b.variables(env, j.tree, temporary)
	command.Stdout, command.Stderr = j.log, j.log
	command.WaitDelay = grace
	started, end := endTogether(command)
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("building %s with %s: %w", j.source.Name, env.python, err)
	}
	if err := started(); err != nil {
		_ = command.Cancel()
		_ = command.Wait()
		return nil, fmt.Errorf("building %s with %s: %w", j.source.Name, env.python, err)
	}
	ended = command.Wait()
	end()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if errors.Is(ended, exec.ErrWaitDelay) {
		ended = nil // it ended well; what it left behind did not
	}
	return ended, nil
}

// read reads what a hook answered.
func (j *job) read(hook, folder string, ended error) (json.RawMessage, error) {
	var a answer
	text, err := readLimited(filepath.Join(folder, "answer.json"), maxAnswer)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	switch {
	case err != nil && ended == nil:
		return nil, j.failure(hook, "ended without an answer", nil)
	case err != nil:
		return nil, j.failure(hook, "ended with "+ended.Error(), nil)
	case a.Unavailable != "":
		return nil, j.failure(hook, "can't be called, for the backend can't be imported: "+a.Unavailable, nil)
	case a.Elsewhere != "":
		return nil, j.failure(hook, "can't be called, for the backend comes from "+a.Elsewhere+" and not from backend-path", nil)
	case a.Raised != "":
		return nil, j.failure(hook, "raised "+a.Raised, nil)
	case ended != nil:
		return nil, j.failure(hook, "ended with "+ended.Error(), nil)
	case a.Missing:
		return nil, errMissing
	}
	return a.Value, nil
}

// failure is the error for a backend.
func (j *job) failure(hook, reason string, cause error) error {
	e := &BackendError{Source: j.source.Name, Backend: j.said.System.Backend, Hook: hook, Reason: reason, Err: cause}
	if j.log != nil {
		e.Output, e.Log = j.log.last(), j.log.path
	}
	e.Advice = advice(append(e.Output, reason), j.b.options.NoIsolation, j.said.System.Requires)
	return e
}

// baseName takes from an answer the name of something that the backend put into
// a folder.
func baseName(value json.RawMessage) (string, error) {
	var name string
	if err := json.Unmarshal(value, &name); err != nil || name == "" {
		return "", fmt.Errorf("%.100s is no name", value)
	}
	if name != filepath.Base(name) || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		return "", fmt.Errorf("%.100q is not the name of a file", name)
	}
	return name, nil
}
