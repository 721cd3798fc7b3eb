package bytecode

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// interpreters are those of GOBUNDLE_PYTHONS, else the python3 on PATH.
func interpreters(t *testing.T) []*interpreter.Interpreter {
	t.Helper()
	paths := filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))
	if len(paths) == 0 {
		paths = []string{"python3"}
	}
	var found []*interpreter.Interpreter
	for _, path := range paths {
		python, err := interpreter.Asker{}.Lookup(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, python)
	}
	return found
}

// suitable is one interpreter that can compile.
func suitable(t *testing.T) *interpreter.Interpreter {
	t.Helper()
	all := interpreters(t)
	at := slices.IndexFunc(all, Suits)
	if at < 0 {
		t.Fatal("no interpreter of GOBUNDLE_PYTHONS can compile")
	}
	return all[at]
}

// openWheel makes a wheel of files: names and contents in turn.
func openWheel(t *testing.T, files ...string) *wheel.Wheel {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	files = append(files, "app-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: app\nVersion: 1\n",
		"app-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n", "app-1.dist-info/RECORD", "")
	for i := 0; i < len(files); i += 2 {
		to, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := wheel.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "app-1-py3-none-any.whl")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// compiled compiles a wheel and returns the members of the archive.
func compiled(t *testing.T, python *interpreter.Interpreter, w *wheel.Wheel) map[string][]byte {
	t.Helper()
	var b bytes.Buffer
	modules, err := Compile(t.Context(), w, python, &b)
	if err != nil {
		t.Fatalf("%s: %v", python.Path, err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	members := map[string][]byte{}
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members[file.Name] = content
	}
	if modules != len(members) {
		t.Errorf("Compile says %d modules, and there are %d", modules, len(members))
	}
	return members
}

func TestWhatIsCompiled(t *testing.T) {
	t.Parallel()
	python := suitable(t)
	got := compiled(t, python, openWheel(t,
		"top.py", "A = 1\n",
		"pkg/__init__.py", "",
		"pkg/old.py", "print 'for Python 2'\n",
		"pkg/strange.py", "# coding: no-such-coding\n",
		"pkg/latin.py", "# coding: latin-1\nA = '\xe4'\n",
		"pkg/data.txt", "A = 1\n",
		"app-1.data/purelib/moved.py", "A = 2\n",
		"app-1.data/scripts/run.py", "A = 3\n",
		"app-1.dist-info/extra.py", "A = 4\n",
	))
	tag := "." + python.CacheTag + ".pyc"
	want := []string{"app-1.data/purelib/__pycache__/moved" + tag, "pkg/__pycache__/__init__" + tag, "pkg/__pycache__/latin" + tag, "__pycache__/top" + tag}
	slices.Sort(want)
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("compiled are\n%q, want\n%q", names, want)
	}
}

// sample has what byte-code is made of.
const sample = `
"""Text."""
import os, sys
from collections import OrderedDict as ordered
NUMBERS = 1, -70000, 2 ** 70, 1.5, 2j, None, True, ...
class Point(object):
    """A point."""
    def __init__(self, x, y=b"bytes", *rest, key="\u20ac", **others):
        self.x, self.y = x, [other for other in rest if other in {"a", "b", 3}]
    async def wait(self):
        try:
            return self.x[1:2], "self", lambda name: name + self.y
        except (KeyError, OSError) as error:
            raise ValueError("self.x is " + "wrong" * 30) from error
print(Point(1, 2, "a", "c").y, ordered, NUMBERS[2], __file__.endswith("sample.py"), Point.wait.__code__.co_filename == __file__)
`

// TestSameBytes compiles a module in processes with different histories.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	before := "OrderedDict = others = error = wait = Point = None\ndef NUMBERS(x, rest, key, other): return x.y\n"
	for _, python := range interpreters(t) {
		if !Suits(python) {
			continue
		}
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			name := "pkg/__pycache__/sample." + python.CacheTag + ".pyc"
			first := compiled(t, python, openWheel(t, "pkg/sample.py", sample))[name]
			second := compiled(t, python, openWheel(t, "pkg/a.py", before, "pkg/b.py", "import sys\nsys.kept = Point, error\n", "pkg/sample.py", sample))[name]
			if len(first) == 0 || !bytes.Equal(first, second) {
				t.Errorf("the byte-code of one module has %d and %d bytes, or differs", len(first), len(second))
			}
		})
	}
}

