package build_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/target"
)

func asError[E error](err error) (E, bool) {
	var found E
	ok := errors.As(err, &found)
	return found, ok
}

// TestWheel builds on every Python there is, first the metadata, then the wheel.
func TestWheel(t *testing.T) {
	t.Parallel()
	for _, python := range pythons() {
		t.Run(python, func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, nil,
				about{Name: "demo", Version: "1.0", Requires: []string{"other>=2"}, needs: []string{"tool"}, Asks: []string{"more"}, Imports: []string{"tool", "more"}}.sdist(t),
				indextest.Dist{Name: "tool", Version: "1.5"},
				indextest.Dist{Name: "more", Version: "0.1"},
			)
			w.on = host(t, python)
			text, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
			if err != nil {
				t.Fatalf("Metadata: %v%s", err, detail(err))
			}
			m, err := dist.ParseMetadata(text)
			if err != nil || m.Name != "demo" || len(m.RequiresDist) != 1 {
				t.Errorf("Metadata = %s, %v", text, err)
			}
			built := w.must("demo-1.0.tar.gz")
			if built.Name != "demo-1.0-py3-none-any.whl" {
				t.Errorf("Wheel = %s", built.Name)
			}
			for module, want := range map[string]string{"tool.version": "1.5", "more.version": "0.1"} {
				if got := member(t, built, module); got != want {
					t.Errorf("%s = %q, want %q", module, got, want)
				}
			}
			for hook, want := range map[string]int{"requires": 1, "metadata": 1, "wheel": 1} {
				if got := w.called("demo", hook); got != want {
					t.Errorf("%s was called %d times, want %d", hook, got, want)
				}
			}
			if left := w.logs(); len(left) > 0 {
				t.Errorf("logs %q are left", left)
			}
			want := []build.Built{{
				Source: "demo-1.0.tar.gz", Project: "demo", Version: "1.0", Wheel: "demo-1.0-py3-none-any.whl", Backend: "tiny",
				Requires: []string{"more-0.1-py3-none-any.whl", "tool-1.5-py3-none-any.whl"},
			}}
			if got := w.Built(); !slices.EqualFunc(got, want, func(a, b build.Built) bool {
				return slices.Equal(a.Requires, b.Requires) && a.Wheel == b.Wheel && a.Backend == b.Backend && a.Source == b.Source && a.Kept == b.Kept
			}) {
				t.Errorf("Built() = %+v, want %+v", got, want)
			}
		})
	}
}

