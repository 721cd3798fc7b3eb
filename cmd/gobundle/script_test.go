package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if isLauncher() { // the scripts make executables of this program
		os.Exit(launchBundle(context.Background()))
	}
	testscript.Main(m, map[string]func(){
		"gobundle": func() { os.Exit(mainExitCode()) },
	})
}

// TestScripts runs the scripts in testdata/script. Each has a folder, a home
// and a cache of its own, and a PATH with one real python3 on it.
//
// Besides the commands of testscript there are
//
//	refuse CODE ARGUMENT...   runs gobundle, which must end with that exit code, say
//	                     exactly one error and one hint, and leave nothing behind
//	index FILE           serves the distributions of a JSON file, an array of
//	                     indextest.Dist; $INDEX is its URL
//	behave KEY...        makes that index worse: html, json, nometadata, noranges
//	fault PATH STATUS [TIMES]   answers requests for PATH with STATUS
//	garbage PATH         answers requests for PATH with something that is no index
//	page PATH TYPE TEXT  answers requests for PATH with a text of that media type
//	reset PATH           closes the connection at requests for PATH
//	delay PATH TIME      waits before each answer to requests for PATH
//	await PATH           waits until PATH was asked for
//	daemon FOLDER        serves the repositories of git in a folder; $DAEMON is the
//	                     folder's URL
//	wheels FILE FOLDER   writes the distributions of a JSON file into a folder
//	truncate FILE SIZE   cuts a file
func TestScripts(t *testing.T) {
	t.Parallel()
	python, err := realPython()
	if err != nil {
		t.Fatalf("the scripts need a python3: %v", err)
	}
	servers := &servers{}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			bin := filepath.Join(e.WorkDir, ".bin")
			if err := os.MkdirAll(bin, 0o755); err != nil {
				return err
			}
			if err := os.Symlink(python, filepath.Join(bin, "python3")); err != nil {
				return err
			}
			path := e.Getenv("PATH")
			gobundle := strings.SplitN(path, string(os.PathListSeparator), 2)[0]
			e.Setenv("PATH", strings.Join([]string{gobundle, bin, "/usr/bin", "/bin"}, string(os.PathListSeparator)))
			e.Setenv("PYTHON", python)
			e.Setenv("HOME", filepath.Join(e.WorkDir, ".home"))
			e.Setenv("GOBUNDLE_CACHE_DIR", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("PIP_CONFIG_FILE", os.DevNull)
			e.Setenv("HTTPS_PROXY", "http://127.0.0.1:9") // nothing is there: no script reaches the public index
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"refuse":   refuse,
			"index":    servers.index,
			"behave":   servers.behave,
			"fault":    servers.fault,
			"garbage":  servers.garbage,
			"page":     servers.page,
			"reset":    servers.reset,
			"delay":    servers.delay,
			"await":    servers.await,
			"daemon":   gitDaemon,
			"wheels":   wheels,
			"truncate": truncate,
		},
	})
}

// realPython returns the interpreter behind python3, which may be a shim.
func realPython() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
}
