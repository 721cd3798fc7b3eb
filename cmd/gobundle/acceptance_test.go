package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestAcceptance shows the main job on real input: wheels of real
// distributions, awscli among them, and what pip makes of the same. It takes
// GOBUNDLE_WHEELS, a folder of wheels, and GOBUNDLE_WHEELS_PYTHON, an
// interpreter that they fit and that has a pip.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	wheels, python := os.Getenv("GOBUNDLE_WHEELS"), os.Getenv("GOBUNDLE_WHEELS_PYTHON")
	if wheels == "" || python == "" {
		t.Skip("GOBUNDLE_WHEELS and GOBUNDLE_WHEELS_PYTHON name no wheels and no interpreter")
	}
	a := &acceptance{place: newPlace(t, python), wheels: wheels, python: python}
	a.environment = sync.OnceValues(func() (string, error) { return a.byPip(t.Context(), t.TempDir(), a.everything()...) })
	a.bundle = filepath.Join(t.TempDir(), "aws.pyz")
	a.build(t, a.bundle, "awscli", "-c", "aws")
	t.Run("starts", a.starts)
	t.Run("starts bare", a.startsBare)
	t.Run("imports", a.imports)
	t.Run("explodes", a.explodes)
	t.Run("reproducible", a.reproducible)
	t.Run("siblings", a.siblings)
	t.Run("exports", a.exports)
}

// acceptance is what the acceptance tests share. All of it is made once.
type acceptance struct {
	*place
	wheels, python string // the folder, and the interpreter that they fit
	bundle         string // aws.pyz

	// environment is the path of a virtual environment into which pip has
	// installed all of the wheels.
	environment func() (string, error)
}

// build makes a bundle out of the wheels.
func (a *acceptance) build(t *testing.T, output string, arguments ...string) {
	t.Helper()
	arguments = append(arguments, "-o", output, "--no-index", "-f", a.wheels)
	a.must(t, a.gobundle, arguments...)
}

// everything is all of the wheels but those of the installers themselves.
func (a *acceptance) everything() []string {
	files, _ := filepath.Glob(filepath.Join(a.wheels, "*.whl")) // the pattern is sound
	var names []string
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), "-")
		if name != "pip" && name != "setuptools" {
			names = append(names, name)
		}
	}
	return names
}

// byPip makes a virtual environment in the folder and lets pip install into it.
func (a *acceptance) byPip(ctx context.Context, folder string, requirements ...string) (string, error) {
	dir := filepath.Join(folder, "env")
	if output, err := a.command(ctx, a.python, "-I", "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("making a virtual environment: %w\n%s", err, output)
	}
	arguments := append([]string{"install", "--no-compile", "--find-links", a.wheels}, requirements...)
	if output, err := a.pip(ctx, dir, arguments...); err != nil {
		return "", fmt.Errorf("installing by pip: %w\n%s", err, output)
	}
	return dir, nil
}

// pip runs the interpreter's pip on a virtual environment.
func (a *acceptance) pip(ctx context.Context, dir string, arguments ...string) (string, error) {
	arguments = append([]string{"-I", "-m", "pip", "--python", filepath.Join(dir, "bin", "python")}, arguments...)
	command := a.command(ctx, a.python, arguments...)
	command.Env = append(command.Env, "PIP_CONFIG_FILE=/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_INDEX=1")
	output, err := command.CombinedOutput()
	return string(output), err
}

// A place is where commands run as on a machine with one Python: with a PATH,
// a home and a cache of their own, and no settings.
type place struct {
	gobundle string   // the program under test
	settings []string // the variables
}

// newPlace makes a place whose python3 is the one given.
func newPlace(t *testing.T, python string) *place {
	t.Helper()
	gobundle, err := exec.LookPath("gobundle") // which TestMain has put there
	if err != nil {
		t.Fatal(err)
	}
	version, err := exec.CommandContext(t.Context(), python, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
	if err != nil {
		t.Fatalf("asking %s for its version: %v", python, err)
	}
	bin := t.TempDir()
	for _, name := range []string{"python3", "python" + strings.TrimSpace(string(version))} {
		if err := os.Symlink(python, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	return &place{gobundle: gobundle, settings: []string{
		"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + t.TempDir(), "GOBUNDLE_CACHE_DIR=" + t.TempDir(), "LC_ALL=C.UTF-8",
	}}
}

func (p *place) command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Env = p.settings[:len(p.settings):len(p.settings)]
	return command
}

// must runs a command that has to succeed and returns what it prints.
func (p *place) must(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	return output(t, p.command(t.Context(), name, arguments...))
}

// output runs a command that has to succeed and returns what it prints.
func output(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s%s", command.Args, err, stdout, stderr.String())
	}
	return string(stdout)
}
