package venv

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The bundle's own verb and Create make the same environment, byte for byte.
func TestTwin(t *testing.T) {
	// Byte-code carries the time of its source unless this is set.
	t.Setenv("SOURCE_DATE_EPOCH", "315532800")
	// Python 3.6 takes file names for ASCII then.
	t.Setenv("LC_ALL", "C")
	list := demo(t)
	evil := bundled{Path: writeWheel(t, t.TempDir(), "evil", "1", file{path: "greet/words.py", content: "HELLO = 'evil'\n"},
		file{path: "evil-1.data/scripts/activate.csh", content: "#!python\n"}), Role: "dependency"}
	for _, test := range []struct {
		name      string
		o         Options
		arguments []string
		more      []bundled
	}{
		{"plain", Options{}, nil, nil},
		{"options", Options{Copies: true, SystemSitePackages: true, Prompt: "demo!", Scope: Dependencies},
			[]string{"--copies", "--system-site-packages", "--prompt", "demo!", "--scope", "deps"}, nil},
		{"compile", Options{Compile: true, Scope: All}, []string{"--compile", "--scope=all"}, nil},
		{"sources", Options{Scope: Sources}, []string{"--scope", "srcs"}, nil},
		{"force", Options{Force: true}, []string{"--force"}, nil},
		{"collisions", Options{CollisionsOK: true}, []string{"--collisions-ok"}, []bundled{evil}},
	} {
		for _, python := range spread(t) {
			if test.o.Copies && strings.HasPrefix(filepath.Base(python), "pypy") {
				continue // Debian's copies the whole of /usr/lib then, or fails over a link in it.
			}
			wheels := append(list[:len(list):len(list)], test.more...)
			parent := t.TempDir()
			dir, other := filepath.Join(parent, "env"), filepath.Join(parent, "by Create")
			fill := func() {
				if err := os.Mkdir(dir, 0o777); err != nil {
					t.Fatal(err)
				}
				if test.o.Force {
					if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o666); err != nil {
						t.Fatal(err)
					}
				}
			}
			fill()
			o := test.o
			o.Python, o.Wheels = python, opened(t, wheels)
			if _, err := Create(t.Context(), dir, o); err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			if err := os.Rename(dir, other); err != nil {
				t.Fatal(err)
			}
			fill()
			talk, err := twin(t, python, wheels, append(test.arguments, dir)...)
			if err != nil {
				t.Fatalf("%s: %s: %v\n%s", python, test.name, err, talk)
			}
			if diff := cmp.Diff(listing(t, other), listing(t, dir)); diff != "" {
				t.Errorf("%s: %s: Create (-) and the bundle's own verb (+) differ:\n%s", python, test.name, diff)
			}
			if want := "distribution"; !strings.Contains(talk, want) || strings.Contains(talk, "Traceback") {
				t.Errorf("%s: %s: said %q", python, test.name, talk)
			}
		}
	}
}