// TestWorld: what a backend sees of the machine.
func TestWorld(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, func(o *build.Options) {
		o.Environ = append(o.Environ, "PIP_INDEX_URL=https://index.example/simple/", "PYTHONPATH=/nowhere", "PYTHONSTARTUP=/nowhere", "PYTHONDONTWRITEBYTECODE=1",
			"GOBUNDLE_CACHE_DIR=/nowhere", "VIRTUAL_ENV=/nowhere", "TZ=America/New_York", "CFLAGS=-O0", "SECRET=kept")
		o.Settings = build.Settings{
			All:      map[string][]string{"--verbose": {"yes"}, "level": {"1"}},
			Projects: map[string]map[string][]string{"demo": {"level": {"2", "3"}}, "other": {"level": {"4"}}},
		}
	}, about{Name: "demo", Version: "1.0", Look: true}.sdist(t))
	var world struct {
		Settings            map[string]any
		Environ             map[string]string
		CWD, Prefix, Stdin  string
		Path, Argv, Modules []string
	}
	if err := json.Unmarshal([]byte(member(t, w.must("demo-1.0.tar.gz"), "world.json")), &world); err != nil {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(world.Settings); string(text) != `{"--verbose":"yes","level":["2","3"]}` {
		t.Errorf("config_settings = %s", text)
	}
	for name, want := range map[string]string{
		"PIP_INDEX_URL": "", "PYTHONPATH": "", "PYTHONSTARTUP": "", "PYTHONDONTWRITEBYTECODE": "", "GOBUNDLE_CACHE_DIR": "",
		"CFLAGS": "-O0", "SECRET": "kept", "TZ": "UTC", "SOURCE_DATE_EPOCH": "315619200", "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1",
		"VIRTUAL_ENV": world.Prefix, "PWD": world.CWD,
	} {
		if got := world.Environ[name]; got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	first := filepath.SplitList(world.Environ["PATH"])[0]
	if !strings.HasPrefix(first, world.Prefix) || len(filepath.SplitList(world.Environ["PATH"])) < 2 {
		t.Errorf("PATH = %s, want the programs of %s first and the user's after them", world.Environ["PATH"], world.Prefix)
	}
	if !strings.HasPrefix(world.Environ["TMPDIR"], w.options.TempDir) {
		t.Errorf("TMPDIR = %s, want it in %s", world.Environ["TMPDIR"], w.options.TempDir)
	}
	if world.Path[0] != filepath.Join(world.CWD, "backend") || slices.Contains(world.Path, world.CWD) || slices.Contains(world.Path, "") || len(world.Argv) != 1 || world.Stdin != "" {
		t.Errorf("sys.path = %q, sys.argv = %q, in %s, standard input %q", world.Path, world.Argv, world.CWD, world.Stdin)
	}
	if slices.Contains(world.Modules, "pip") || slices.Contains(world.Modules, "setuptools") {
		t.Errorf("sys.modules has %q", world.Modules)
	}
	if left, err := os.ReadDir(w.options.TempDir); err != nil || len(left) != 1 {
		t.Errorf("%d folders for one Builder, %v", len(left), err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(w.options.TempDir); err != nil || len(left) != 0 {
		t.Errorf("Close left %v, %v", left, err)
	}
}

// TestStatic: what need not be built is not, and needs no Python.
func TestStatic(t *testing.T) {
	t.Parallel()
	on, err := target.Parse("cp312-win_amd64")
	if err != nil {
		t.Fatal(err)
	}
	static := "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: other\nRequires-Python: >=3.8\n"
	project := "[build-system]\nrequires = [\"nothing-there\"]\n[project]\nname = \"Demo\"\nversion = \"1.0\"\ndependencies = [\"other\"]\nrequires-python = \">=3.8\"\n"
	for _, test := range []struct {
		name, metadata, pyproject string
		static                    bool
	}{
		{"PKG-INFO 2.2", static, "", true},
		{"PKG-INFO 2.4", strings.Replace(static, "2.2", "2.4", 1), "", true},
		{"other fields dynamic", static + "Dynamic: Classifier\n", "", true},
		{"PKG-INFO 2.1", strings.Replace(static, "2.2", "2.1", 1), "", false},
		{"of another kind", strings.Replace(static, "2.2", "3.0", 1), "", false},
		{"requirements dynamic", static + "Dynamic: requires-dist\n", "", false},
		{"extras dynamic", static + "Dynamic: Provides-Extra\n", "", false},
		{"for another Python, though not static", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Python: <3.12\n", "", true},
		{"project", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n", project, true},
		{"project with a dynamic field", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n", project + "dynamic = [\"dependencies\"]\n", false},
	} {
		files := map[string]string{"setup.py": ""}
		if test.pyproject != "" {
			files = map[string]string{"pyproject.toml": test.pyproject}
		}
		w := newWorkshop(t, nil, indextest.Dist{Name: "demo", Version: "1.0", Sdist: true, Metadata: test.metadata, Files: files})
		text, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), on)
		_, notHere := asError[*build.NotHereError](err)
		if (err == nil) != test.static || (err != nil && !notHere) {
			t.Errorf("%s: Metadata = %q, %v; want static %v", test.name, text, err, test.static)
			continue
		}
		if err == nil {
			if m, err := dist.ParseMetadata(text); err != nil || m.Version.String() != "1.0" {
				t.Errorf("%s: Metadata = %q, %v", test.name, text, err)
			}
		}
	}
}

// TestReproducible: two builds in two places at two times give the same bytes.
func TestReproducible(t *testing.T) {
	t.Parallel()
	d := about{Name: "demo", Version: "1.0"}.sdist(t)
	first, second := newWorkshop(t, nil, d).must("demo-1.0.tar.gz"), newWorkshop(t, nil, d).must("demo-1.0.tar.gz")
	if first.SHA256 != second.SHA256 || first.Path == second.Path {
		t.Errorf("%+v and %+v", first, second)
	}
}

// TestRequirementsFromSource: a build requirement that has no wheel is built
// first, and so on.
func TestRequirementsFromSource(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil,
		about{Name: "demo", Version: "1.0", needs: []string{"tool"}, Imports: []string{"tool"}}.sdist(t),
		about{Name: "tool", Version: "2.0", needs: []string{"deeper"}, Imports: []string{"deeper"}}.sdist(t),
		about{Name: "deeper", Version: "3.0", Requires: []string{"leaf"}}.sdist(t),
		indextest.Dist{Name: "leaf", Version: "4.0"},
	)
	if got := member(t, w.must("demo-1.0.tar.gz"), "tool.version"); got != "2.0" {
		t.Errorf("tool is %s", got)
	}
	var built []string
	for _, b := range w.Built() {
		built = append(built, b.Project)
	}
	if !slices.Equal(built, []string{"deeper", "demo", "tool"}) {
		t.Errorf("Built() = %q", built)
	}
}

func TestRequirementsMissing(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", needs: []string{"no-such-tool"}}.sdist(t))
	_, err := w.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
	missing, ok := asError[*build.RequirementsError](err)
	if !ok || !slices.Equal(missing.Requirements, []string{"no-such-tool"}) || !strings.Contains(err.Error(), "demo-1.0.tar.gz") {
		t.Errorf("Wheel: %v", err)
	}
}

// TestCycle: sources that need each other are named, from wherever it starts.
func TestCycle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		needs  map[string][]string
		chains []string
	}{
		{"itself", map[string][]string{"a": {"a"}}, []string{"a-1.tar.gz needs itself"}},
		{"two", map[string][]string{"a": {"b"}, "b": {"a"}}, []string{"a-1.tar.gz -> b-1.tar.gz -> a-1.tar.gz", "b-1.tar.gz -> a-1.tar.gz -> b-1.tar.gz"}},
		{"three", map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"a"}}, []string{
			"a-1.tar.gz -> b-1.tar.gz -> c-1.tar.gz -> a-1.tar.gz", "b-1.tar.gz -> c-1.tar.gz -> a-1.tar.gz -> b-1.tar.gz", "c-1.tar.gz -> a-1.tar.gz -> b-1.tar.gz -> c-1.tar.gz",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, nil)
			for name, needs := range test.needs {
				w.add(about{Name: name, Version: "1", needs: needs}.sdist(t))
			}
			// From all ends at once, which must not wait for each other for ever.
			failures := make(chan error)
			for name := range test.needs {
				go func() {
					_, err := w.Wheel(context.Background(), w.file(name+"-1.tar.gz"), w.on)
					failures <- err
				}()
			}
			for range test.needs {
				err := <-failures
				cycle, ok := asError[*build.CycleError](err)
				if !ok || !slices.ContainsFunc(test.chains, func(chain string) bool { return strings.Contains(cycle.Error(), chain) }) {
					t.Errorf("Wheel: %v, want one of %q", err, test.chains)
				}
			}
		})
	}
}

