package stage

import (
	"context"
	"fmt"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
	"golang.org/x/sync/errgroup"
)

// A catalog answers what the wheels hold. It opens each when it is first asked
// for, and is safe for concurrent use.
type catalog struct {
	wheels []Wheel
	opened []shelf
}

type shelf struct {
	once  sync.Once
	file  *os.File
	wheel *wheel.Wheel
	err   error
}

func newCatalog(wheels []Wheel) *catalog {
	return &catalog{wheels: wheels, opened: make([]shelf, len(wheels))}
}

func (c *catalog) open(index int) (*wheel.Wheel, error) {
	s := &c.opened[index]
	s.once.Do(func() {
		w := c.wheels[index]
		if s.file, s.err = os.Open(w.Path); s.err == nil {
			s.wheel, s.err = wheel.Open(s.file, w.Size, w.File)
		}
	})
	return s.wheel, s.err
}

func (c *catalog) close() {
	for i := range c.opened {
		if c.opened[i].file != nil {
			c.opened[i].file.Close()
		}
	}
}

// each calls visit for the wheels with these indexes, several at a time. It
// returns the results in the order of the indexes.
func each[T any](ctx context.Context, c *catalog, indexes []int, visit func(*wheel.Wheel) (T, error)) ([]T, error) {
	results := make([]T, len(indexes))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, index := range indexes {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			w, err := c.open(index)
			if err == nil {
				results[i], err = visit(w)
			}
			return err
		})
	}
	return results, group.Wait()
}

// A presence says in which forms a module is there. They add up over the
// wheels: packages may be spread over several.
type presence struct {
	file   string // the path of a module that is one file, or of the package's __init__
	module bool   // one file
	folder bool   // a folder that holds files
	init   bool   // and is a regular package
	main   bool   // and has a __main__ to run
}

func (p presence) found() bool { return p.module || p.folder }

// runnable reports whether `python -m` can run it. A regular package comes
// before a module of one file, and that before a namespace package.
func (p presence) runnable() bool { return p.main || p.module && !p.init }

func (p *presence) add(q presence) {
	if q.init || p.file == "" {
		p.file = q.file
	}
	p.module, p.folder, p.init, p.main = p.module || q.module, p.folder || q.folder, p.init || q.init, p.main || q.main
}

// present finds a module among the files of a wheel.
func present(w *wheel.Wheel, module string) presence {
	stem := strings.ReplaceAll(module, ".", "/")
	var p presence
	for file := range w.Files() {
		name, importable := installedPath(file.Path)
		rest, found := strings.CutPrefix(name, stem)
		if !importable || !found || rest == "" {
			continue
		}
		switch {
		case rest[0] == '.' && isModuleSuffix(rest):
			p.add(presence{file: file.Path, module: true})
		case rest[0] == '/':
			p.folder = true
			if suffix, found := strings.CutPrefix(rest, "/__init__"); found && isModuleSuffix(suffix) {
				p.add(presence{file: file.Path, folder: true, init: true})
			}
			if suffix, found := strings.CutPrefix(rest, "/__main__"); found && isModuleSuffix(suffix) {
				p.main = true
			}
		}
	}
	return p
}

// installedPath is where a file of a wheel lies on sys.path once installed.
func installedPath(file string) (name string, importable bool) {
	top, rest, nested := strings.Cut(file, "/")
	if !nested || !strings.HasSuffix(top, ".data") {
		return file, true
	}
	scheme, rest, _ := strings.Cut(rest, "/")
	return rest, scheme == "purelib" || scheme == "platlib"
}

// isModuleSuffix reports whether a file with this suffix is a module: ".py",
// ".cpython-312-x86_64-linux-gnu.so".
func isModuleSuffix(suffix string) bool {
	if strings.Contains(suffix, "/") {
		return false
	}
	return suffix == ".py" || suffix == ".pyc" || strings.HasPrefix(suffix, ".") && (path.Ext(suffix) == ".so" || path.Ext(suffix) == ".pyd")
}

// A script is a command that a distribution installs.
type script struct {
	name         string
	distribution string // normalised name
	reference    string // of an entry point, as it was written
	module, attr string // empty for a script that is a file
	wheel        int    // the place of its wheel
}

// same reports whether both start the same.
func (s script) same(t script) bool {
	return s.module != "" && s.module == t.module && s.attr == t.attr
}

// scripts returns the commands of the wheels with these indexes: the entry
// points, and the files that no entry point of the same distribution replaces.
func (c *catalog) scripts(ctx context.Context, indexes []int) ([]script, error) {
	perWheel, err := each(ctx, c, indexes, func(w *wheel.Wheel) ([]script, error) {
		points, err := w.EntryPoints()
		if err != nil {
			return nil, err
		}
		var scripts []script
		for _, p := range points {
			if p.Group == "console_scripts" || p.Group == "gui_scripts" {
				scripts = append(scripts, script{name: p.Name, reference: p.Value, module: p.Module, attr: p.Attr})
			}
		}
		for _, name := range w.Scripts() {
			if manifest.IsFileName(name) && !slices.ContainsFunc(scripts, func(s script) bool { return s.name == name }) {
				scripts = append(scripts, script{name: name})
			}
		}
		return scripts, nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the scripts of the wheels: %w", err)
	}
	var all []script
	for i, scripts := range perWheel {
		for _, s := range scripts {
			s.distribution, s.wheel = c.wheels[indexes[i]].Name, indexes[i]
			all = append(all, s)
		}
	}
	return all, nil
}
