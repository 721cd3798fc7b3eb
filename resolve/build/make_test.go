package build_test

import (
	"archive/zip"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

//go:embed testdata/tiny.py
var tiny string

// about is what the tiny backend builds.
type about struct {
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Requires []string `json:"requires,omitempty"` // Requires-Dist
	Asks     []string `json:"asks,omitempty"`     // get_requires_for_build_wheel
	Imports  []string `json:"imports,omitempty"`  // modules whose versions go into the wheel
	Tag      string   `json:"tag,omitempty"`
	Look     bool     `json:"look,omitempty"` // puts world.json into the wheel

	needs   []string          // requires of [build-system]
	instead string            // Python behind that of the backend
	files   map[string]string // further files, or others
	headers []string          // of PKG-INFO
}

// sdist is a source distribution that builds with the tiny backend in it.
func (a about) sdist(t *testing.T) indextest.Dist {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	needs, err := json.Marshal(append([]string{}, a.needs...))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"pyproject.toml":  fmt.Sprintf("[build-system]\nrequires = %s\nbuild-backend = \"tiny\"\nbackend-path = [\"backend\"]\n", needs),
		"about.json":      string(text),
		"backend/tiny.py": tiny + "\n\n" + a.instead + "\n",
	}
	maps.Copy(files, a.files)
	return indextest.Dist{Name: a.Name, Version: a.Version, Sdist: true, Files: files, Headers: a.headers}
}

// A workshop is a Builder with all it needs: an index in a folder, a fetcher, an
// interpreter.
type workshop struct {
	*build.Builder
	t       *testing.T
	options build.Options
	links   string // folder of distributions
	calls   string // folder in which the tiny backend counts
	on      *target.Target
}

// asked are the targets by the name of their interpreter: asking takes a while.
var asked sync.Map

// host is an interpreter of the machine as a target.
func host(t *testing.T, name string) *target.Target {
	t.Helper()
	if known, ok := asked.Load(name); ok {
		return known.(*target.Target)
	}
	found, err := interpreter.Asker{}.Lookup(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	on, err := target.FromInterpreter(found)
	if err != nil {
		t.Fatal(err)
	}
	asked.Store(name, on)
	return on
}

// newWorkshop sets a Builder up. change may alter its options.
func newWorkshop(t *testing.T, change func(*build.Options), dists ...indextest.Dist) *workshop {
	t.Helper()
	w := &workshop{t: t, links: indextest.Folder(t, dists...), calls: t.TempDir(), on: host(t, "python3")}
	folder := t.TempDir()
	fetcher, err := fetch.New(fetch.Options{Store: filepath.Join(folder, "store"), Verify: wheel.Verify})
	if err != nil {
		t.Fatal(err)
	}
	w.options = build.Options{
		Fetcher:  fetcher,
		Resolver: w,
		CacheDir: filepath.Join(folder, "built"),
		TempDir:  t.TempDir(),
		Environ:  append(plainEnviron(), "TINY_CALLS="+w.calls),
	}
	if change != nil {
		change(&w.options)
	}
	w.reopen()
	return w
}

// plainEnviron is the environment of this process without what a machine may
// have preset for builds.
func plainEnviron() []string {
	var kept []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PIP_"), strings.HasPrefix(name, "PYTHON"), name == "SOURCE_DATE_EPOCH", name == "CFLAGS":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}

// reopen makes the Builder anew, as a second run of the program does.
func (w *workshop) reopen() {
	w.t.Helper()
	b, err := build.New(w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Builder = b
	w.t.Cleanup(func() {
		if err := b.Close(); err != nil {
			w.t.Errorf("Close: %v", err)
		}
	})
}

// Wheels implements build.Resolver with the real resolver.
func (w *workshop) Wheels(ctx context.Context, requirements []pep508.Requirement, on *target.Target) ([]fetch.Wheel, error) {
	client, err := index.New(index.Options{NoIndex: true, FindLinks: []string{w.links}})
	if err != nil {
		return nil, err
	}
	o := resolve.Options{Index: client, Fetcher: w.options.Fetcher, Targets: []*target.Target{on}, Builder: w.Builder}
	for _, requirement := range requirements {
		o.Roots = append(o.Roots, resolve.Root{Requirement: requirement})
	}
	solution, err := resolve.Resolve(ctx, o)
	if err != nil {
		return nil, err
	}
	wheels, err := resolve.Fetch(ctx, o, solution.Resolutions)
	if err != nil {
		return nil, err
	}
	return wheels[0], nil
}

// file is a distribution in the folder of the index.
func (w *workshop) file(name string) index.File {
	return index.File{Name: name, Path: filepath.Join(w.links, name), Size: -1}
}

// add puts distributions into the folder of the index.
func (w *workshop) add(dists ...indextest.Dist) {
	w.t.Helper()
	if err := indextest.WriteFolder(w.links, dists...); err != nil {
		w.t.Fatal(err)
	}
}

// called is how often the tiny backend of a project had a hook called.
func (w *workshop) called(project, hook string) int {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.calls, project+" "+hook))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return len(text)
}

// must builds a source distribution.
func (w *workshop) must(name string) fetch.Wheel {
	w.t.Helper()
	built, err := w.Wheel(context.Background(), w.file(name), w.on)
	if err != nil {
		w.t.Fatalf("Wheel(%s): %v%s", name, err, detail(err))
	}
	return built
}

// detail is what a test's log should have of an error.
func detail(err error) string {
	if failure, ok := asError[*build.BackendError](err); ok {
		return "\n" + strings.Join(failure.Output, "\n")
	}
	return ""
}

// member reads a file of a wheel.
func member(t *testing.T, w fetch.Wheel, name string) string {
	t.Helper()
	r, err := zip.OpenReader(w.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	file, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// logs are the logs that are left.
func (w *workshop) logs() []string {
	w.t.Helper()
	names, err := filepath.Glob(filepath.Join(w.options.CacheDir, "logs", "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	return names
}

// pythons are the interpreters to try: those of GOBUNDLE_PYTHONS, else the
// machine's own.
func pythons() []string {
	if text := os.Getenv("GOBUNDLE_PYTHONS"); text != "" && runtime.GOOS != "windows" {
		return filepath.SplitList(text)
	}
	return []string{"python3"}
}
