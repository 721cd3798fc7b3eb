package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gobundle": func() { os.Exit(mainExitCode()) },
	})
}

// TestScripts runs the scripts in testdata/script. Each has a folder, a home
// and a cache of its own, and a PATH with one real python3 on it.
//
// Besides the commands of testscript there are
//
//	index FILE           serves the distributions of a JSON file, an array of
//	                     indextest.Dist; $INDEX is its URL
//	behave KEY...        makes that index worse: html, json, nometadata, noranges
//	fault PATH STATUS [TIMES]   answers requests for PATH with STATUS
//	garbage PATH         answers requests for PATH with something that is no index
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
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"index":    servers.index,
			"behave":   servers.behave,
			"fault":    servers.fault,
			"garbage":  servers.garbage,
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

// servers knows each script's index by the script's folder.
type servers struct{ running sync.Map }

func (s *servers) of(ts *testscript.TestScript) *indextest.Server {
	server, ok := s.running.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("this script has started no index")
	}
	return server.(*indextest.Server)
}

func (s *servers) index(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: index FILE")
	}
	server, err := indextest.Start()
	ts.Check(err)
	ts.Defer(server.Close)
	server.Add(distributions(ts, args[0])...)
	ts.Setenv("INDEX", server.URL())
	ts.Setenv("INDEX_HOST", server.Host())
	s.running.Store(ts.Getenv("WORK"), server)
}

func (s *servers) behave(ts *testscript.TestScript, _ bool, args []string) {
	s.of(ts).Behave(func(b *indextest.Behaviour) {
		for _, key := range args {
			switch key {
			case "html":
				b.HTML = true
			case "json":
				b.JSON = true
			case "nometadata":
				b.NoMetadata = true
			case "noranges":
				b.NoRanges = true
			default:
				ts.Fatalf("unknown behaviour %s", key)
			}
		}
	})
}

func (s *servers) fault(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: fault PATH STATUS [TIMES]")
	}
	fault := indextest.Fault{Path: args[0]}
	fault.Status, _ = strconv.Atoi(args[1])
	if len(args) > 2 {
		fault.Times, _ = strconv.Atoi(args[2])
	}
	s.of(ts).Fail(fault)
}

func (s *servers) garbage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: garbage PATH")
	}
	s.of(ts).Fail(indextest.Fault{Path: args[0], ContentType: "image/png", Body: "\x89PNG\r\n\x1a\n"})
}

func wheels(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: wheels FILE FOLDER")
	}
	ts.Check(indextest.WriteFolder(ts.MkAbs(args[1]), distributions(ts, args[0])...))
}

func truncate(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: truncate FILE SIZE")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

func distributions(ts *testscript.TestScript, file string) []indextest.Dist {
	var dists []indextest.Dist
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &dists))
	return dists
}
