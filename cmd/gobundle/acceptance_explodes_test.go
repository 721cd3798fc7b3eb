package main

import (
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// However a bundle is exploded, what comes about is what pip installs, and pip
// goes on with it.
func (a *acceptance) explodes(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir, err := a.byPip(t.Context(), parent, "awscli") // all lie at one path: some contents depend on it
	if err != nil {
		t.Fatal(err)
	}
	want := installed(t, dir)
	if len(want) < 5000 {
		t.Fatalf("pip has installed %d files, want those of awscli", len(want))
	}
	for _, command := range [][]string{
		{a.bundle, "venv", dir},
		{a.gobundle, "venv", a.bundle, dir},
		{a.gobundle, "venv", "awscli", dir, "--no-index", "-f", a.wheels},
	} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		a.must(t, command[0], command[1:]...)
		if diff := cmp.Diff(want, installed(t, dir)); diff != "" {
			t.Errorf("pip (-) and %q (+) differ:\n%s", command, diff)
		}
	}
	if output, err := a.pip(t.Context(), dir, "check"); err != nil {
		t.Errorf("pip check: %v\n%s", err, output)
	}
	a.uninstalls(t, dir)
}

// uninstalls lets pip remove all that is installed, and looks what stays.
func (a *acceptance) uninstalls(t *testing.T, dir string) {
	t.Helper()
	list, err := a.pip(t.Context(), dir, "list", "--format=freeze")
	if err != nil {
		t.Fatalf("pip list: %v\n%s", err, list)
	}
	arguments := []string{"uninstall", "-y"}
	for _, line := range strings.Fields(list) {
		name, _, _ := strings.Cut(line, "==")
		arguments = append(arguments, name)
	}
	if output, err := a.pip(t.Context(), dir, arguments...); err != nil {
		t.Fatalf("pip uninstall: %v\n%s", err, output)
	}
	for name := range installed(t, dir) {
		if strings.HasPrefix(name, "lib/") || strings.HasPrefix(name, "share/") {
			t.Errorf("pip uninstall leaves %s", name)
		}
	}
}

// installed lists the files of a virtual environment with their modes and
// contents, without those in which installers differ: INSTALLER, REQUESTED,
// direct_url.json, byte-code, the wording of the scripts that are generated, and the
// rows of these in RECORD. Of an environment without wheels only the names and
// modes count: what makes it differs, too.
func installed(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil || differs(name) {
			return err
		}
		found[name] = info.Mode().String()
		if !info.Mode().IsRegular() || name == "pyvenv.cfg" || strings.HasPrefix(name, "bin/") && generated(file) {
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if path.Base(name) == "RECORD" {
			content = rows(dir, name, string(content))
		}
		found[name] += fmt.Sprintf(" %x", sha256.Sum256(content))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// differs reports whether a file is one that not all installers write.
func differs(name string) bool {
	switch path.Base(name) {
	case "INSTALLER", "REQUESTED", "direct_url.json":
		return true
	}
	return strings.HasSuffix(name, ".pyc")
}

// generated reports whether a script is one that an installer has made for an
// entry point: it starts something and has hardly any other text.
func generated(file string) bool {
	content, err := os.ReadFile(file)
	return err == nil && strings.HasPrefix(string(content), "#!") && strings.Contains(string(content), "sys.exit(")
}

// rows are those of a RECORD that all installers write alike, in order.
func rows(dir, name, content string) []byte {
	lines := slices.DeleteFunc(strings.SplitAfter(content, "\n"), func(line string) bool {
		fields, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(fields) == 0 {
			return false
		}
		to := path.Join(path.Dir(path.Dir(name)), fields[0])
		return differs(to) || strings.HasPrefix(to, "bin/") && generated(filepath.Join(dir, to))
	})
	return []byte(strings.Join(lines, ""))
}
