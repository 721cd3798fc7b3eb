package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/bytecode"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
	"golang.org/x/sync/errgroup"
)

// Compiling is the phase in which byte-code is made.
const Compiling Phase = "Compiling"

// A compilation makes the byte-code of a bundle's wheels.
type compilation struct {
	surroundings *Surroundings
	shelf        bytecodeShelf
	starts       shelf
	pythons      map[string]*interpreter.Interpreter // by the target's name
	notes        []string                            // about targets without an interpreter
}

// compilation finds an interpreter for each target.
func (s *session) compilation(ctx context.Context, targets []*target.Target) (*compilation, error) {
	c := &compilation{surroundings: s.surroundings, shelf: newBytecodeShelf(s.cacheDir), starts: newStartShelf(s.cacheDir), pythons: map[string]*interpreter.Interpreter{}}
	var without []string
	for _, on := range targets {
		if on.Python.Major() == 3 && on.Python.Minor() < 7 {
			c.notes = append(c.notes, on.Name+" gets no byte-code: that needs Python 3.7 or later")
			continue
		}
		python, err := s.compilerFor(ctx, on, c.pythons)
		if err != nil {
			return nil, err
		}
		if python == nil {
			without = append(without, fmt.Sprintf("%s (Python %d.%d)", on.Name, on.Python.Major(), on.Python.Minor()))
			continue
		}
		c.pythons[on.Name] = python
	}
	if len(without) > 0 {
		c.notes = append(c.notes, "there is no interpreter here to make byte-code for "+strings.Join(without, ", ")+"; its first start will be slower")
	}
	return c, nil
}

// compilerFor finds an interpreter whose byte-code a target can use: its own, one that
// another target has, or one on PATH. It is nil if there is none.
func (s *session) compilerFor(ctx context.Context, on *target.Target, known map[string]*interpreter.Interpreter) (*interpreter.Interpreter, error) {
	fits := func(python *interpreter.Interpreter) bool {
		return python.Implementation == on.Environment.ImplementationName && python.VersionInfo[0] == on.Python.Major() &&
			python.VersionInfo[1] == on.Python.Minor() && bytecode.Suits(python)
	}
	if on.Interpreter != nil && bytecode.Suits(on.Interpreter) {
		return on.Interpreter, nil
	}
	for _, python := range known {
		if fits(python) {
			return python, nil
		}
	}
	names := interpreter.Names(on.Python.Major(), on.Python.Minor())
	if on.Environment.ImplementationName == "pypy" {
		names = []string{fmt.Sprintf("pypy%d.%d", on.Python.Major(), on.Python.Minor()), fmt.Sprintf("pypy%d", on.Python.Major()), "pypy"}
	}
	for _, name := range names {
		python, err := s.python(ctx, name)
		var missing *interpreter.NotFoundError
		if err != nil && !errors.As(err, &missing) {
			return nil, err
		}
		if err == nil && fits(python) {
			return python, nil
		}
	}
	return nil, nil
}

// A compileJob is one wheel and one interpreter.
type compileJob struct {
	wheel  int
	python *interpreter.Interpreter
}

// compile is [stage.Input.Bytecode].
func (c *compilation) compile(ctx context.Context, wheels []stage.Wheel, targets []manifest.Target) ([]stage.Bytecode, error) {
	var jobs []compileJob
	for _, t := range targets {
		python := c.pythons[t.Name]
		if python == nil {
			continue
		}
		for _, index := range t.Wheels {
			same := func(j compileJob) bool {
				return j.wheel == index && j.python.CacheTag == python.CacheTag && j.python.Magic == python.Magic
			}
			if !slices.ContainsFunc(jobs, same) {
				jobs = append(jobs, compileJob{index, python})
			}
		}
	}
	// The largest first, so that none of them is left for the end.
	slices.SortStableFunc(jobs, func(a, b compileJob) int { return cmp.Compare(wheels[b.wheel].Size, wheels[a.wheel].Size) })
	made := make([]*stage.Bytecode, len(jobs))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, job := range jobs {
		group.Go(func() (err error) {
			if err := groupCtx.Err(); err != nil {
				return err
			}
			made[i], err = c.bytecodeOf(groupCtx, wheels[job.wheel], job)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("making byte-code: %w", err)
	}
	var found []stage.Bytecode
	for _, b := range made {
		if b != nil {
			found = append(found, *b)
		}
	}
	return found, nil
}

// bytecodeOf returns the byte-code of a wheel, nil if it has no modules.
func (c *compilation) bytecodeOf(ctx context.Context, w stage.Wheel, job compileJob) (*stage.Bytecode, error) {
	name := strings.TrimSuffix(w.File, ".whl") + "." + job.python.CacheTag + ".zip"
	if !manifest.IsFileName(name) { // the wheel's name is as long as names can be
		return nil, nil
	}
	kept := c.shelf.take(bytecode.Key(w.SHA256, job.python))
	if kept == nil {
		c.surroundings.progress(Progress{Phase: Compiling, Item: w.File})
		var err error
		if kept, err = c.shelf.put(ctx, w, job.python); err != nil {
			return nil, err
		}
	}
	if kept.size == noMembers {
		return nil, nil
	}
	return &stage.Bytecode{Path: kept.path, CRC32: kept.crc32, Bytecode: manifest.Bytecode{
		File: name, SHA256: kept.sha256, Size: kept.size, Wheel: job.wheel, CacheTag: job.python.CacheTag, Magic: job.python.Magic,
	}}, nil
}

// start returns what is compiled of the modules that start the bundle, by each of the
// interpreters.
func (c *compilation) start(ctx context.Context) ([]stage.Start, error) {
	var made []stage.Start
	for _, name := range slices.Sorted(maps.Keys(c.pythons)) {
		python := c.pythons[name]
		place := bootstrap.Compiled(python.CacheTag, python.Magic)
		if slices.ContainsFunc(made, func(s stage.Start) bool { return s.Name == place }) {
			continue
		}
		key := bytecode.StartKey(python)
		kept := c.starts.take(key)
		if kept == nil {
			var err error
			kept, err = c.starts.put(key, func(out *os.File) error { return bytecode.CompileStart(ctx, python, out) })
			if err != nil {
				return nil, fmt.Errorf("making byte-code: %w", err)
			}
		}
		made = append(made, stage.Start{Name: place, Path: kept.path, CRC32: kept.crc32, Size: kept.size})
	}
	return made, nil
}
