package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Two builds are alike byte by byte, whatever surrounds them.
func (a *acceptance) reproducible(t *testing.T) {
	t.Parallel()
	elsewhere := filepath.Join(t.TempDir(), "some where", "else")
	if err := os.MkdirAll(elsewhere, 0o777); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(a.wheels, "*.whl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(elsewhere, filepath.Base(file))
		if err := os.WriteFile(copied, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(copied, time.Now(), time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	command := a.command(t.Context(), "sh", "-c", `umask 077; exec "$0" "$@"`,
		a.gobundle, "awscli", "-c", "aws", "-o", "aws.pyz", "--no-index", "-f", ".", "--no-cache")
	command.Dir = elsewhere
	command.Env = append(command.Env, "TZ=Asia/Kathmandu", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1", "TMPDIR="+t.TempDir())
	output(t, command)
	want, err := os.ReadFile(a.bundle)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(elsewhere, "aws.pyz"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("two builds differ: %d bytes and %d bytes", len(want), len(got))
	}
}
