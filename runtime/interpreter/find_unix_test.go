//go:build unix

package interpreter

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	add := func(name, version string, info [3]int) {
		answer := facts(path(name))
		answer.Version, answer.VersionInfo = version, info
		fake(t, path(name), answer)
	}
	add("a/python", "3.9.1", [3]int{3, 9, 1})
	add("a/python2", "2.7.18", [3]int{2, 7, 18})
	add("b/python3", "3.10.1", [3]int{3, 10, 1})
	add("c/python3", "3.11.1", [3]int{3, 11, 1})
	add("old/python3", "3.5.1", [3]int{3, 5, 1})
	add("relative/python3", "3.12.1", [3]int{3, 12, 1})
	if err := os.WriteFile(path("a/python3"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path("a/python3.11"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		folders string
		names   []string
		want    string
	}{
		{"the order of names comes first", "a b", []string{"python3", "python"}, "b/python3"},
		{"then the order of folders", "c b", []string{"python3"}, "c/python3"},
		{"a worse name", "a", []string{"python3", "python"}, "a/python"},
		{"old ones are passed over", "old b", []string{"python3"}, "b/python3"},
		{"Python 2 is passed over", "a", []string{"python2", "python"}, "a/python"},
		{"a name of none", "a b c", []string{"python3.99"}, ""},
		{"nothing but old ones", "old", []string{"python3", "python"}, ""},
		{"no PATH", "", []string{"python3"}, ""},
	} {
		var folders []string
		for _, folder := range strings.Fields(test.folders) {
			folders = append(folders, path(folder))
		}
		asker := Asker{Env: []string{"PATH=/overridden", "PATH=" + strings.Join(append(folders, "relative", ".", ""), ":")}}
		got, err := asker.Find(t.Context(), test.names...)
		if test.want == "" {
			var missing *NotFoundError
			if !errors.As(err, &missing) || len(missing.Names) != len(test.names) {
				t.Errorf("%s: Find = %v, %v, want a *NotFoundError", test.name, got, err)
			}
			continue
		}
		if err != nil || got.Path != path(test.want) {
			t.Errorf("%s: Find = %+v, %v, want %s", test.name, got, err, test.want)
		}
	}
}

func TestFindTellsWhy(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	answer := facts(filepath.Join(root, "python3"))
	answer.Version, answer.VersionInfo = "3.5.1", [3]int{3, 5, 1}
	fake(t, answer.Executable, answer)
	_, err := Asker{Env: []string{"PATH=" + root}}.Find(t.Context(), "python3", "python")
	if err == nil || !strings.Contains(err.Error(), "no python3 or python on PATH works: ") || !strings.Contains(err.Error(), "3.5.1 is too old") {
		t.Errorf("Find: %v, want it to tell what was found", err)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := filepath.Join(root, "python3.12")
	fake(t, path, facts(path))
	asker := Asker{Env: []string{"PATH=" + root}}
	for _, text := range []string{path, "python3.12"} {
		if got, err := asker.Lookup(t.Context(), text); err != nil || got.Path != path {
			t.Errorf("Lookup(%q) = %+v, %v, want %s", text, got, err, path)
		}
	}
	_, err := asker.Lookup(t.Context(), "python3.13")
	var missing *NotFoundError
	if !errors.As(err, &missing) {
		t.Errorf("Lookup: %v, want a *NotFoundError", err)
	}
	_, err = asker.Lookup(t.Context(), "./python3.12")
	wantReason(t, err, "./python3.12", NotFound)
}

func TestPyenv(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(path(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, version := range []string{"3.9.1", "3.12.1"} {
		program := path("versions/" + version + "/bin/python3")
		answer := facts(program)
		answer.Version = version
		fake(t, program, answer)
	}
	fake(t, path("versions/3.12.1/bin/python3.12"), facts(path("versions/3.12.1/bin/python3.12")))
	// A shim of pyenv, but for what it does: it says that it was started.
	for _, name := range []string{"python3", "python3.12"} {
		shell(t, path("shims/"+name), `exit 9
export PYENV_ROOT="`+root+`"
exec "`+root+`/libexec/pyenv" exec "$program" "$@"`)
	}
	for _, test := range []struct{ name, shim, env, global, want string }{
		{"variable", "python3", "PYENV_VERSION=3.9.1", "3.12.1\n", "3.9.1"},
		{"global", "python3", "", "3.12.1\n", "3.12.1"},
		{"comments", "python3", "", "# all\n\n 3.9.1 # old\r\n3.12.1\n", "3.9.1"},
		{"the first that has the program", "python3.12", "PYENV_VERSION=3.9.1:3.12.1", "", "3.12.1"},
		{"to be completed", "python3", "PYENV_VERSION=3.9", "", ""},
		{"one is missing", "python3", "PYENV_VERSION=3.12.1:3.8.1", "", ""},
		{"the system's", "python3", "PYENV_VERSION=system", "", ""},
		{"out of the folder", "python3", "PYENV_VERSION=..", "", ""},
		{"nothing chosen", "python3", "", "", ""},
		{"hooks may choose", "python3", "PYENV_HOOK_PATH=/hooks", "3.12.1\n", ""},
	} {
		write("version", test.global)
		asker := Asker{Env: []string{"PATH=/usr/bin:/bin", test.env}}
		got, err := asker.Query(t.Context(), path("shims/"+test.shim))
		if test.want == "" {
			wantReason(t, err, path("shims/"+test.shim), NotPython)
			continue
		}
		if err != nil || got.Version != test.want || got.Path != path("shims/"+test.shim) {
			t.Errorf("%s: Query = %+v, %v, want %s", test.name, got, err, test.want)
		}
	}
	write("shims/python3", "#!/bin/sh\n# of another tool\n")
	if got := (Asker{Env: []string{"PYENV_VERSION=3.9.1"}}).pyenvTarget(path("shims/python3")); got != "" {
		t.Errorf("pyenvTarget of another shim = %s", got)
	}
}
