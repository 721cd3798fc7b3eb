package venv

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gobundle/gobundle/runtime/wheel"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	wheels := opened(t, demo(t))
	for _, python := range pythons(t) {
		dir := filepath.Join(t.TempDir(), "with space", "env")
		report, err := Create(t.Context(), dir, Options{Python: python, Wheels: wheels, Prompt: "demo!"})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := report.Distributions, []string{"app 0", "greet 1.5", "schemes 2.0", "direct 1"}; !cmp.Equal(got, want) {
			t.Errorf("%s: installed %v, want %v", python, got, want)
		}
		for script, want := range map[string]string{"app": "hello\n", "first": "first\n"} {
			output, err := exec.CommandContext(t.Context(), filepath.Join(dir, "bin", script)).Output()
			if err != nil || string(output) != want {
				t.Errorf("%s: %s prints %q, want %q (%v)", python, script, output, want, err)
			}
		}
		output, err := exec.CommandContext(t.Context(), filepath.Join(dir, "bin", "python"), "-I", "-c",
			"import importlib.util, sys; print(sys.prefix, importlib.util.find_spec('pip'))").Output()
		if got, want := string(output), dir+" None\n"; err != nil || got != want {
			t.Errorf("%s: the environment says %q, want %q (%v)", python, got, want, err)
		}
		if activate, err := os.ReadFile(filepath.Join(dir, "bin", "activate")); err != nil || !strings.Contains(string(activate), "demo!") {
			t.Errorf("%s: activate doesn't show the prompt (%v)", python, err)
		}
	}
}

