package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

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

func (s *servers) reset(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: reset PATH")
	}
	s.of(ts).Fail(indextest.Fault{Path: args[0], Reset: true})
}

func (s *servers) delay(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: delay PATH TIME")
	}
	wait, err := time.ParseDuration(args[1])
	ts.Check(err)
	s.of(ts).Fail(indextest.Fault{Path: args[0], Delay: wait})
}

// await waits as long as the test may take: what it waits for comes, or the test fails.
func (s *servers) await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: await PATH")
	}
	for !slices.ContainsFunc(s.of(ts).Requests(), func(r indextest.Request) bool { return strings.Contains(r.Path, args[0]) }) {
		time.Sleep(time.Millisecond)
	}
}

func (s *servers) garbage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: garbage PATH")
	}
	s.of(ts).Fail(indextest.Fault{Path: args[0], ContentType: "image/png", Body: "\x89PNG\r\n\x1a\n"})
}

func (s *servers) page(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: page PATH TYPE TEXT")
	}
	s.of(ts).Fail(indextest.Fault{Path: args[0], ContentType: args[1], Body: args[2]})
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
