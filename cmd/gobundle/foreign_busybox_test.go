package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestBusyboxOnWindows starts the commands of a bundle by the Python for Windows in
// GOBUNDLE_WINDOWS_PYTHON, and has it make files that start them.
func TestBusyboxOnWindows(t *testing.T) {
	t.Parallel()
	python := os.Getenv("GOBUNDLE_WINDOWS_PYTHON")
	if python == "" {
		t.Log("GOBUNDLE_WINDOWS_PYTHON names no Python for Windows")
		return
	}
	folder := t.TempDir()
	app := filepath.Join(folder, "tool box.pyz")
	wheels := indextest.Folder(t, indextest.Dist{
		Name: "app", Version: "1.0", Scripts: map[string]string{"one": "app:one", "two": "app:two"},
		Files: map[string]string{"app.py": "import sys\ndef one():\n    print('one', sys.argv[1:])\n    return 3\ndef two():\n    print('two', sys.argv[1:])\n"},
	})
	arguments := []string{"app", "--busybox", "@", "-o", app, "--target", "cp311-windows-amd64", "--no-index", "-f", wheels, "--cache-dir", t.TempDir()}
	var talk bytes.Buffer
	if code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk}); code != exitDone {
		t.Fatalf("gobundle %q: exit code %d\n%s", arguments, code, talk.Bytes())
	}
	cache := t.TempDir()
	for _, test := range []struct {
		tools     string
		arguments []string
		want      string
		code      int
	}{
		{"", []string{"one", "x", "y z"}, "one ['x', 'y z']", 3},
		{"", []string{"two"}, "two []", 0},
		{"", []string{"--help"}, "usage: tool box.pyz COMMAND [ARGUMENT...]\n\ncommands:\n  one\n  two\n", 0},
		{"install", []string{"links"}, "2 commands in ", 0},
		{"install", []string{"links"}, "", 1},
		{"install", []string{"--force", "links"}, "2 commands in ", 0},
	} {
		command := exec.CommandContext(t.Context(), python, append([]string{app}, test.arguments...)...)
		command.Dir = folder
		command.Env = append(os.Environ(), "GOBUNDLE_CACHE_DIR="+cache, "GOBUNDLE_TOOLS="+test.tools)
		var stdout, stderr bytes.Buffer // pipes, which a Python for Windows wants
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		output := strings.ReplaceAll(stdout.String(), "\r\n", "\n")
		if code := command.ProcessState.ExitCode(); code != test.code || !strings.HasPrefix(output, test.want) {
			t.Errorf("%s %q: exit code %d, %s, want %d, %s\n%s", test.tools, test.arguments, code, output, test.code, test.want, stderr.Bytes())
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "links", "two.cmd"))
	if err != nil || !strings.Contains(string(text), `python.exe" "`) || !strings.HasSuffix(string(text), `\tool box.pyz" "two" %*`+"\r\n") {
		t.Errorf("two.cmd is %q, %v", text, err)
	}
}
