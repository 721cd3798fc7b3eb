package bundle

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// foreign returns an interpreter of a target's name, with the facts that it would
// report of itself there. It is none of this machine.
func foreign(tb testing.TB, name string) *interpreter.Interpreter {
	tb.Helper()
	on := parsedTarget(tb, name)
	i := &interpreter.Interpreter{
		Implementation: on.Environment.ImplementationName,
		Version:        on.Environment.PythonFullVersion,
		Environment:    on.Facts(),
		VersionInfo:    [3]int{on.Python.Major(), on.Python.Minor(), on.Python.Micro()},
	}
	nodot := fmt.Sprintf("%d%d", i.VersionInfo[0], i.VersionInfo[1])
	python, platform, _ := strings.Cut(on.Name, "-")
	threaded := strings.HasSuffix(python, "t")
	soabi := "cpython-" + nodot + buildFlag(python)
	switch i.Implementation {
	case "pypy":
		soabi = "pypy" + nodot + "-pp73"
	case "graalpy":
		soabi = "graalpy242-" + nodot + "-native"
	}
	i.ABI = interpreter.ABI{Nodot: nodot, SOABI: soabi, ExtSuffix: "." + soabi + ".so", Threaded: threaded, Pymalloc: true}
	i.Platform = interpreter.Platform{
		System: on.Environment.PlatformSystem, Machine: on.Environment.PlatformMachine, Bits: 64,
		Glibc: []int{}, Musl: []int{}, MacOS: []int{}, Refused: []string{},
	}
	parts := splitPlatform(platform)
	version := [2]int{parts.version.Major, parts.version.Minor}
	switch parts.library {
	case "glibc":
		i.Platform.Name, i.Platform.Glibc = "linux-"+parts.machine, version[:]
	case "musl":
		i.Platform.Name, i.Platform.Musl = "linux-"+parts.machine, version[:]
	case "macOS":
		i.Platform.Name, i.Platform.MacOS = "macosx-11.0-"+parts.machine, version[:]
	default:
		i.Platform.Name = strings.ReplaceAll(platform, "_", "-")
		if platform == "win32" {
			i.Platform.Bits = 32
		}
	}
	got, err := target.FromInterpreter(i)
	if err != nil || !slices.Equal(got.Tags.Tags(), on.Tags.Tags()) && i.Implementation != "graalpy" { // which has a tag less
		tb.Fatalf("the interpreter made for %s is %v, %v", on.Name, got, err)
	}
	return i
}

// A twin is the bootstrap's own choice, running in a Python.
type twin struct {
	questions io.Writer
	answers   *bufio.Scanner
}

// newTwins starts the bootstrap's choice in each of the Pythons that
// GOBUNDLE_PYTHONS lists, else in the python3 on PATH.
func newTwins(t *testing.T) []*twin {
	t.Helper()
	pythons := filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))
	if len(pythons) == 0 {
		pythons = []string{"python3"}
	}
	var twins []*twin
	for _, python := range pythons {
		command := exec.CommandContext(t.Context(), python, "-I", filepath.Join("testdata", "choose.py"), filepath.Join("..", "bootstrap"))
		command.Stderr = os.Stderr
		questions, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		answers, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatalf("the bootstrap's choice is tested with a python3: %v", err)
		}
		t.Cleanup(func() {
			questions.Close()
			_ = command.Wait()
		})
		twins = append(twins, &twin{questions, bufio.NewScanner(answers)})
	}
	return twins
}

// A verdict is what a bootstrap says about a bundle on an interpreter.
type verdict struct {
	Choice  string      // the target's name, "" for none
	Reasons [][2]string // why it is none of those that were looked at before
	Own     string      // the name of the target that the interpreter is itself
}

func (w *twin) choose(tb testing.TB, m *manifest.Manifest, i *interpreter.Interpreter) (answer verdict) {
	tb.Helper()
	question, err := json.Marshal(map[string]any{"manifest": m, "facts": i})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.questions.Write(append(question, '\n')); err != nil {
		tb.Fatal(err)
	}
	if !w.answers.Scan() {
		tb.Fatalf("no answer: %v", w.answers.Err())
	}
	if err := json.Unmarshal(w.answers.Bytes(), &answer); err != nil {
		tb.Fatal(err)
	}
	return answer
}

// TestTwinsChoose holds that the bootstrap chooses what this package does, and
// says the same about what it does not choose, for bundles and interpreters of all kinds: a Windows one, too, is given its wheels
// by what it would say of itself.
func TestTwinsChoose(t *testing.T) {
	t.Parallel()
	twins := newTwins(t)
	names := append(slices.Clone(interpreters), "cp312-windows-x86", "cp313-windows-arm64", "cp39-macosx_10_15_x86_64", "cp312-macosx_26_0_arm64",
		"graalpy311-linux-x86_64", "cp314t-musl-aarch64", "cp36-manylinux_2_5_x86_64")
	chosen, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		folder := t.TempDir()
		if err := indextest.WriteFolder(filepath.Join(folder, "all"), drawDists(rt)...); err != nil {
			rt.Fatal(err)
		}
		var targets []string
		for range rapid.IntRange(1, 4).Draw(rt, "targets") {
			targets = append(targets, rapid.SampledFrom(interpreters).Draw(rt, "target"))
		}
		made, err := stagedFrom(t, filepath.Join(folder, "all"), []string{"a"}, targets)
		if err != nil {
			if !noSolution(err) {
				rt.Fatal(err)
			}
			return
		}
		made.m.EntryPoint.Kind = manifest.Interpreter
		for i := range made.m.Wheels {
			made.m.Wheels[i].Role = manifest.Dependency
		}
		encoded, err := made.m.Encode()
		if err != nil {
			rt.Fatal(err)
		}
		m, err := manifest.Decode(encoded)
		if err != nil {
			rt.Fatal(err)
		}
		for _, name := range names {
			i := foreign(t, name)
			want, reasons, err := chosenBy(m, i)
			if err != nil {
				rt.Fatal(err)
			}
			if want != "" {
				chosen++
			} else {
				refused++
			}
			for _, w := range twins {
				got := w.choose(t, m, i)
				if got.Choice != want {
					rt.Fatalf("on %s the bootstrap chooses %q, want %q\n%s", name, got.Choice, want, encoded)
				}
				if !slices.Equal(got.Reasons, reasons) {
					rt.Fatalf("on %s the bootstrap says %q, want %q\n%s", name, got.Reasons, reasons, encoded)
				}
				if on, err := target.FromInterpreter(i); err != nil || got.Own != on.Name {
					rt.Fatalf("the bootstrap calls %s %s (%v)", on.Name, got.Own, err)
				}
			}
		}
	})
	if chosen < 10 || refused < 10 {
		t.Errorf("%d interpreters with a choice and %d without: too few to say anything", chosen, refused)
	}
}
