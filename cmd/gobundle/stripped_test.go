//go:build linux && amd64

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestStrippedExecutable: an executable whose bundle was taken away or damaged says so.
func TestStrippedExecutable(t *testing.T) {
	t.Parallel()
	app := foreignExecutable(t, "echo", "linux", "amd64", "cp311-linux-x86_64")
	data, err := os.ReadFile(app)
	if err != nil {
		t.Fatal(err)
	}
	tool := func(words ...string) func(t *testing.T, path string) error {
		return func(t *testing.T, path string) error {
			t.Helper()
			if _, err := exec.LookPath(words[0]); err != nil {
				t.Skip("there is no " + words[0])
			}
			return exec.CommandContext(t.Context(), words[0], append(words[1:], path)...).Run()
		}
	}
	end := len(data) - 22 // of the directory
	directory := int64(binary.LittleEndian.Uint32(data[end+16:]))
	spoiled := bytes.Clone(data)
	spoiled[directory] ^= 1
	const without, damaged = "this is a launcher without its bundle", "the directory of its zip is damaged"
	cut := func(size int64) func(t *testing.T, path string) error {
		return func(_ *testing.T, path string) error { return os.Truncate(path, size) }
	}
	for _, test := range []struct {
		name, reason string
		change       func(t *testing.T, path string) error
	}{
		{"strip", without, tool("strip")},
		{"strip -g", without, tool("strip", "-g")},
		{"objcopy --strip-all", without, tool("objcopy", "--strip-all")},
		{"cut to the launcher", without, cut(int64(bytes.Index(data, []byte("PK\x03\x04\n"))))},
		// The end of a wheel is taken for that of the bundle.
		{"cut within its directory", damaged, cut(directory + 20)},
		{"cut within its end", without, cut(int64(end) + 10)},
		{"a spoiled directory", damaged, func(_ *testing.T, path string) error { return os.WriteFile(path, spoiled, 0o755) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "app")
			if err := errors.Join(os.WriteFile(path, data, 0o755), os.Chmod(path, 0o755)); err != nil {
				t.Fatal(err)
			}
			if err := test.change(t, path); err != nil {
				t.Fatal(err)
			}
			said, err := exec.CommandContext(t.Context(), path).CombinedOutput()
			var exit *exec.ExitError
			lines := strings.SplitAfter(string(said), "\n")
			if !errors.As(err, &exit) || exit.ExitCode() != 1 || len(lines) != 3 ||
				lines[0] != "app: error: "+test.reason+"\n" || !strings.HasPrefix(lines[1], "app: hint: build ") {
				t.Errorf("%v, and it says\n%swant %q", err, said, test.reason)
			}
		})
	}
}
