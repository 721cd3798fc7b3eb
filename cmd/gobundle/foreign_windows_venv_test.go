package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/stub"
)

// venv checks that console scripts are programs, by the launcher where the Python brings
// none along, also where paths are long.
func (w *windows) venv(t *testing.T) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "an environment", strings.Repeat("e", 60))
	if output, code := w.start(t, nil, w.app, "venv", folder); code != 0 {
		t.Fatalf("venv: exit code %d\n%s", code, output)
	}
	for _, script := range []string{"say.exe", "show.exe"} {
		output, code := start(t, nil, w.program, filepath.Join(folder, "Scripts", script), "6", "a b", `"`)
		if output != "['6', 'a b', '\"']\n" || code != 6 {
			t.Fatalf("%s prints %q and ends with %d", script, output, code) // a box would wait for somebody
		}
	}
}

// twins checks that the executable, the zipapp and gobundle for Windows make the same
// environment, byte for byte, where the Python brings launchers along, and that gobundle has
// its own where it doesn't.
func (w *windows) twins(t *testing.T) {
	t.Helper()
	gobundle := w.gobundle(t)
	python := w.withLaunchers(t)
	variables := []string{"WINEPATH=" + onWindows(python), "SOURCE_DATE_EPOCH=315532800"}
	folder := filepath.Join(t.TempDir(), "env")
	var first map[string]string
	for _, words := range [][]string{
		{w.app, "venv", onWindows(folder)},
		{"python.exe", onWindows(w.zipapp), "venv", onWindows(folder)},
		{gobundle, "venv", onWindows(w.app), onWindows(folder), "--python", "python"},
	} {
		if output, code := w.start(t, variables, words...); code != 0 {
			t.Fatalf("%q: exit code %d\n%s", words, code, output)
		}
		made := contents(t, folder)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = made
			for name, mark := range map[string]string{"say": "console from ensurepip", "show": "no console from ensurepip"} {
				if !strings.Contains(made["Scripts/"+name+".exe"], mark) {
					t.Errorf("%s.exe is not made by the launcher of ensurepip", name)
				}
			}
			continue
		}
		for _, name := range slices.Sorted(keys(first, made)) {
			if one, other := first[name], made[name]; one != other {
				t.Errorf("%q: %s differs: %.300s", words[0], name, cmp.Diff(one, other))
			}
		}
	}

	if output, code := w.start(t, nil, gobundle, "venv", onWindows(w.zipapp), onWindows(folder), "--python", "python"); code != 0 {
		t.Fatalf("gobundle venv: exit code %d\n%s", code, output)
	}
	for _, script := range []string{"say.exe", "show.exe"} {
		output, code := start(t, nil, w.program, filepath.Join(folder, "Scripts", script), "6", "a b")
		if output != "['6', 'a b']\n" || code != 6 {
			t.Fatalf("%s by gobundle prints %q and ends with %d", script, output, code)
		}
	}
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 120), strings.Repeat("d", 120))
	output, code := w.start(t, nil, gobundle, "venv", onWindows(w.zipapp), onWindows(deep), "--python", "python")
	if !strings.Contains(output, "gobundle: error: programs in "+onWindows(deep)+" would have paths of ") || !strings.Contains(output, "gobundle: hint: name a folder with a shorter path\n") || code != 1 {
		t.Errorf("in a folder that lies too deep gobundle prints %q and ends with %d", output, code)
	}
}

// keys yields those of several maps, each at least once.
func keys(maps ...map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, m := range maps {
			for key := range m {
				if !yield(key) {
					return
				}
			}
		}
	}
}

// gobundle compiles this program for Windows.
func (w *windows) gobundle(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gobundle.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64", "GOFLAGS=", "GOAMD64=v1")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return file
}

// withLaunchers makes a Python for Windows with an ensurepip, in whose pip there are launchers;
// they say in their files that they come from there.
func (w *windows) withLaunchers(t *testing.T) string {
	t.Helper()
	console, gui, err := stub.Scripts("amd64")
	if err != nil {
		t.Fatal(err)
	}
	python := w.mirror(t, "ensurepip")
	bundled := filepath.Join(python, "Lib", "ensurepip", "_bundled")
	pip := indextest.Folder(t, indextest.Dist{Name: "pip", Version: "99.0", Files: map[string]string{
		"pip/_vendor/distlib/t64.exe": string(console) + "console from ensurepip",
		"pip/_vendor/distlib/w64.exe": string(gui) + "no console from ensurepip",
	}})
	err = errors.Join(
		os.MkdirAll(filepath.Dir(bundled), 0o700),
		os.WriteFile(filepath.Join(filepath.Dir(bundled), "__init__.py"), nil, 0o600),
		os.Symlink(pip, bundled),
	)
	if err != nil {
		t.Fatal(err)
	}
	return python
}
