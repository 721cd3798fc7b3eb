package main

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"testing"
)

// However a bundle is started, it prints what the same program prints that pip
// has installed.
func (a *acceptance) starts(t *testing.T) {
	t.Parallel()
	environment, err := a.environment()
	if err != nil {
		t.Fatal(err)
	}
	want := a.must(t, filepath.Join(environment, "bin", "aws"), "--version")
	renamed := filepath.Join(t.TempDir(), "other folder", "my tool")
	if err := os.Mkdir(filepath.Dir(renamed), 0o700); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(a.bundle)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(renamed, content, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		command []string
	}{
		{"first", []string{a.bundle}},
		{"warm", []string{a.bundle}},
		{"by its interpreter", []string{a.python, a.bundle}},
		{"by the environment's interpreter", []string{filepath.Join(environment, "bin", "python"), a.bundle}},
		{"renamed", []string{renamed}},
		{"renamed, by its interpreter", []string{a.python, renamed}},
	} {
		if got := a.must(t, test.command[0], append(test.command[1:], "--version")...); got != want {
			t.Errorf("%s: %q prints %q, want %q", test.name, test.command, got, want)
		}
	}
}

// pythonVersion is the part of what aws prints that is not its own.
var pythonVersion = regexp.MustCompile(`Python/\S+`)

// A bundle starts without any variable, by the Python that the system then
// takes, if that fits.
func (a *acceptance) startsBare(t *testing.T) {
	t.Parallel()
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(who.HomeDir, ".cache", "gobundle") // no variable can say another one
	if _, err := os.Stat(cache); errors.Is(err, os.ErrNotExist) {
		t.Cleanup(func() { os.RemoveAll(cache) })
	}
	want := pythonVersion.ReplaceAllString(a.must(t, a.bundle, "--version"), "")
	minor := func(python string) string {
		return a.must(t, python, "-I", "-c", "import sys; print(sys.version_info[:2])")
	}
	for _, folder := range []string{"/usr/local/bin", "/usr/bin", "/bin"} {
		python := filepath.Join(folder, "python3")
		if _, err := os.Stat(python); err != nil {
			continue
		}
		if minor(python) != minor(a.python) {
			t.Skipf("%s is not of the version that the wheels are for", python)
		}
		got := a.must(t, "env", "-i", a.bundle, "--version")
		if pythonVersion.ReplaceAllString(got, "") != want {
			t.Errorf("without variables it prints %q, want %q", got, want)
		}
		return
	}
	t.Skip("the system has no python3")
}