// TestNormalize has marshal write a module's code while something else refers to its
// constants, which shows in what is written.
func TestNormalize(t *testing.T) {
	t.Parallel()
	program := `
import marshal, sys
def constants(code):
    for constant in code.co_consts:
        yield constant
        if hasattr(constant, "co_consts"):
            yield from constants(constant)
code = compile(sys.argv[1], "sample.py", "exec", 0, True, 0)
kept = list(constants(code)) if sys.argv[2:] else []
sys.stdout.buffer.write(marshal.dumps(code))
`
	differed := false
	for _, python := range interpreters(t) {
		if !Suits(python) {
			continue
		}
		var codes [][]byte
		for _, more := range [][]string{nil, {"keep"}} {
			command := exec.CommandContext(t.Context(), python.Executable, append([]string{"-s", "-S", "-c", program, sample}, more...)...)
			command.Env = environment(os.Environ())
			code, err := command.Output()
			if err != nil {
				t.Fatalf("%s: %v", python.Path, err)
			}
			codes = append(codes, code)
		}
		differed = differed || !bytes.Equal(codes[0], codes[1])
		for _, code := range codes {
			normalize(code, python.VersionInfo)
		}
		if !bytes.Equal(codes[0], codes[1]) {
			t.Errorf("%s: the same code has different bytes", python.Path)
		}
	}
	if !differed {
		t.Error("the code had the same bytes before it was normalized: this test shows nothing")
	}
}

// TestRuns has Python take what was compiled: the byte-code is of a source that is
// not there any more.
func TestRuns(t *testing.T) {
	t.Parallel()
	for _, python := range interpreters(t) {
		if !Suits(python) {
			continue
		}
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, code := range compiled(t, python, openWheel(t, "sample.py", sample)) {
				write(t, filepath.Join(folder, filepath.FromSlash(name)), code)
			}
			write(t, filepath.Join(folder, "sample.py"), []byte("print('the source')\n"))
			command := exec.Command(python.Executable, "-s", "-c", "import sample")
			command.Dir = folder
			command.Env = environment(os.Environ())
			out, err := command.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "['a']") || !strings.Contains(string(out), "1180591620717411303424 True True") {
				t.Errorf("importing it prints %q (%v)", out, err)
			}
		})
	}
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	python := *suitable(t)
	key := Key("00", &python)
	other := python
	other.Version += ".1"
	if key == Key("01", &python) || key == Key("00", &other) || len(key) != 64 {
		t.Errorf("Key doesn't tell wheels or interpreters apart")
	}
}

func TestBrokenInterpreter(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ends":   "#!/bin/sh\necho 'it is broken' >&2\nexit 3\n",
		"empty":  "#!/bin/sh\nexit 0\n",
		"talks":  "#!/bin/sh\ncat >/dev/null\necho hello, hello, hello, hello\n",
		"absent": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := filepath.Join(t.TempDir(), "python3")
			if text != "" {
				write(t, program, []byte(text))
				if err := os.Chmod(program, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			python := &interpreter.Interpreter{Executable: program, CacheTag: "cpython-311", Magic: "a70d0d0a", Implementation: "cpython", VersionInfo: [3]int{3, 11, 7}}
			_, err := Compile(t.Context(), openWheel(t, "a.py", strings.Repeat("A = 1\n", 50000)), python, io.Discard)
			var failed *CompileError
			if !errors.As(err, &failed) || failed.Python != program {
				t.Errorf("Compile = %v, want a CompileError", err)
			}
		})
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	python := suitable(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Compile(ctx, openWheel(t, "a.py", ""), python, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Compile = %v, want %v", err, context.Canceled)
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add([]byte{0xe9, 1, 0, 0, 0}, uint8(11))
	f.Add([]byte{')', 3, 0xda, 1, 'a', 0xda, 1, 'b', 'r', 1, 0, 0, 0}, uint8(12))
	f.Fuzz(func(t *testing.T, code []byte, minor uint8) {
		once := bytes.Clone(code)
		normalize(once, [3]int{3, int(minor), 0})
		twice := bytes.Clone(once)
		normalize(twice, [3]int{3, int(minor), 0})
		if !bytes.Equal(once, twice) {
			t.Errorf("normalize(%x) = %x, and of that it is %x", code, once, twice)
		}
	})
}
