package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pip installs with --require-hashes what a lock is exported as, and refuses it
// when a digest is another.
func (a *acceptance) exports(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	lock, requirements := filepath.Join(folder, "pylock.toml"), filepath.Join(folder, "requirements.txt")
	a.must(t, a.gobundle, "lock", "awscli", "flask", `colorama; sys_platform == "win32"`, "-o", lock, "--no-index", "-f", a.wheels)
	a.must(t, a.gobundle, "export", "--lock", lock, "-o", requirements)
	text, err := os.ReadFile(requirements)
	if err != nil {
		t.Fatal(err)
	}
	install := func() (string, error) {
		command := a.command(t.Context(), a.python, "-I", "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--require-hashes", "-r", requirements)
		command.Env = append(command.Env, "PIP_CONFIG_FILE=/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK=1")
		output, err := command.CombinedOutput()
		return string(output), err
	}
	output, err := install()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, output, text)
	}
	_, line, _ := strings.Cut(output, "Would install ")
	got := strings.Fields(strings.ReplaceAll(strings.ToLower(line), "_", "-"))
	var want []string
	for _, found := range regexp.MustCompile(`(?m)^([a-z].*)==(\S+)`).FindAllStringSubmatch(string(text), -1) {
		want = append(want, found[1]+"-"+found[2])
	}
	slices.Sort(got)
	if slices.Sort(want); len(want) < 18 || !slices.Equal(got, want) {
		t.Errorf("pip installs %q, want %q", got, want)
	}
	changed := regexp.MustCompile(`sha256:[0-9a-f]{8}`).ReplaceAll(text, []byte("sha256:00000000"))
	if err := os.WriteFile(requirements, changed, 0o666); err != nil {
		t.Fatal(err)
	}
	if output, err := install(); err == nil || !strings.Contains(output, "THESE PACKAGES DO NOT MATCH THE HASHES") {
		t.Errorf("with other digests pip says %v:\n%s", err, output)
	}
}
