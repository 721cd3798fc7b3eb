package build_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// TestFaults: what backends do wrong, and what is said about it.
func TestFaults(t *testing.T) {
	t.Parallel()
	overwrite := func(body string) string { return "def build_wheel(folder, *rest):\n    " + body + "\n" }
	for _, test := range []struct {
		name    string
		instead string
		about   about
		hook    string // "" is build_wheel
		reason  string
		advice  string
		output  string
	}{
		{name: "raises", instead: overwrite("print('about to fail'); raise ValueError('no\\nluck')"), reason: "raised ValueError: no luck", output: "about to fail"},
		{name: "ends with success", instead: overwrite("os._exit(0)"), reason: "ended without an answer"},
		{name: "ends with failure", instead: overwrite("os._exit(3)"), reason: "ended with exit status 3"},
		{name: "ends with success, politely", instead: overwrite("sys.exit(0)"), reason: "raised SystemExit: 0"},
		{name: "fails after the answer", instead: overwrite("import atexit; atexit.register(os._exit, 4); return real(folder)"), reason: "ended with exit status 4"},
		{name: "writes nothing", instead: overwrite("return 'demo-1.0-py3-none-any.whl'"), reason: "says that it wrote demo-1.0-py3-none-any.whl, and did not"},
		{name: "returns nothing", instead: overwrite("return None"), reason: "returned null"},
		{name: "returns a path", instead: overwrite("real(folder); return os.path.join(folder, 'demo-1.0-py3-none-any.whl')"), reason: "not the name of a wheel"},
		{name: "returns no JSON", instead: overwrite("return {1, 2}"), reason: "the hook returned {"},
		{name: "returns no wheel's name", instead: overwrite("open(os.path.join(folder, 'x.zip'), 'w').close(); return 'x.zip'"), reason: "not the name of a wheel"},
		{name: "returns a link", instead: overwrite("os.symlink('/etc/passwd', os.path.join(folder, 'demo-1.0-py3-none-any.whl')); return 'demo-1.0-py3-none-any.whl'"), reason: "did not"},
		{name: "for a strange machine", about: about{Tag: "cp27-none-win32"}, reason: "does not fit"},
		{name: "has no build_wheel", instead: "del build_wheel", reason: "does not exist"},
		{name: "can't be imported", instead: "import no_such_thing", hook: "get_requires_for_build_wheel", reason: "No module named 'no_such_thing'", advice: "no_such_thing"},
		{name: "does not exist", about: about{files: map[string]string{"pyproject.toml": "[build-system]\nrequires=[]\nbuild-backend='flit_core.buildapi'\n"}},
			hook: "get_requires_for_build_wheel", reason: "No module named 'flit_core'", advice: "does not say that it needs flit_core"},
		{name: "comes from elsewhere", about: about{files: map[string]string{"pyproject.toml": "[build-system]\nrequires=[]\nbuild-backend='json'\nbackend-path=['backend']\n"}},
			hook: "get_requires_for_build_wheel", reason: "not from backend-path"},
		{name: "asks for no list", instead: "def get_requires_for_build_wheel(*a): return 'tool'", hook: "get_requires_for_build_wheel", reason: "returned no list"},
		{name: "asks for nonsense", instead: "def get_requires_for_build_wheel(*a): return ['tool >>> 1']", hook: "get_requires_for_build_wheel", reason: `"tool >>> 1", which is not a requirement`},
		{name: "lacks a compiler", instead: overwrite("sys.stderr.write(\"error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory\\n\"); raise SystemExit(1)"),
			reason: "raised SystemExit: 1", advice: "install a C compiler"},
		{name: "lacks headers", instead: overwrite("print('demo.c:1:10: fatal error: Python.h: No such file or directory'); raise SystemExit(1)"), reason: "SystemExit", advice: "python3-dev"},
		{name: "exits with its usage", instead: overwrite("print('what it tried'); raise SystemExit('usage: x\\n  or: y\\nerror: no option --z')"),
			reason: "raised SystemExit: error: no option --z", output: "what it tried\nusage: x\n  or: y\nerror: no option --z"},
		{name: "is for Python 2", instead: overwrite("exec('print \"hello\"')"), reason: "raised SyntaxError: Missing parentheses", advice: "Python 2"},
		{name: "wants a network", instead: overwrite("raise OSError('[Errno -2] Name or service not known')"), reason: "Name or service", advice: "check the network"},
		{name: "prints megabytes", instead: overwrite("sys.stdout.write(('x' * 1023 + '\\n') * (8 << 10)); print('\\x1b[31mred\\x1b[0m'); print('50%\\r100%'); raise ValueError('done')"),
			reason: "raised ValueError: done", output: "x…\nred\n100%\nTraceback"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := test.about
			a.Name, a.Version, a.instead = "demo", "1.0", "real = build_wheel\n"+test.instead
			w := newWorkshop(t, nil, a.sdist(t))
			_, err := w.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
			failure, ok := asError[*build.BackendError](err)
			if !ok {
				t.Fatalf("Wheel: %v, want a *BackendError", err)
			}
			hook := test.hook
			if hook == "" {
				hook = "build_wheel"
			}
			if failure.Hook != hook || !strings.Contains(err.Error(), test.reason) || !strings.Contains(err.Error(), "demo-1.0.tar.gz") {
				t.Errorf("Wheel: %v, want %s and %q", err, hook, test.reason)
			}
			if hint := failure.Hint(); hint == "" || !strings.Contains(hint, test.advice) {
				t.Errorf("Hint = %q, want %q", hint, test.advice)
			}
			output := strings.Join(failure.Output, "\n")
			if test.name == "does not exist" && output != "" { // the reason has it all
				t.Errorf("Output = %q, want nothing", output)
			}
			if !strings.Contains(output, test.output) || len(output) > 30_000 || strings.Contains(output, "\x1b") {
				t.Errorf("Output = %.2000q, want %q", output, test.output)
			}
			log, readErr := os.ReadFile(failure.Log)
			if readErr != nil || !strings.Contains(string(log), "# gobundle builds demo-1.0.tar.gz with ") {
				t.Errorf("log %s = %.200q, %v", failure.Log, log, readErr)
			}
			if _, err := w.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on); err == nil {
				t.Error("the second time there is no error")
			}
		})
	}
}

