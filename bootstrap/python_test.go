package bootstrap_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// pythons lists the interpreters to test with: those of GOBUNDLE_PYTHONS (a
// list of paths) and the python3 on PATH, each once.
func pythons(t *testing.T) []string {
	t.Helper()
	paths := filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))
	if path, err := exec.LookPath("python3"); err == nil {
		// What PATH has may be a shim.
		out, err := exec.Command(path, "-I", "-c", "import sys; print(sys.executable)").Output()
		if err != nil {
			t.Fatalf("asking %s for its path: %v", path, err)
		}
		paths = append(paths, strings.TrimSpace(string(out)))
	}
	seen := map[string]bool{}
	var found []string
	for _, path := range paths {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			t.Fatalf("GOBUNDLE_PYTHONS: %v", err)
		}
		if !seen[real] {
			seen[real] = true
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		t.Fatal("there is no python3 on PATH, and GOBUNDLE_PYTHONS names none")
	}
	return found
}

// plainEnvironment is the test's environment without what changes a Python.
func plainEnvironment() []string {
	var environment []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PYTHON"), strings.HasPrefix(name, "PIP_"), strings.HasPrefix(name, "XDG_"), name == "LC_ALL":
		case strings.HasPrefix(name, "GOBUNDLE_") && name != "GOBUNDLE_PYTHONS" && name != "GOBUNDLE_CONFORMANCE":
		default:
			environment = append(environment, entry)
		}
	}
	// Old Pythons take the names of files for ASCII where there is no locale.
	return append(environment, "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8")
}

// everywhere are the Python tests of what depends on the version of Python. They run
// with every interpreter.
var everywhere = []string{
	"tests.test_archive.TestArchive", "tests.test_choose", "tests.test_tags", "tests.test_work",
	"tests.test_compiled", "tests.test_foreseen", "tests.test_ahead.TestAhead.test_as_python_itself_writes_it",
	"tests.test_start.TestHermetic", "tests.test_start.TestByteCode", "tests.test_start.TestFrames",
	"tests.test_start.TestInterpreters.test_two_at_once", "tests.test_start.TestInterpreters.test_changed_in_place",
	"tests.test_start.TestStart.test_callable", "tests.test_start.TestStart.test_module", "tests.test_start.TestStart.test_script",
	"tests.test_start.TestStart.test_interpreter",
	"tests.test_options.TestLikeAPlainProgram", "tests.test_cache.TestLease",
}

// sameEverywhere are the test modules that depend little on it. They run with the
// oldest interpreter.
var sameEverywhere = map[string]bool{"test_busybox": true, "test_prolog": true, "test_prune": true, "test_search": true, "test_tools": true}

// A suite is what one interpreter is tested with.
type suite struct {
	python      string
	tests       []string
	executables bool // instead of zipapps
}

// suites divides the test modules among interpreters, which are in order, PyPy
// behind CPython. The first has all, the newest CPython nearly all. These two take
// longest, so they come first.
func suites(modules, pythons []string) []suite {
	newest := len(pythons) - 1
	for newest > 0 && strings.Contains(filepath.Base(pythons[newest]), "pypy") {
		newest--
	}
	var most []string
	all := make([]string, 0, len(modules))
	for _, module := range modules {
		all = append(all, "tests."+module)
		if !sameEverywhere[module] {
			most = append(most, "tests."+module)
		}
	}
	found := []suite{{python: pythons[0], tests: all}}
	if newest > 0 {
		found = append(found, suite{python: pythons[newest], tests: most, executables: runtime.GOOS == "linux"})
	}
	for i, python := range pythons {
		switch {
		case i == 0 || i == newest:
		case i > newest:
			found = append(found, suite{python: python, tests: append(everywhere[:len(everywhere):len(everywhere)], "tests.test_bytecode", "tests.test_strange")})
		default:
			found = append(found, suite{python: python, tests: everywhere})
		}
	}
	return found
}

// launcher compiles what stands before the zip of an executable.
func launcher(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "launcher")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", file, "../cmd/gobundle-launcher")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return file
}

// TestPython runs the Python tests with every interpreter.
func TestPython(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Log("the Python tests start bundles by sh: left out on Windows")
		return
	}
	modules, err := filepath.Glob("tests/test_*.py")
	if err != nil || len(modules) < 5 {
		t.Fatalf("found %d test modules (%v), want all", len(modules), err)
	}
	for i, module := range modules {
		modules[i] = strings.TrimSuffix(filepath.Base(module), ".py")
	}
	for _, s := range suites(modules, pythons(t)) {
		t.Run(s.python, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), s.python, append([]string{"-m", "unittest"}, s.tests...)...)
			command.Env = plainEnvironment()
			if s.executables {
				command.Env = append(command.Env, "GOBUNDLE_LAUNCHER="+launcher(t))
			}
			var output bytes.Buffer
			command.Stdout, command.Stderr = &output, &output
			if err := command.Run(); err != nil {
				t.Errorf("%v\n%s", err, output.Bytes())
			}
			if !bytes.Contains(output.Bytes(), []byte("\nOK")) && !t.Failed() {
				t.Errorf("no tests have run:\n%s", output.Bytes())
			}
		})
	}
}
