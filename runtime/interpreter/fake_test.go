//go:build unix

package interpreter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// facts are what a fake Python answers when nothing else is asked for.
func facts(path string) *Interpreter {
	return &Interpreter{
		Executable: path, RealPath: path, BaseExecutable: path, Prefix: "/usr", BasePrefix: "/usr",
		Implementation: "cpython", Version: "3.12.1", VersionInfo: [3]int{3, 12, 1},
	}
}

// script writes an executable shell script. The last argument that it gets, the
// mark, is $mark.
func shell(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	text := "#!/bin/sh\nfor mark; do :; done\n" + body + "\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// fake writes a script that answers as the given interpreter and counts how
// often it is asked.
func fake(t *testing.T, path string, i *Interpreter) (asked func() int) {
	t.Helper()
	answer, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	count := filepath.Join(t.TempDir(), "asked")
	shell(t, path, fmt.Sprintf("echo once >>'%s'\nprintf '\\n%%s%%s\\n' \"$mark\" '%s'", count, answer))
	return func() int {
		text, err := os.ReadFile(count)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return strings.Count(string(text), "\n")
	}
}
