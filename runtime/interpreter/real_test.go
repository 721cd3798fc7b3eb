package interpreter

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pythons returns the interpreters to test with: the python3 on PATH, and those
// that GOBUNDLE_PYTHONS lists.
func pythons(t *testing.T) []string {
	t.Helper()
	found, err := Asker{}.Find(t.Context(), "python3", "python")
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{found.Executable}, filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))...)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// python runs a program in an interpreter and decodes the JSON it prints.
func python(t *testing.T, path, program string, into any) {
	t.Helper()
	command := exec.CommandContext(t.Context(), path, "-I", "-c", program)
	command.Env = cleanEnvironment(nil)
	var stderr strings.Builder
	command.Stderr = &stderr
	text, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, stderr.String())
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v in %s", path, err, text)
	}
}

func TestRealInterpreters(t *testing.T) {
	t.Parallel()
	for _, path := range pythons(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			memory := &Memory{Dir: t.TempDir()}
			got, err := Query(t.Context(), path, memory)
			if err != nil {
				t.Fatal(err)
			}
			checkFacts(t, got)
			checkMarkers(t, got)
			checkVenv(t, got, "--symlinks")
			// Debian's PyPy copies the whole of /usr/lib, or fails over a link in it.
			if got.Implementation != "pypy" {
				checkVenv(t, got, "--copies")
			}
			if info, err := os.Stat(path); err != nil || memory.recall(path, info) == nil {
				t.Errorf("%s is not remembered (%v)", path, err)
			}
		})
	}
}

func checkFacts(t *testing.T, got *Interpreter) {
	t.Helper()
	var want struct {
		Executable, Implementation, Name, Cache string
		Version                                 [3]int
		Bits                                    int
	}
	python(t, got.Path, `import json, platform, struct, sys, sysconfig
print(json.dumps({"executable": sys.executable, "implementation": sys.implementation.name, "name": sysconfig.get_platform(),
    "cache": sys.implementation.cache_tag, "version": sys.version_info[:3], "bits": 8 * struct.calcsize("P")}))`, &want)
	if got.Executable != want.Executable || got.Implementation != want.Implementation || got.Platform.Name != want.Name ||
		got.CacheTag != want.Cache || got.VersionInfo != want.Version || got.Platform.Bits != want.Bits {
		t.Errorf("Query = %+v, want %+v", got, want)
	}
	if !filepath.IsAbs(got.RealPath) || !isFile(got.RealPath) || !isFile(got.BaseExecutable) || len(got.Magic) != 8 || got.ABI.ExtSuffix == "" {
		t.Errorf("Query = %+v lacks a fact", got)
	}
	if got.Platform.System == "Linux" && len(got.Platform.Glibc)+len(got.Platform.Musl) != 2 {
		t.Errorf("C library: glibc %v, musl %v, want one of them", got.Platform.Glibc, got.Platform.Musl)
	}
}

// checkMarkers compares with the packaging that pip brings along, where there
// is one.
func checkMarkers(t *testing.T, got *Interpreter) {
	t.Helper()
	want := map[string]string{}
	python(t, got.Path, `import json
try:
    from pip._vendor.packaging.markers import default_environment as environment
except ImportError:
    environment = dict
print(json.dumps({k: v for k, v in environment().items() if k != "extra"}))`, &want)
	for name, value := range want {
		if got.Environment[name] != value {
			t.Errorf("%s = %q, want %q", name, got.Environment[name], value)
		}
	}
	if len(got.Environment) != 11 {
		t.Errorf("%d marker variables, want 11: %v", len(got.Environment), got.Environment)
	}
}

// checkVenv makes a virtual environment and compares its folders with those
// that the interpreter foretold, and what its own interpreter tells.
func checkVenv(t *testing.T, base *Interpreter, kind string) {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), base.Path, "-I", "-m", "venv", "--without-pip", kind, folder)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, text)
	}
	path := filepath.Join(folder, filepath.FromSlash(base.Scheme.Scripts), filepath.Base(base.Path))
	got, err := Query(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !got.IsVenv() || got.Prefix != folder {
		t.Errorf("prefix %s, base %s, want %s as prefix", got.Prefix, got.BasePrefix, folder)
	}
	if got.Scheme != base.Scheme {
		t.Errorf("scheme %+v, want %+v", got.Scheme, base.Scheme)
	}
	if got.BaseExecutable != base.BaseExecutable {
		t.Errorf("%s: base interpreter %s, want %s", kind, got.BaseExecutable, base.BaseExecutable)
	}
	var paths map[string]string
	python(t, path, "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))", &paths)
	for name, relative := range map[string]string{"purelib": got.Scheme.Purelib, "platlib": got.Scheme.Platlib, "scripts": got.Scheme.Scripts, "data": got.Scheme.Data} {
		if want := filepath.Join(folder, filepath.FromSlash(relative)); paths[name] != want {
			t.Errorf("%s is %s, want %s", name, paths[name], want)
		}
	}
}

// TestVeto holds that a _manylinux module is asked, and that it may come later.
func TestVeto(t *testing.T) {
	t.Parallel()
	base := pythons(t)[0]
	folder := t.TempDir()
	if text, err := exec.CommandContext(t.Context(), base, "-I", "-m", "venv", "--without-pip", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	memory := &Memory{Dir: t.TempDir()}
	got, err := Query(t.Context(), base, memory)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, filepath.FromSlash(got.Scheme.Scripts), filepath.Base(base))
	module := filepath.Join(folder, filepath.FromSlash(got.Scheme.Purelib), "_manylinux.py")
	for _, test := range []struct {
		text  string
		wants func(minor int) bool
	}{
		{"", func(int) bool { return false }},
		{"manylinux2014_compatible = False\n", func(minor int) bool { return minor == 17 }},
		{"def manylinux_compatible(major, minor, arch):\n    return None if minor == 5 else minor < 12\n", func(minor int) bool { return minor != 5 && minor >= 12 }},
	} {
		if test.text != "" {
			if err := os.WriteFile(module, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err = Query(t.Context(), path, memory)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Platform.Glibc) == 0 {
			return // there is nothing to veto here
		}
		_, machine, _ := strings.Cut(strings.ReplaceAll(got.Platform.Name, "-", "_"), "_")
		for minor := range got.Platform.Glibc[1] + 1 {
			name := fmt.Sprintf("2_%d_%s", minor, machine)
			if refused := slices.Contains(got.Platform.Refused, name); refused != test.wants(minor) {
				t.Errorf("with %q: refuses %s: %v, want %v", test.text, name, refused, test.wants(minor))
			}
		}
	}
}

func BenchmarkRecall(b *testing.B) {
	found, err := Asker{}.Find(b.Context(), "python3", "python")
	if err != nil {
		b.Fatal(err)
	}
	memory := &Memory{Dir: b.TempDir()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Query(b.Context(), found.Executable, memory); err != nil {
			b.Fatal(err)
		}
	}
}