// Long paths, spaces and quotes in them make scripts that both twins write
// alike, and that run.
func TestTwinPaths(t *testing.T) {
	t.Parallel()
	list := demo(t)
	for _, name := range []string{"a b", "it's", "größe", strings.Repeat("long", 40), "a'''b c", "new\nline"} {
		for _, python := range spread(t) {
			dir := filepath.Join(t.TempDir(), name)
			if talk, err := twin(t, python, list, dir); err != nil {
				t.Fatalf("%s: %q: %v\n%s", python, name, err, talk)
			}
			byTwin := listing(t, dir)
			if _, err := Create(t.Context(), dir, Options{Python: python, Wheels: opened(t, list), Force: true}); err != nil {
				t.Fatalf("%s: %q: %v", python, name, err)
			}
			byCreate := listing(t, dir)
			delete(byTwin, "pyvenv.cfg") // has the command line, with --clear
			delete(byCreate, "pyvenv.cfg")
			if diff := cmp.Diff(byCreate, byTwin); diff != "" {
				t.Errorf("%s: %q: Create (-) and the bundle's own verb (+) differ:\n%s", python, name, diff)
			}
			for script, want := range map[string]string{"app": "hello\n", "first": "first\n"} {
				output, err := exec.CommandContext(t.Context(), filepath.Join(dir, "bin", script)).CombinedOutput()
				if err != nil || string(output) != want {
					t.Errorf("%s: %q: %s prints %q, want %q (%v)", python, name, script, output, want, err)
				}
			}
		}
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// The verb's errors are two lines, and nothing half-made stays.
func TestTwinErrors(t *testing.T) {
	t.Parallel()
	list := demo(t)
	folder := t.TempDir()
	full := filepath.Join(folder, "full")
	if err := os.MkdirAll(full, 0o777); err != nil {
		t.Fatal(err)
	}
	keep := filepath.Join(full, "keep")
	if err := os.WriteFile(keep, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	damaged := writeWheel(t, folder, "damaged", "1", file{path: "damaged.py", content: strings.Repeat("x = 1\n", 100)})
	content, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(damaged, content[:len(content)-40], 0o666); err != nil {
		t.Fatal(err)
	}
	evil := writeWheel(t, folder, "evil", "1", file{path: "greet/words.py", content: "HELLO = 'evil'\n"})
	taking := writeWheel(t, folder, "taking", "1", file{path: "taking-1.data/scripts/activate", content: "evil\n"})
	for _, test := range []struct {
		name      string
		list      []bundled
		arguments []string
		code      int
		want      []string
	}{
		{"no folder", list, nil, 2, []string{"app.pyz: error: ", "app.pyz: hint: app.pyz venv -h lists the options"}},
		{"unknown option", list, []string{"--nope", "x"}, 2, []string{"app.pyz: error: unrecognized arguments: --nope", "app.pyz: hint: app.pyz venv -h"}},
		{"unknown scope", list, []string{"--scope", "most", "x"}, 2, []string{"app.pyz: error: argument --scope", "app.pyz: hint: "}},
		{"abbreviated", list, []string{"--sys", "x"}, 2, []string{"app.pyz: error: unrecognized arguments: --sys", "app.pyz: hint: "}},
		{"full", list, []string{full}, 1, []string{"app.pyz: error: " + full + " is not empty", "app.pyz: hint: --force empties it first"}},
		{"root", list, []string{"--force", "/"}, 1, []string{"app.pyz: error: / is not emptied: it is the root", "app.pyz: hint: choose another folder"}},
		{"a file", list, []string{keep}, 1, []string{"app.pyz: error: ", "app.pyz: hint: choose a folder that can be written"}},
		{"below a file", list, []string{keep + "/env"}, 1, []string{"app.pyz: error: ", "app.pyz: hint: "}},
		{"collision", append(list[:4:4], bundled{Path: evil}), []string{filepath.Join(folder, "env")}, 1,
			[]string{"app.pyz: error: greet 1.5 and evil 1 both write lib/site-packages/greet/words.py, with different content", "app.pyz: hint: --collisions-ok"}},
		{"collision with the environment", append(list[:4:4], bundled{Path: taking}), []string{filepath.Join(folder, "env")}, 1,
			[]string{"app.pyz: error: taking 1 would replace the existing bin/activate", "app.pyz: hint: --collisions-ok"}},
		{"damaged", append(list[:4:4], bundled{Path: damaged}), []string{filepath.Join(folder, "env")}, 1,
			[]string{"app.pyz: error: damaged-1-py3-none-any.whl is not a valid wheel: it has no end", "app.pyz: hint: the bundle is damaged"}},
	} {
		for _, python := range spread(t) {
			talk, err := twin(t, python, test.list, test.arguments...)
			lines := strings.Split(strings.TrimSuffix(talk, "\n"), "\n")
			if exitCode(err) != test.code || len(lines) != 2 || !strings.HasPrefix(lines[0], test.want[0]) || !strings.HasPrefix(lines[1], test.want[1]) {
				t.Errorf("%s: %s: exit code %d, said %q, want %d, %q", python, test.name, exitCode(err), talk, test.code, test.want)
			}
			if _, err := os.Lstat(filepath.Join(folder, "env")); !errors.Is(err, os.ErrNotExist) {
				t.Fatalf("%s: %s: an environment is left (%v)", python, test.name, err)
			}
		}
	}
	if _, err := os.Stat(keep); err != nil {
		t.Errorf("a refused folder was changed: %v", err)
	}
	for _, python := range spread(t) {
		if talk, err := twin(t, python, list, "-h"); err != nil || talk != "" {
			t.Errorf("%s: -h: %v, said %q on stderr", python, err, talk)
		}
	}
}

// A verb that is ended by a signal leaves nothing.
func TestTwinSignals(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "env")
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		command := exec.CommandContext(t.Context(), pythons(t)[0], "-I", "testdata/twin.py", "../../bootstrap", dir)
		command.Stdin = strings.NewReader("[]")
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		for range 60_000 {
			if _, err := os.Stat(dir); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if code := exitCode(command.Wait()); code != 130 {
			t.Errorf("%v: exit code %d, want 130", signal, code)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v: the environment is left (%v)", signal, err)
		}
	}
}

// A verb that runs in an environment makes one of the interpreter below it, not
// one that leans on the first environment.
func TestTwinInsideAnEnvironment(t *testing.T) {
	t.Parallel()
	list := demo(t)[:1]
	for _, python := range spread(t) {
		parent := t.TempDir()
		first := filepath.Join(parent, "first")
		if err := makeEmpty(t.Context(), first, false, Options{Python: python}); err != nil {
			t.Fatal(err)
		}
		for _, flag := range []string{"-I", "-IS"} {
			dir := filepath.Join(parent, "second"+flag)
			if talk, err := twinWith(t, filepath.Join(first, "bin", "python"), flag, list, dir); err != nil {
				t.Fatalf("%s: %v\n%s", python, err, talk)
			}
			second := listing(t, dir)
			for _, name := range []string{"pyvenv.cfg", "bin/python", "bin/python3"} {
				if strings.Contains(second[name], first+"/") {
					t.Errorf("%s: %s leans on the first environment: %s", python, name, second[name])
				}
			}
		}
	}
}