// TestWrongWheels: wheels that are not what they should be.
func TestWrongWheels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		instead string
		check   func(err error) bool
	}{
		{"another name", "ABOUT['name'], STEM = 'other', 'other-1.0'", func(err error) bool {
			mismatch, ok := asError[*build.MismatchError](err)
			return ok && mismatch.What == "name" && mismatch.Want == "demo" && mismatch.Got == "other"
		}},
		{"another version", "ABOUT['version'], STEM = '1.1', 'demo-1.1'", func(err error) bool {
			mismatch, ok := asError[*build.MismatchError](err)
			return ok && mismatch.What == "version" && mismatch.Want == "1.0" && mismatch.Got == "1.1"
		}},
		{"another name inside", "metadata = lambda: 'Metadata-Version: 2.1\\nName: other\\nVersion: 1.0\\n'", func(err error) bool {
			_, ok := asError[*build.MismatchError](err)
			return ok
		}},
		{"other dist-info", "STEM = 'other-1.0'\nreal = build_wheel\ndef build_wheel(f, *r):\n    os.rename(os.path.join(f, real(f)), os.path.join(f, 'demo-1.0-py3-none-any.whl')); return 'demo-1.0-py3-none-any.whl'", func(err error) bool {
			_, ok := asError[*wheel.InvalidError](err)
			return ok
		}},
		{"no zip", "def build_wheel(f, *r):\n    open(os.path.join(f, 'demo-1.0-py3-none-any.whl'), 'w').close(); return 'demo-1.0-py3-none-any.whl'", func(err error) bool {
			_, ok := asError[*wheel.InvalidError](err)
			return ok
		}},
		{"wrong RECORD", "class Wrong:\n    digest = lambda self: b'wrong'\nhashlib.sha256 = lambda b: Wrong()", func(err error) bool {
			_, ok := asError[*wheel.RecordError](err)
			return ok
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", instead: test.instead}.sdist(t))
			_, err := w.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
			if err == nil || !test.check(err) {
				t.Errorf("Wheel: %v (%T)", err, errors.Unwrap(err))
			}
		})
	}
}

// TestPrepareFaults: wrong answers of the hook for metadata.
func TestPrepareFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, reason string }{
		{"no folder", "return 'demo-1.0.dist-info'", "wrote no METADATA"},
		{"no name", "return 7", "not the name of a .dist-info folder"},
		{"a path", "return '../demo-1.0.dist-info'", "not the name of a .dist-info folder"},
		{"no metadata", "os.mkdir(f + '/demo-1.0.dist-info'); open(f + '/demo-1.0.dist-info/METADATA', 'w').close(); return 'demo-1.0.dist-info'", "METADATA that is not valid"},
	} {
		w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", instead: "def prepare_metadata_for_build_wheel(f, *r):\n    " + test.body}.sdist(t))
		_, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
		if failure, ok := asError[*build.BackendError](err); !ok || failure.Hook != "prepare_metadata_for_build_wheel" || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: Metadata: %v, want %q", test.name, err, test.reason)
		}
	}
}