func TestOtherTarget(t *testing.T) {
	t.Parallel()
	windows, err := target.Parse("cp312-win_amd64")
	if err != nil {
		t.Fatal(err)
	}
	here := host(t, "python3")
	w := newWorkshop(t, func(o *build.Options) {
		o.Host = func(context.Context, *target.Target) (*target.Target, error) { return here, nil }
	}, about{Name: "pure", Version: "1.0"}.sdist(t), about{Name: "native", Version: "1.0", Tag: "native"}.sdist(t))
	built, err := w.Wheel(t.Context(), w.file("pure-1.0.tar.gz"), windows)
	if err != nil || built.Name != "pure-1.0-py3-none-any.whl" {
		t.Errorf("Wheel(pure) = %+v, %v", built, err)
	}
	if again := w.must("pure-1.0.tar.gz"); again != built || w.called("pure", "wheel") != 1 {
		t.Errorf("Wheel(pure) for another target = %+v after %d builds, want the same", again, w.called("pure", "wheel"))
	}
	_, err = w.Wheel(t.Context(), w.file("native-1.0.tar.gz"), windows)
	elsewhere, ok := asError[*build.NotHereError](err)
	if !ok || elsewhere.Target != windows.Name || len(elsewhere.Tags) != 1 || !strings.Contains(elsewhere.Hint(), windows.Name) {
		t.Errorf("Wheel(native): %v", err)
	}
	w.must("native-1.0.tar.gz")
	if got := w.called("native", "wheel"); got != 1 {
		t.Errorf("native was built %d times, want once", got)
	}
}

