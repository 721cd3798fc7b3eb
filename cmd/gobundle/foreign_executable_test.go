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
	"github.com/gobundle/gobundle/runtime/stub"
)

// echo is an application that tells how it was started. It ends with the code that the
// first argument says, or waits for Ctrl-C.
const echo = `import os, sys, time
def main():
    if sys.argv[1:] == ["streams"]:
        sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])
        return 0
    print(ascii(sys.argv[1:]), flush=True)
    if sys.argv[1:] == ["wait"]:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            return 42
    if sys.argv[1:] == ["process"]:
        print(os.getpid(), flush=True)
        time.sleep(60)
    if sys.argv[1:] == ["crash"]:
        import ctypes
        ctypes.windll.kernel32.ExitProcess(0xC0000005)
    if sys.argv[2:3] == ["place"]:
        from echo_parts.` + longName + ` import leaf
        print(sys.executable, len(leaf.__file__) > 259)
    return int(sys.argv[1]) if len(sys.argv) > 1 else 0
`

// longName is a part of a path which makes that of an environment long.
const longName = "parts_of_parts_of_parts_of_parts_of_parts_of_parts_of_parts_of_parts_of_parts"

// echoWheels is a folder with the wheel of echo.
func echoWheels(t *testing.T) string {
	t.Helper()
	return indextest.Folder(t, indextest.Dist{
		Name: "echo", Version: "1.5",
		Files:   map[string]string{"echo.py": echo, "echo_parts/" + longName + "/leaf.py": ""},
		Scripts: map[string]string{"say": "echo:main"}, GUIScripts: map[string]string{"show": "echo:main"},
	})
}

// foreignExecutable makes an executable of echo for a target.
func foreignExecutable(t *testing.T, name, goos, goarch, target string, flags ...string) string {
	t.Helper()
	var missing *stub.MissingError
	if _, err := stub.Launcher(goos, goarch); errors.As(err, &missing) {
		t.Skip("make launchers has not been run")
	}
	return echoBundle(t, name, append([]string{"--format", "executable", "--target", target}, flags...)...)
}

// echoBundle makes a bundle of echo.
func echoBundle(t *testing.T, name string, flags ...string) string {
	t.Helper()
	folder := t.TempDir()
	app := filepath.Join(folder, name)
	arguments := append([]string{"echo", "-e", "echo:main", "-o", app, "--no-index", "-f", echoWheels(t), "--cache-dir", t.TempDir()}, flags...)
	var talk bytes.Buffer
	if code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk}); code != exitDone {
		t.Fatalf("gobundle %q: exit code %d\n%s", arguments, code, talk.Bytes())
	}
	return app
}

// start runs a program with pipes for its streams, and returns its output and exit code.
func start(t *testing.T, environment []string, name string, arguments ...string) (output string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Env = append(os.Environ(), environment...)
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return strings.ReplaceAll(stdout.String(), "\r\n", "\n") + stderr.String(), command.ProcessState.ExitCode()
}

// TestForeignExecutable starts executables for other machines, by emulators.
func TestForeignExecutable(t *testing.T) {
	t.Parallel()
	t.Run("arm64", func(t *testing.T) {
		t.Parallel()
		python := os.Getenv("GOBUNDLE_ARM64_PYTHON")
		if python == "" {
			t.Skip("GOBUNDLE_ARM64_PYTHON names no Python")
		}
		app := foreignExecutable(t, "echo", "linux", "arm64", "cp311-linux-aarch64")
		environment := []string{"GOBUNDLE_CACHE_DIR=" + t.TempDir(), "PATH=" + filepath.Dir(python) + ":" + os.Getenv("PATH")}
		for _, kind := range []string{"cold", "warm"} {
			output, code := start(t, environment, "qemu-aarch64-static", app, "7", "a b", `"`)
			if output != "['7', 'a b', '\"']\n" || code != 7 {
				t.Errorf("%s: it prints %q and ends with %d", kind, output, code)
			}
		}
	})
}
