package interpreter

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// patience is how long a Python may take to say who it is. A cold start from a
// network disk takes seconds.
const patience = 10 * time.Second

// An Asker asks Pythons who they are. The zero value asks with the environment
// of this process, in its folder, and remembers nothing. It is safe for
// concurrent use.
type Asker struct {
	Env      []string      // of the processes, as os.Environ gives it; nil: that of this process
	Memory   *Memory       // nil: remember nothing
	Patience time.Duration // how long to wait for one answer; 0: 10 seconds
}

// Query asks the Python at path who it is, as the zero [Asker] with the given
// memory does.
func Query(ctx context.Context, path string, memory *Memory) (*Interpreter, error) {
	return Asker{Memory: memory}.Query(ctx, path)
}

// Query asks the Python at path who it is. Variables that would change the
// answer (PYTHONHOME and the like) are kept from it.
//
// An answer is remembered under the file's path if the Python says that it is
// that very file. A script that starts some other Python (pyenv's shims) is
// asked every time, because its answer depends on more than the file; what it
// leads to is remembered under the name of that. Only shims of pyenv are not
// run at all where their rules can be followed.
//
// The error is a *QueryError, or ctx's.
func (a Asker) Query(ctx context.Context, path string) (*Interpreter, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, &QueryError{Path: path, Reason: NotFound, Err: err}
	}
	info, err := os.Stat(absolute)
	if err != nil {
		reason := NotExecutable
		if errors.Is(err, fs.ErrNotExist) {
			reason = NotFound
		}
		return nil, &QueryError{Path: path, Reason: reason, Detail: detail(err), Err: err}
	}
	if why := whyNotExecutable(info); why != "" {
		return nil, &QueryError{Path: path, Reason: NotExecutable, Detail: why}
	}
	if found := a.Memory.recall(absolute, info); found != nil {
		return found, nil
	}
	if target := a.pyenvTarget(absolute); target != "" {
		if found, err := a.Query(ctx, target); err == nil {
			found.Path = absolute
			return found, nil
		}
	}
	found, err := a.ask(ctx, absolute)
	if err != nil {
		var refused *QueryError
		if errors.As(err, &refused) {
			refused.Path = path
		}
		return nil, err
	}
	a.remember(found, info)
	return found, nil
}

// remember keeps an answer under the path of the interpreter that gave it,
// which is not the path asked where that is a shim.
func (a Asker) remember(found *Interpreter, asked fs.FileInfo) {
	info, err := os.Stat(found.Executable)
	if err != nil || !filepath.IsAbs(found.Executable) {
		return
	}
	own := *found
	if own.Path = found.Executable; os.SameFile(info, asked) {
		own.Path = found.Path
	}
	a.Memory.keep(&own, info)
}

// detail is an error without the path, which the reader has already seen.
func detail(err error) string {
	var named *fs.PathError
	if errors.As(err, &named) {
		return named.Err.Error()
	}
	return err.Error()
}

func (a Asker) patience() time.Duration {
	if a.Patience > 0 {
		return a.Patience
	}
	return patience
}