// TestMetadataOfWheel: without a hook for it, metadata comes from the wheel,
// which is built once.
func TestMetadataOfWheel(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", Requires: []string{"other"}, instead: "del prepare_metadata_for_build_wheel\ndel get_requires_for_build_wheel"}.sdist(t))
	text, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
	if err != nil || !strings.Contains(string(text), "Requires-Dist: other") {
		t.Fatalf("Metadata = %s, %v%s", text, err, detail(err))
	}
	if w.must("demo-1.0.tar.gz"); w.called("demo", "wheel") != 1 {
		t.Errorf("it was built %d times, want once", w.called("demo", "wheel"))
	}
}

// TestBrokenPromise: a wheel that asks for other distributions than the metadata
// did is refused, for the resolution is about those.
func TestBrokenPromise(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		about about
		what  string
	}{
		{"of the hook", about{instead: "def prepare_metadata_for_build_wheel(f, *r):\n    ABOUT['requires'] = []\n    return prepare(f)", Requires: []string{"other"}}, "Requires-Dist"},
		{"of a static PKG-INFO", about{Requires: []string{"other"}}, "Requires-Dist"},
	} {
		a := test.about
		a.Name, a.Version = "demo", "1.0"
		a.instead = "prepare = prepare_metadata_for_build_wheel\n" + a.instead
		d := a.sdist(t)
		if test.about.instead == "" {
			d.Metadata = "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\n"
		}
		w := newWorkshop(t, nil, d)
		if text, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on); err != nil {
			t.Fatalf("Metadata = %s, %v%s", text, err, detail(err))
		}
		_, err := w.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
		if mismatch, ok := asError[*build.MismatchError](err); !ok || mismatch.What != test.what {
			t.Errorf("%s: Wheel: %v", test.name, err)
		}
	}
}

// TestProjectFaults: sources that are no projects.
func TestProjectFaults(t *testing.T) {
	t.Parallel()
	const system = "[build-system]\n"
	for _, test := range []struct {
		name, pyproject, reason string
	}{
		{"nothing", "", "neither a pyproject.toml nor a setup.py"},
		{"no TOML", "[build-system", "not TOML"},
		{"no table", "build-system = 1", "not a table"},
		{"no requires", system + "build-backend = 'tiny'", "no requires"},
		{"requires is a text", system + "requires = 'tool'", "not a list of strings"},
		{"requires holds a number", system + "requires = [1]", "not a list of strings"},
		{"requires holds nonsense", system + "requires = ['tool >>> 1']", "not a requirement"},
		{"backend is a number", system + "requires = []\nbuild-backend = 1", "module:object"},
		{"backend is nonsense", system + "requires = []\nbuild-backend = 'import os; os'", "module:object"},
		{"path without a backend", system + "requires = []\nbackend-path = ['backend']", "no build-backend"},
		{"path is a number", system + "requires = []\nbuild-backend = 'tiny'\nbackend-path = 1", "not a list of strings"},
		{"path leads out", system + "requires = []\nbuild-backend = 'tiny'\nbackend-path = ['backend/../../x']", "leads out"},
		{"path is absolute", system + "requires = []\nbuild-backend = 'tiny'\nbackend-path = ['/tmp']", "leads out"},
		{"path is a file", system + "requires = []\nbuild-backend = 'tiny'\nbackend-path = ['about.json']", "not a folder"},
		{"path does not exist", system + "requires = []\nbuild-backend = 'tiny'\nbackend-path = ['nothing']", "does not exist"},
	} {
		d := about{Name: "demo", Version: "1.0", files: map[string]string{"pyproject.toml": test.pyproject}}.sdist(t)
		if test.pyproject == "" {
			delete(d.Files, "pyproject.toml")
		}
		w := newWorkshop(t, nil, d)
		_, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
		if _, ok := asError[*build.ProjectError](err); !ok || !strings.Contains(err.Error(), test.reason) || !strings.Contains(err.Error(), "demo-1.0.tar.gz") {
			t.Errorf("%s: Metadata: %v, want a *ProjectError with %q", test.name, err, test.reason)
		}
	}
}

// TestHashes: what is not allowed is not even unpacked.
func TestHashes(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, indextest.Dist{Name: "demo", Version: "1.0", Sdist: true, Raw: []byte("not even an archive")})
	w.options.Hashes = func(index.File) []string { return []string{"sha256:" + strings.Repeat("0", 64)} }
	w.reopen()
	_, err := w.Metadata(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
	if _, ok := asError[*fetch.HashError](err); !ok {
		t.Errorf("Metadata: %v, want a *fetch.HashError", err)
	}
}
