package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestForeignMachines bundles for the Python here and for four machines that
// are none of it, and has the bundle start or choose on each of them.
//
// GOBUNDLE_ARM64_PYTHON and GOBUNDLE_WINDOWS_PYTHON are Pythons for Linux on
// arm64 and for Windows that start here, by an emulator as a rule. Without them,
// and for musl and macOS, the bootstrap in the bundle is given the facts that
// such a Python has told.
func TestForeignMachines(t *testing.T) {
	t.Parallel()
	python, err := realPython()
	if err != nil {
		t.Fatalf("the bundle needs a python3 to start: %v", err)
	}
	here := &machine{name: "here", python: python, target: "host", kind: "pure"}
	arm64 := &machine{name: "arm64", python: os.Getenv("GOBUNDLE_ARM64_PYTHON"), facts: "cp311-aarch64", target: "cp311-linux-aarch64", tag: "cp36-abi3-manylinux_2_17_aarch64", kind: "arm64"}
	windows := &machine{name: "Windows", python: os.Getenv("GOBUNDLE_WINDOWS_PYTHON"), facts: "cp311-windows", target: "cp311-windows-amd64", tag: "cp36-abi3-win_amd64", kind: "Windows"}
	musl := &machine{name: "musl", facts: "cp312-musl1.2", target: "cp312-musl-x86_64", tag: "cp36-abi3-musllinux_1_1_x86_64", kind: "musl"}
	macOS := &machine{name: "macOS", facts: "cp312-macos13-arm64", target: "cp312-macos-arm64", tag: "cp36-abi3-macosx_11_0_arm64", kind: "macOS"}
	machines := []*machine{here, musl, macOS, windows, arm64}

	dists := []indextest.Dist{
		{Name: "app", Version: "1.0", Requires: []string{"fast", "helper", `color; sys_platform == "win32"`}, Files: map[string]string{
			"app.py": "import platform, fast\nprint(fast.KIND, platform.machine(), fast.native())\n"}},
		{Name: "helper", Version: "1.0"},
		{Name: "color", Version: "1.0"},
	}
	for _, m := range machines {
		dists = append(dists, m.wheel(t))
	}
	folder := t.TempDir()
	app := filepath.Join(folder, "app.pyz")
	arguments := []string{"app", "-e", "app", "-o", app, "--no-index", "-f", indextest.Folder(t, dists...), "--cache-dir", t.TempDir()}
	for _, m := range machines {
		arguments = append(arguments, "--target", m.target)
	}
	var talk bytes.Buffer
	if code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk}); code != exitDone {
		t.Fatalf("gobundle %q: exit code %d\n%s", arguments, code, talk.Bytes())
	}

	want := []string{"app-1.0-py3-none-any.whl", "color-1.0-py3-none-any.whl", "helper-1.0-py3-none-any.whl"}
	for _, m := range machines {
		want = append(want, m.file())
	}
	slices.Sort(want)
	if got := wheelsIn(t, app); !slices.Equal(got, want) {
		t.Errorf("the bundle has the wheels %q, want each of %q once", got, want)
	}
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if m.facts != "" {
				m.chooses(t, python, app)
			}
			if m.python != "" {
				m.starts(t, app)
			}
		})
	}
}

// A machine is what a bundle is made for.
type machine struct {
	name, target string
	tag, kind    string // of its wheel; kind is a word that the wheel's module has
	python       string // a Python for it that starts here, "" for none
	facts        string // a Python for it among the interpreters of choose.json
	native       bool   // its wheel has an extension module
}

func (m *machine) file() string {
	if m.tag == "" {
		return "fast-1.0-py3-none-any.whl"
	}
	return "fast-1.0-" + m.tag + ".whl"
}

// wheel is the machine's own. Where its Python starts here, an extension module
// of the standard library is in it, which no other machine can load.
func (m *machine) wheel(t *testing.T) indextest.Dist {
	t.Helper()
	d := indextest.Dist{Name: "fast", Version: "1.0", Tag: m.tag, Files: map[string]string{
		"fast/__init__.py": fmt.Sprintf("KIND = %q\ndef native(): return None\n", m.kind)}}
	if m.python == "" {
		return d
	}
	const ask = "import _queue, base64, os; f = _queue.__file__; print(os.path.basename(f), base64.b64encode(open(f, 'rb').read()).decode())"
	command := exec.Command(m.python, "-I", "-c", ask)
	var stdout, stderr bytes.Buffer // pipes, which a Python for Windows wants
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return d // the module is a part of the interpreter
	}
	name, encoded, _ := strings.Cut(strings.TrimSpace(stdout.String()), " ")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatalf("%s: %v", m.python, err)
	}
	m.native = true
	d.Files["fast/"+name] = string(data)
	d.Files["fast/__init__.py"] = fmt.Sprintf("KIND = %q\ndef native():\n    from fast import _queue\n    return _queue.SimpleQueue.__module__\n", m.kind)
	return d
}

// starts runs the bundle on the machine, cold and warm.
func (m *machine) starts(t *testing.T, app string) {
	t.Helper()
	want := m.kind
	if m.kind != "pure" {
		want += " " + map[string]string{"arm64": "aarch64", "Windows": "AMD64"}[m.kind]
	}
	environment := append(os.Environ(), "GOBUNDLE_CACHE_DIR="+t.TempDir())
	for _, start := range []string{"cold", "warm"} {
		command := exec.CommandContext(t.Context(), m.python, app)
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr, command.Env = &stdout, &stderr, environment
		if err := command.Run(); err != nil {
			t.Fatalf("%s start: %v\n%s", start, err, stderr.Bytes())
		}
		got := strings.Fields(stdout.String())
		if len(got) != 3 || !strings.HasPrefix(stdout.String(), want+" ") || (got[2] == "None") == m.native {
			t.Errorf("%s start prints %q, want %q, with its extension module: %t", start, stdout.String(), want, m.native)
		}
	}
}

// chooses asks the bootstrap of the bundle for the wheels that the machine's
// Python gets, by its facts.
func (m *machine) chooses(t *testing.T, python, app string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "bootstrap", "testdata", "choose.json"))
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Interpreters map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	const choose = `import json, sys
sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap.choose import choose
import zipfile
manifest = json.loads(zipfile.ZipFile(sys.argv[1]).read("manifest.json").decode())
target, reasons = choose(manifest, json.loads(sys.stdin.read()))
print(*sorted(manifest["wheels"][i]["file"] for i in target["wheels"]))
`
	command := exec.CommandContext(t.Context(), python, "-I", "-c", choose, app)
	command.Stdin = bytes.NewReader(recorded.Interpreters[m.facts])
	got, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	want := []string{"app-1.0-py3-none-any.whl", m.file(), "helper-1.0-py3-none-any.whl"}
	if m.kind == "Windows" {
		want = append(want, "color-1.0-py3-none-any.whl")
	}
	slices.Sort(want)
	if !slices.Equal(strings.Fields(string(got)), want) {
		t.Errorf("the bundle chooses %s, want %q", got, want)
	}
}

// wheelsIn lists the wheels of a bundle, sorted.
func wheelsIn(t *testing.T, app string) []string {
	t.Helper()
	r, err := zip.OpenReader(app)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var files []string
	for _, f := range r.File {
		if name, ok := strings.CutPrefix(f.Name, "wheels/"); ok {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return files
}
