package venv

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/wheel"
)

// file is one file of a wheel.
type file struct {
	path, content string
	executable    bool
}

// writeWheel writes a valid wheel into dir and returns its path.
func writeWheel(t *testing.T, dir, name, version string, files ...file) string {
	t.Helper()
	info := name + "-" + version + ".dist-info/"
	files = append(files,
		file{path: info + "METADATA", content: "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"},
		file{path: info + "WHEEL", content: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"})
	var record strings.Builder
	rows := csv.NewWriter(&record)
	for _, f := range files {
		sum := sha256.Sum256([]byte(f.content))
		rows.Write([]string{f.path, "sha256=" + base64.RawURLEncoding.EncodeToString(sum[:]), strconv.Itoa(len(f.content))})
	}
	rows.Write([]string{info + "RECORD", "", ""})
	rows.Flush()
	files = append(files, file{path: info + "RECORD", content: record.String()})
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.path, Method: zip.Deflate}
		header.SetMode(0o644)
		if f.executable {
			header.SetMode(0o755)
		}
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name+"-"+version+"-py3-none-any.whl")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// bundled is a wheel as both the Go code and its twin are given it.
type bundled struct {
	Path      string `json:"path"`
	Role      string `json:"role"`
	Requested bool   `json:"requested"`
	DirectURL string `json:"direct_url"`
}

// demo is a small application: its own sources, and three distributions with
// all that a wheel may hold.
func demo(t *testing.T) []bundled {
	t.Helper()
	dir := t.TempDir()
	return []bundled{
		{Path: writeWheel(t, dir, "app", "0", file{path: "app.py", content: "import greet\n\ndef main():\n    print(greet.text())\n"},
			file{path: "app-0.dist-info/entry_points.txt", content: "[console_scripts]\napp = app:main\n"}), Role: "sources", Requested: true},
		{Path: writeWheel(t, dir, "greet", "1.5", file{path: "greet/__init__.py", content: "from .words import HELLO\n\ndef text():\n    return HELLO\n"},
			file{path: "greet/words.py", content: "HELLO = 'hello'\n"}, file{path: "greet/tool.sh", content: "#!/bin/sh\n", executable: true},
			file{path: "greet/data/größe, \"quoted\".txt", content: "x\n"}, file{path: "greet/broken.py", content: "def:\n"}, file{path: "ns/greet.py", content: "1\n"}),
			Role: "dependency", Requested: true},
		{Path: writeWheel(t, dir, "schemes", "2.0", file{path: "schemes-2.0.data/purelib/pure.py", content: "x = 1\n"},
			file{path: "schemes-2.0.data/platlib/plat.py", content: "x = 2\n"}, file{path: "schemes-2.0.data/data/share/doc/x", content: "x\n"},
			file{path: "schemes-2.0.data/headers/x.h", content: "int x;\n"}, file{path: "schemes-2.0.data/scripts/first", content: "#!python\nprint('first')\n", executable: true},
			file{path: "schemes-2.0.data/scripts/second", content: "#!python -E\nprint('second')\n"}, file{path: "schemes-2.0.data/scripts/wrapped", content: "#!python\nold\n", executable: true},
			file{path: "schemes-2.0.dist-info/entry_points.txt", content: "[gui_scripts]\nwindow = pure:x.real\n[console_scripts]\nwrapped = pure:x\n"}),
			Role: "dependency"},
		{Path: writeWheel(t, dir, "direct", "1", file{path: "ns/direct.py", content: "1\n"}), Role: "dependency", DirectURL: `{"url":"https://index.example/direct-1-py3-none-any.whl?a=1&b=<ü>","archive_info":{}}`},
	}
}

// opened opens wheels for Create.
func opened(t *testing.T, list []bundled) []Wheel {
	t.Helper()
	var wheels []Wheel
	for _, b := range list {
		w, err := wheel.OpenFile(b.Path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		source := wheel.Source{Wheel: w, Requested: b.Requested}
		if b.DirectURL != "" {
			source.DirectURL = []byte(b.DirectURL)
		}
		wheels = append(wheels, Wheel{Source: source, Application: b.Role == "sources"})
	}
	return wheels
}

// pythons are the interpreters to test with: those that GOBUNDLE_PYTHONS lists,
// else the python3 on PATH; each by its own path, not that of a script that
// starts it.
func pythons(t *testing.T) []string {
	t.Helper()
	list := filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))
	if len(list) == 0 {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Fatalf("environments are tested with a python3: %v", err)
		}
		list = []string{python}
	}
	for i, python := range list {
		output, err := exec.CommandContext(t.Context(), python, "-I", "-c", "import sys; print(sys.executable)").Output()
		if err != nil {
			t.Fatal(err)
		}
		list[i] = strings.TrimSpace(string(output))
	}
	return list
}

// spread is the first and the last of the interpreters, and those that are no
// CPython: what the ones between do, one of these does too.
func spread(t *testing.T) []string {
	t.Helper()
	all := pythons(t)
	return slices.DeleteFunc(slices.Clone(all), func(python string) bool {
		return python != all[0] && strings.HasPrefix(filepath.Base(python), "python") && python != lastCPython(all)
	})
}

// lastCPython is the last of the interpreters that is called python.
func lastCPython(all []string) string {
	last := ""
	for _, python := range all {
		if strings.HasPrefix(filepath.Base(python), "python") {
			last = python
		}
	}
	return last
}

// twin runs the bundle's own verb.
func twin(t *testing.T, python string, list []bundled, arguments ...string) (stderr string, err error) {
	t.Helper()
	return twinWith(t, python, "-I", list, arguments...)
}

// twinWith is twin with an interpreter started by certain flags.
func twinWith(t *testing.T, python, flags string, list []bundled, arguments ...string) (stderr string, err error) {
	t.Helper()
	b, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, append([]string{flags, "testdata/twin.py", "../../bootstrap"}, arguments...)...)
	command.Stdin = bytes.NewReader(b) // an argument's bytes mean what the locale says
	var talk bytes.Buffer
	command.Stderr = &talk
	err = command.Run()
	return talk.String(), err
}

// listing is every path below dir with its type, mode and content.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content := ""
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			content, err = os.Readlink(path)
		case info.Mode().IsRegular():
			var b []byte
			b, err = os.ReadFile(path)
			if strings.HasSuffix(path, ".pyc") && len(b) > 8 {
				clear(b[4:8]) // Python 3.6 writes the time of the source there, whatever SOURCE_DATE_EPOCH
			}
			content = string(b)
		}
		name, _ := filepath.Rel(dir, path)
		paths[name] = info.Mode().String() + " " + content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// names are the keys of a listing that satisfy want, sorted.
func names(paths map[string]string, want func(name string) bool) []string {
	var found []string
	for name := range paths {
		if want(name) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}
