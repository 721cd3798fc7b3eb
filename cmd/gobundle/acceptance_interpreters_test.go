package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// A bundle of pure wheels that is built for one Python runs on all others for
// which Requires-Python and the markers come out the same. Where they don't, it
// says so in three lines. GOBUNDLE_PYTHONS lists the interpreters to try, beside
// the python3 on PATH.
func TestAcceptanceInterpreters(t *testing.T) {
	t.Parallel()
	python, err := realPython()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t, python)
	wheels := indextest.Folder(t,
		indextest.Dist{Name: "plain", Version: "1.0", Files: map[string]string{"plain.py": "def main():\n    print('it runs')\n"}},
		indextest.Dist{Name: "recent", Version: "1.0", RequiresPython: ">=3.9", Requires: []string{"plain"}},
		indextest.Dist{Name: "marked", Version: "1.0", Requires: []string{"plain", `older; python_version < "3.8"`}},
		indextest.Dist{Name: "older", Version: "1.0"},
	)
	for _, test := range []struct {
		requirement string
		target      string
		runs        func(minor int) bool
	}{
		{"plain", "cp312-manylinux_2_17_x86_64", func(int) bool { return true }},
		{"plain", "cp36-manylinux_2_17_x86_64", func(int) bool { return true }},
		{"recent", "cp312-manylinux_2_17_x86_64", func(minor int) bool { return minor >= 9 }},
		{"marked", "cp312-manylinux_2_17_x86_64", func(minor int) bool { return minor >= 8 }},
		{"marked", "cp37-manylinux_2_17_x86_64", func(minor int) bool { return minor < 8 }},
	} {
		name := test.requirement + " for " + test.target
		bundle := filepath.Join(t.TempDir(), "app.pyz")
		p.must(t, p.gobundle, test.requirement, "-e", "plain:main", "-o", bundle, "--no-index", "-f", wheels, "--target", test.target)
		for _, python := range append(filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS")), python) {
			t.Run(name+" on "+python, func(t *testing.T) {
				t.Parallel()
				var minor int
				if _, err := fmt.Sscan(p.must(t, python, "-I", "-c", "import sys; print(sys.version_info[1])"), &minor); err != nil {
					t.Fatal(err)
				}
				if test.runs(minor) {
					if got, want := p.must(t, python, bundle), "it runs\n"; got != want {
						t.Errorf("it prints %q, want %q", got, want)
					}
					return
				}
				p.refuses(t, python, bundle, test.target)
			})
		}
	}
}

// refuses checks what is said where no interpreter suits.
func (p *place) refuses(t *testing.T, python, bundle, target string) {
	t.Helper()
	command := p.command(t.Context(), python, bundle)
	command.Env = append(command.Env, "PATH="+t.TempDir())
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || len(stdout) > 0 {
		t.Fatalf("it ends with %v and prints %q, want exit code 1", err, stdout)
	}
	version := strings.TrimSpace(p.must(t, python, "-I", "-c", "import platform; print(platform.python_version())"))
	lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], ": error: ") || !strings.Contains(lines[0], target) ||
		!strings.Contains(lines[1], version) || !strings.Contains(lines[2], ": hint: ") {
		t.Errorf("it says\n%s\nwant three lines: the bundle's target %s, this interpreter %s, a hint", stderr.String(), target, version)
	}
}