func TestNoIsolation(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, func(o *build.Options) { o.NoIsolation, o.Resolver = true, nil },
		about{Name: "demo", Version: "1.0", needs: []string{"no-such-tool"}, Look: true}.sdist(t))
	var world struct{ Prefix string }
	if err := json.Unmarshal([]byte(member(t, w.must("demo-1.0.tar.gz"), "world.json")), &world); err != nil {
		t.Fatal(err)
	}
	if world.Prefix != w.on.Interpreter.Prefix {
		t.Errorf("sys.prefix = %s, want that of %s", world.Prefix, w.on.Interpreter.Prefix)
	}
	if _, err := build.New(build.Options{Fetcher: w.options.Fetcher, CacheDir: t.TempDir()}); err == nil {
		t.Error("New without a resolver: no error")
	}
}

// TestTree builds in a folder as it is, below it, and again after a change.
func TestTree(t *testing.T) {
	t.Parallel()
	tree := t.TempDir()
	write := func(a about) {
		t.Helper()
		for name, content := range a.sdist(t).Files {
			path := filepath.Join(tree, "below", filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(about{Name: "demo", Version: "1.0"})
	w := newWorkshop(t, nil)
	s := build.Source{Name: "./tree", Tree: tree, Subdirectory: "below", Project: "demo"}
	text, err := w.SourceMetadata(t.Context(), s, w.on)
	if err != nil || !strings.Contains(string(text), "Version: 1.0") {
		t.Fatalf("SourceMetadata = %s, %v%s", text, err, detail(err))
	}
	if built, err := w.SourceWheel(t.Context(), s, w.on); err != nil || built.Name != "demo-1.0-py3-none-any.whl" {
		t.Fatalf("SourceWheel = %+v, %v", built, err)
	}
	w.reopen()
	write(about{Name: "demo", Version: "2.0"})
	if built, err := w.SourceWheel(t.Context(), s, w.on); err != nil || built.Name != "demo-2.0-py3-none-any.whl" {
		t.Fatalf("SourceWheel = %+v, %v, want what the folder holds now", built, err)
	}
	s.Project = "other"
	w.reopen()
	_, err = w.SourceWheel(t.Context(), s, w.on)
	if mismatch, ok := asError[*build.MismatchError](err); !ok || mismatch.What != "name" || mismatch.Got != "demo" {
		t.Errorf("SourceWheel: %v", err)
	}
	for _, subdirectory := range []string{"..", "no-such-folder", "/"} {
		s.Subdirectory = subdirectory
		_, err = w.SourceWheel(t.Context(), s, w.on)
		if _, ok := asError[*build.ProjectError](err); !ok {
			t.Errorf("SourceWheel in %s: %v", subdirectory, err)
		}
	}
}
