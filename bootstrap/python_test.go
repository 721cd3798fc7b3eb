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
	"tests.test_start.TestHermetic", "tests.test_start.TestByteCode", "tests.test_start.TestFrames",
	"tests.test_start.TestInterpreters.test_two_at_once", "tests.test_start.TestInterpreters.test_changed_in_place",
	"tests.test_start.TestStart.test_callable", "tests.test_start.TestStart.test_module", "tests.test_start.TestStart.test_script",
	"tests.test_start.TestStart.test_interpreter", "tests.test_start.TestStart.test_multiprocessing",
	"tests.test_options.TestLikeAPlainProgram", "tests.test_cache.TestLease",
}

// sameEverywhere are the test modules that depend little on it. They run with the
// oldest interpreter.
var sameEverywhere = map[string]bool{"test_busybox": true, "test_prolog": true, "test_prune": true, "test_search": true, "test_tools": true}

// testsFor lists the tests for one of a number of interpreters, which are in order,
// and says whether their bundles are to be executables, as is so for the newest of
// them but PyPy.
func testsFor(modules []string, place, number int) (tests []string, executables bool) {
	edge := place == 0 || place == number-1
	if !edge && place != number-2 {
		return everywhere, false
	}
	for _, module := range modules {
		if place == 0 || !sameEverywhere[module] {
			tests = append(tests, "tests."+module)
		}
	}
	return tests, !edge && runtime.GOOS == "linux"
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
	all := pythons(t)
	for i, python := range all {
		t.Run(python, func(t *testing.T) {
			t.Parallel()
			tests, executables := testsFor(modules, i, len(all))
			command := exec.CommandContext(t.Context(), python, append([]string{"-m", "unittest"}, tests...)...)
			command.Env = plainEnvironment()
			if executables {
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
