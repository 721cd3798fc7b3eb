//go:build unix

package interpreter

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestQueryErrors(t *testing.T) {
	t.Parallel()
	const answer = `printf '\n%s%s\n' "$mark" `
	for _, test := range []struct {
		name, body string
		reason     Reason
		text       string // in the error
	}{
		{"prints something else", "echo hello", NotPython, "it printed something else"},
		{"prints nothing", ":", NotPython, "it printed nothing"},
		{"exits", "echo 'pyenv: python3.9: command not found' >&2; echo more >&2; exit 127", NotPython, "(exit status 127): pyenv: python3.9: command not found"},
		{"raises", "printf 'Traceback (most recent call last):\\n  File\\nImportError: no json\\n' >&2; exit 1", NotPython, "(exit status 1): ImportError: no json"},
		{"is killed", "kill -9 $$", NotPython, "signal: killed"},
		{"prints without end", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done", NotPython, "it printed without end"},
		{"breaks its answer", answer + `'{"version"'`, NotPython, "its answer is broken"},
		{"hangs", "sleep 600", NoAnswer, "gave no answer within 300ms"},
		{"hangs in a child", "sleep 600 & wait", NoAnswer, "gave no answer within 300ms"},
		{"is Python 2", answer + `'{"version": "2.7.18", "version_info": [2, 7, 18]}'`, TooOld, "Python 2.7.18 is too old, 3.6 is the oldest that works"},
		{"is Python 3.5", answer + `'{"version": "3.5.2", "version_info": [3, 5, 2]}'`, TooOld, "Python 3.5.2 is too old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "python")
			shell(t, path, test.body)
			asker := Asker{Patience: time.Minute}
			if test.reason == NoAnswer {
				asker.Patience = 300 * time.Millisecond
			}
			start := time.Now()
			_, err := asker.Query(t.Context(), path)
			wantReason(t, err, path, test.reason)
			if err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("Query: %v, want %q in it", err, test.text)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("Query took %v", took)
			}
		})
	}
}

func TestQueryNoProgram(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(path("plain"), []byte("#!/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("binary"), []byte("\x00\x01\x02"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", path("dangling")); err != nil {
		t.Fatal(err)
	}
	shell(t, path("interpreterless"), ":")
	if err := os.WriteFile(path("interpreterless"), []byte("#!/no/such/shell\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Reason{"missing": NotFound, "dangling": NotFound, ".": NotExecutable, "plain": NotExecutable,
		"binary": NotExecutable, "interpreterless": NotExecutable, "plain/python": NotExecutable} {
		_, err := Query(t.Context(), path(name), nil)
		wantReason(t, err, path(name), want)
		if want == NotFound && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v does not wrap fs.ErrNotExist", err)
		}
	}
}

func wantReason(t *testing.T, err error, path string, want Reason) {
	t.Helper()
	var refused *QueryError
	if !errors.As(err, &refused) {
		t.Fatalf("Query(%s): %v, want a *QueryError", path, err)
	}
	if refused.Reason != want || refused.Path != path {
		t.Errorf("Query(%s): reason %d of %s (%v), want %d", path, refused.Reason, refused.Path, err, want)
	}
}

func TestQueryCancelled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "python")
	shell(t, path, "sleep 600")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Query(ctx, path, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Query: %v, want the context's error", err)
	}
}

// TestQueryNoise holds that start-up code may print around the answer.
func TestQueryNoise(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "python")
	shell(t, path, `echo "gobundle-interpreter:{}"; printf 'welcome'; printf '\n%s%s\n' "$mark" '{"version": "3.12.1", "version_info": [3, 12, 1]}'; echo bye`)
	got, err := Query(t.Context(), path, nil)
	if err != nil || got.Version != "3.12.1" || got.Path != path {
		t.Errorf("Query = %+v, %v, want version 3.12.1", got, err)
	}
}

func TestQueryEnvironment(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, seen := filepath.Join(folder, "python"), filepath.Join(folder, "seen")
	shell(t, path, "env >'"+seen+"'")
	env := []string{"PATH=" + os.Getenv("PATH"), "PYTHONHOME=/nowhere", "PYTHONPATH=/nowhere", "_PYTHON_HOST_PLATFORM=mars", "__PYVENV_LAUNCHER__=x", "PYENV_VERSION=3.9"}
	_, err := Asker{Env: env}.Query(t.Context(), path)
	wantReason(t, err, path, NotPython)
	text, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); strings.Contains(got, "PYTHON") || strings.Contains(got, "__PYVENV") || !strings.Contains(got, "PYENV_VERSION=3.9") {
		t.Errorf("environment of the interpreter:\n%s\nwant no variables of Python, but PYENV_VERSION", got)
	}
}
