package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/pythondist"
)

// carried goes on with the Python that the bundle brings along, which is unpacked or
// fetched at its first start.
func (r *Record) carried(ctx context.Context, envs, self string, arguments []string, v variables) (*Command, error) {
	python, err := pythondist.Ready(ctx, r.Python, pythondist.Options{
		Getenv: v.get, Home: v.get("HOME"), Temp: os.TempDir(),
		Open:   func() (*pythondist.Archive, error) { return embedded(self) },
		Unpack: r.means.Unpack,
		Hash:   r.means.Hash,
		Fetch:  r.means.Fetch,
		Say:    func(what string) { fmt.Fprintf(r.stderr, "%s: %s\n", filepath.Base(self), what) },
	})
	if err != nil {
		return nil, r.explain(err, self)
	}
	if err := python.Keep(); err != nil {
		return nil, err
	}
	if command := r.warm(envs, python.Program, self, arguments, v); command != nil {
		return command, nil
	}
	compileBeginning(ctx, python.Program, v)
	return &Command{Path: python.Program, Arguments: join(python.Program, []string{"-S", self}, arguments), Environ: v.with(found, python.Program), first: r.usual(self, arguments, v)}, nil
}

// embedded opens the archive in the bundle's zip, where it lies as it is.
func embedded(self string) (_ *pythondist.Archive, err error) {
	file, err := os.Open(self)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	end, err := payloadEnd(file)
	if err != nil {
		return nil, err
	}
	python, found, err := find(file, end, pythondist.Member)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errors.New("the Python that it should have is not in it")
	}
	return &pythondist.Archive{ReaderAt: python, Closer: file, Size: python.Size()}, nil
}

// explain says in two lines why the bundle's own Python is not there.
func (r *Record) explain(err error, self string) error {
	var damage *pythondist.DamageError
	var fetch *pythondist.FetchError
	var noexec *pythondist.NoExecError
	var unsafe *cache.UnsafeError
	elsewhere := "set GOBUNDLE_CACHE_DIR to a folder of yours on another file system, or GOBUNDLE_PYTHON to a Python"
	switch {
	case errors.As(err, &damage) && damage.From == "":
		return &Error{Reason: err.Error(), Hint: "get " + filepath.Base(self) + " anew; it was changed or cut short"}
	case errors.As(err, &damage):
		return &Error{Reason: err.Error(), Hint: fmt.Sprintf("set %s to a place that has %s, or GOBUNDLE_PYTHON to a Python", pythondist.MirrorVariable, r.Python.Archive)}
	case errors.As(err, &fetch):
		return &Error{Reason: err.Error(), Hint: fmt.Sprintf("set %s to the URL or path of a folder with %s, or GOBUNDLE_PYTHON to a Python", pythondist.MirrorVariable, r.Python.Archive)}
	case errors.As(err, &noexec):
		return &Error{Reason: err.Error(), Hint: elsewhere}
	case errors.As(err, &unsafe):
		return &Error{Reason: "the cache is not safe: " + err.Error(), Hint: "remove it, or set GOBUNDLE_CACHE_DIR to a folder of yours"}
	case errors.Is(err, syscall.ENOSPC):
		return &Error{Reason: fmt.Sprintf("unpacking %s: no space is left on the disk", r.Python.Name), Hint: elsewhere}
	}
	return &Error{Reason: fmt.Sprintf("unpacking %s: %v", r.Python.Name, err), Hint: elsewhere}
}