// Windows can't start the programs of an environment that lies too deep.
func TestLength(t *testing.T) {
	t.Parallel()
	short, deep := `C:\`+strings.Repeat("x", 236), `C:\`+strings.Repeat("x", 237)
	if err := checkLength(short, "windows"); err != nil {
		t.Errorf("%d characters: %v", len(short), err)
	}
	if err := checkLength(deep, "linux"); err != nil {
		t.Errorf("%d characters on Linux: %v", len(deep), err)
	}
	var long *wheel.LongPathError
	if err := checkLength(deep, "windows"); !errors.As(err, &long) || long.Longest != 260 || !long.Programs {
		t.Errorf("%d characters: %v", len(deep), err)
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	list := demo(t)
	python := pythons(t)[0]
	for scope, want := range map[Scope][]string{
		"":           {"app 0", "greet 1.5", "schemes 2.0", "direct 1"},
		All:          {"app 0", "greet 1.5", "schemes 2.0", "direct 1"},
		Sources:      {"app 0"},
		Dependencies: {"greet 1.5", "schemes 2.0", "direct 1"},
	} {
		report, err := Create(t.Context(), filepath.Join(t.TempDir(), "env"), Options{Python: python, Wheels: opened(t, list), Scope: scope})
		if err != nil || !cmp.Equal(report.Distributions, want) {
			t.Errorf("scope %q installs %+v, want %v (%v)", scope, report, want, err)
		}
	}
	if _, err := Create(t.Context(), t.TempDir(), Options{Python: python, Scope: "most"}); !errors.Is(err, ErrScope) {
		t.Errorf("scope %q: %v, want ErrScope", "most", err)
	}
}

func TestPip(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "env")
	if _, err := Create(t.Context(), dir, Options{Python: pythons(t)[0], Wheels: opened(t, demo(t)), Pip: true}); err != nil {
		var python *PythonError
		if errors.As(err, &python) && strings.Contains(python.Output, "ensurepip") {
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("without ensurepip the environment stays (%v)", err)
			}
			return // this distributor has taken ensurepip out
		}
		t.Fatal(err)
	}
	pip := func(arguments ...string) (string, error) {
		command := exec.CommandContext(t.Context(), filepath.Join(dir, "bin", "pip"), arguments...)
		command.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + dir, "LC_ALL=C.UTF-8", "PIP_CONFIG_FILE=/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK=1"}
		output, err := command.CombinedOutput()
		return string(output), err
	}
	if output, err := pip("check"); err != nil {
		t.Errorf("pip check: %v\n%s", err, output)
	}
	if output, err := pip("uninstall", "-y", "schemes", "greet"); err != nil {
		t.Errorf("pip uninstall: %v\n%s", err, output)
	}
	left := names(listing(t, dir), func(name string) bool {
		return strings.Contains(name, "greet") || strings.Contains(name, "schemes") || strings.HasSuffix(name, "bin/first") || strings.HasSuffix(name, "x.h")
	})
	if len(left) > 0 {
		t.Errorf("pip uninstall leaves %v", left)
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	python := pythons(t)[0]
	wheels := opened(t, demo(t))
	dir := t.TempDir() // exists and is empty
	if _, err := Create(t.Context(), dir, Options{Python: python, Wheels: wheels}); err != nil {
		t.Fatalf("into an empty folder: %v", err)
	}
	keep := filepath.Join(dir, "keep")
	if err := os.WriteFile(keep, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	var full *NotEmptyError
	if _, err := Create(t.Context(), dir, Options{Python: python, Wheels: wheels}); !errors.As(err, &full) || full.Dir != dir {
		t.Errorf("into a folder with something in it: %v, want a NotEmptyError", err)
	}
	if _, err := os.Stat(keep); err != nil {
		t.Errorf("the refused folder was changed: %v", err)
	}
	if _, err := Create(t.Context(), keep, Options{Python: python, Wheels: wheels}); err == nil {
		t.Error("onto a file: no error")
	}
	if _, err := Create(t.Context(), dir, Options{Python: python, Wheels: wheels, Force: true}); err != nil {
		t.Errorf("by force: %v", err)
	}
	if _, err := os.Stat(keep); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("force keeps what was there (%v)", err)
	}
	for _, dir := range []string{"/", ".", ".."} {
		if _, err := Create(t.Context(), dir, Options{Python: python, Force: true}); !errors.As(err, &full) || full.Kept == "" {
			t.Errorf("%s by force: %v, want it kept", dir, err)
		}
	}
}

// Whatever fails, nothing half-made stays, and what can be checked is checked
// before anything is emptied.
func TestFailures(t *testing.T) {
	t.Parallel()
	python := pythons(t)[0]
	list := demo(t)
	dir := t.TempDir()
	colliding := append(list[:len(list):len(list)], bundled{Path: writeWheel(t, dir, "evil", "1", file{path: "greet/words.py", content: "HELLO = 'evil'\n"}), Role: "dependency"})
	taking := append(list[:len(list):len(list)], bundled{Path: writeWheel(t, dir, "taking", "1", file{path: "taking-1.data/scripts/activate", content: "evil\n"}), Role: "dependency"})
	within := func(d time.Duration) func() context.Context {
		return func() context.Context {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			t.Cleanup(cancel)
			return ctx
		}
	}
	halfway := func(end string) string {
		python := filepath.Join(t.TempDir(), "python")
		program := "#!/bin/sh\n[ \"$3\" = 'import venv' ] && exit\nfor dir; do :; done\nrm -rf \"$dir\"/*\nmkdir -p \"$dir\"\n: >\"$dir/half\"\n" + end + "\n"
		if err := os.WriteFile(python, []byte(program), 0o777); err != nil {
			t.Fatal(err)
		}
		return python
	}
	var collision *wheel.CollisionError
	var failed *PythonError
	for _, test := range []struct {
		name string
		ctx  func() context.Context
		o    Options
		want func(error) bool
		kept int // of one file that force would remove
	}{
		{"collision", t.Context, Options{Python: python, Wheels: opened(t, colliding)}, func(err error) bool {
			return errors.As(err, &collision) && collision.Path == "lib/site-packages/greet/words.py"
		}, 1},
		{"collision with the environment", t.Context, Options{Python: python, Wheels: opened(t, taking)}, func(err error) bool { return errors.As(err, &collision) && collision.Path == "bin/activate" }, 0},
		{"no interpreter", t.Context, Options{Python: filepath.Join(dir, "python")}, func(err error) bool { return errors.As(err, &failed) && errors.Is(err, os.ErrNotExist) }, 1},
		{"interpreter without venv", t.Context, Options{Python: "/bin/false"}, func(err error) bool { return errors.As(err, &failed) }, 1},
		{"no time", within(-1), Options{Python: python, Wheels: opened(t, list)}, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, 1},
		{"interpreter that fails halfway", t.Context, Options{Python: halfway("exit 1"), Wheels: opened(t, list)}, func(err error) bool { return errors.As(err, &failed) }, 0},
		{"too little time", within(time.Second), Options{Python: halfway("exec sleep 60"), Wheels: opened(t, list)}, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, 0},
	} {
		for _, before := range []string{"absent", "empty", "forced"} {
			dir := filepath.Join(t.TempDir(), "env")
			if before != "absent" {
				if err := os.Mkdir(dir, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			o := test.o
			if before == "forced" {
				o.Force = true
				if err := os.WriteFile(filepath.Join(dir, "keep"), nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Create(test.ctx(), dir, o); !test.want(err) {
				t.Errorf("%s, %s: Create = %v", test.name, before, err)
			}
			entries, err := os.ReadDir(dir)
			if before == "absent" && !errors.Is(err, os.ErrNotExist) || before == "empty" && (err != nil || len(entries) > 0) {
				t.Errorf("%s, %s: %v is left (%v)", test.name, before, entries, err)
			}
			if before == "forced" && len(entries) != test.kept {
				t.Errorf("%s, %s: %v is left, want %d files (%v)", test.name, before, entries, test.kept, err)
			}
		}
	}
	report, err := Create(t.Context(), filepath.Join(dir, "env"), Options{Python: python, Wheels: opened(t, colliding), CollisionsOK: true})
	if err != nil || len(report.Collisions) != 1 {
		t.Errorf("with CollisionsOK: %+v, %v", report, err)
	}
}
