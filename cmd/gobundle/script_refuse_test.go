package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// refuse runs gobundle with arguments that it must refuse, in the way that all
// refusals have. The script can look at stderr afterwards.
func refuse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: refuse CODE ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	before := files(ts)
	err = ts.Exec("gobundle", args[1:]...)
	var exit *exec.ExitError
	switch {
	case err == nil:
		ts.Fatalf("gobundle %q succeeds, want exit code %d", args[1:], want)
	case !errors.As(err, &exit):
		ts.Fatalf("gobundle %q: %v", args[1:], err)
	case exit.ExitCode() != want:
		ts.Fatalf("gobundle %q ends with %d, want %d", args[1:], exit.ExitCode(), want)
	}
	if stdout := ts.ReadFile("stdout"); stdout != "" {
		ts.Fatalf("a refusal prints to stdout:\n%s", stdout)
	}
	stderr := ts.ReadFile("stderr")
	for _, kind := range []string{"error", "hint"} {
		if n := strings.Count("\n"+stderr, "\ngobundle: "+kind+": "); n != 1 {
			ts.Fatalf("%d lines begin with %q, want 1", n, "gobundle: "+kind+": ")
		}
	}
	if after := files(ts); !slices.Equal(before, after) {
		ts.Fatalf("the files here were\n%s\nand are after a refusal\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// files lists what is in the script's folder, temporary files too, but not what
// is in the cache and the home.
func files(ts *testscript.TestScript) []string {
	var found []string
	root := ts.Getenv("WORK")
	ts.Check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".cache" || entry.Name() == ".home") {
			return fs.SkipDir
		}
		found = append(found, strings.TrimPrefix(path, root))
		return nil
	}))
	return found
}
