package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// pythonsByVersion returns the CPythons of GOBUNDLE_PYTHONS by "3.9", and skips
// the test unless it has all of the given ones.
func pythonsByVersion(t *testing.T, needed ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, python := range filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS")) {
		out, err := exec.CommandContext(t.Context(), python, "-I", "-c", "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])").Output()
		if err != nil {
			t.Fatalf("GOBUNDLE_PYTHONS: %s: %v", python, err)
		}
		if version, ok := strings.CutPrefix(strings.TrimSpace(string(out)), "cpython "); ok && found[version] == "" {
			found[version] = python
		}
	}
	for _, version := range needed {
		if found[version] == "" {
			t.Skipf("GOBUNDLE_PYTHONS has no CPython %s", version)
		}
	}
	return found
}

// TestRecordedTruths bundles for CPython 3.9 and 3.13, and starts the bundles on
// 3.11 as well, for which nobody asked: it runs there if and only if the markers
// come out as on one of the others.
func TestRecordedTruths(t *testing.T) {
	t.Parallel()
	pythons := pythonsByVersion(t, "3.9", "3.11", "3.13")
	shows := map[string]string{"shows.py": "import importlib.util, sys\nprint('%d.%d' % sys.version_info[:2], importlib.util.find_spec('tomli') is not None)\n"}
	links := indextest.Folder(t,
		indextest.Dist{Name: "backport", Version: "1.0", Requires: []string{`tomli; python_version < "3.11"`}, Files: shows},
		indextest.Dist{Name: "between", Version: "1.0", Requires: []string{`tomli; python_version < "3.11"`, `shim; python_version < "3.12"`}, Files: shows},
		indextest.Dist{Name: "tomli", Version: "2.0"}, indextest.Dist{Name: "shim", Version: "1.0"},
	)
	folder := t.TempDir()
	for _, name := range []string{"backport", "between"} {
		var talk bytes.Buffer
		if code := run(t.Context(), process{
			arguments: []string{name, "-e", "shows", "-o", name + ".pyz", "--no-index", "-f", links, "--cache-dir", folder, "--target", pythons["3.9"], "--target", pythons["3.13"]},
			getenv:    os.Getenv, directory: folder, stdout: &talk, stderr: &talk,
		}); code != exitDone {
			t.Fatalf("bundling %s: exit code %d\n%s", name, code, talk.Bytes())
		}
	}
	empty, cache := t.TempDir(), t.TempDir()
	for _, test := range []struct {
		bundle, python, path, forced string
		want                         string // printed, or part of the error
		fails                        bool
	}{
		{bundle: "backport", python: "3.9", want: "3.9 True\n"},
		{bundle: "backport", python: "3.13", want: "3.13 False\n"},
		{bundle: "backport", python: "3.11", want: "3.11 False\n"}, // as on 3.13
		{bundle: "between", python: "3.9", want: "3.9 True\n"},
		{bundle: "between", python: "3.13", want: "3.13 False\n"},
		{bundle: "between", python: "3.11", fails: true, want: `between 1.0: python_version < "3.11" is true in the bundle, and not here`},
		{bundle: "between", python: "3.11", fails: true, want: `between 1.0: python_version < "3.12" is false in the bundle, and not here`},
		{bundle: "between", python: "3.11", path: "3.13", want: "3.13 False\n"}, // goes on there
		{bundle: "between", python: "3.11", path: "3.9", want: "3.13 False\n"},  // which it remembers
		{bundle: "between", python: "3.13", forced: "3.11", fails: true, want: "error: GOBUNDLE_PYTHON names " + pythons["3.11"] + ", and the bundle can't run on it\n"},
		{bundle: "between", python: "3.11", forced: "3.9", want: "3.9 True\n"},
	} {
		command := exec.CommandContext(t.Context(), pythons[test.python], filepath.Join(folder, test.bundle+".pyz"))
		path := empty
		if test.path != "" {
			path = filepath.Dir(pythons[test.path])
		}
		command.Env = []string{"PATH=" + path, "HOME=" + empty, "GOBUNDLE_CACHE_DIR=" + cache, "GOBUNDLE_PYTHON=" + pythons[test.forced]}
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		switch {
		case test.fails && (err == nil || stdout.Len() > 0 || !strings.Contains(stderr.String(), test.want)):
			t.Errorf("%+v: %v\n%s%s", test, err, stdout.Bytes(), stderr.Bytes())
		case !test.fails && (err != nil || stdout.String() != test.want):
			t.Errorf("%+v: %v\n%s%s", test, err, stdout.Bytes(), stderr.Bytes())
		}
	}
}
