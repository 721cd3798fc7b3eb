package build_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/gobundle/gobundle/resolve/build"
)

// TestProjectMetadata: the cases in which a [project] table is enough.
func TestProjectMetadata(t *testing.T) {
	t.Parallel()
	const head = "[project]\nname = \"De.mo\"\nversion = \"1.0.0-rc1\"\n"
	const whole = head + "requires-python = \">=3.8\"\ndependencies = [\"a>=1 ; python_version < '3.9' or os_name == 'nt'\", \"b[x] @ https://files.example/b.zip\"]\n" +
		"[project.optional-dependencies]\nSome_Thing = [\"c; os_name == 'nt' or os_name == 'java'\", \"d\"]\nempty = []\n"
	const wholeText = "Metadata-Version: 2.2\nName: De.mo\nVersion: 1.0.0rc1\nRequires-Python: >=3.8\n" +
		"Requires-Dist: a>=1; python_version < \"3.9\" or os_name == \"nt\"\nRequires-Dist: b[x] @ https://files.example/b.zip\n" +
		"Provides-Extra: some-thing\nRequires-Dist: c; (os_name == \"nt\" or os_name == \"java\") and extra == \"some-thing\"\nRequires-Dist: d; extra == \"some-thing\"\nProvides-Extra: empty\n"
	for _, test := range []struct {
		name, text string
		setup      bool
		want       string
	}{
		{"no table", "", false, ""},
		{"the least", head, false, "Metadata-Version: 2.2\nName: De.mo\nVersion: 1.0.0rc1\n"},
		{"all", whole, false, wholeText},
		{"all, with a setup.py", whole, true, wholeText},
		{"not all, with a setup.py", head, true, ""},
		{"no version", "[project]\nname = \"demo\"\n", false, ""},
		{"dynamic version", "[project]\nname = \"demo\"\ndynamic = [\"version\"]\n", false, ""},
		{"dynamic extras", head + "dynamic = [\"optional-dependencies\"]\n", false, ""},
		{"dynamic readme", head + "dynamic = [\"readme\"]\n", false, "Metadata-Version: 2.2\nName: De.mo\nVersion: 1.0.0rc1\n"},
		{"wrong dynamic", head + "dynamic = \"readme\"\n", false, ""},
		{"wrong name", "[project]\nname = \"-\"\nversion = \"1\"\n", false, ""},
		{"wrong version", "[project]\nname = \"demo\"\nversion = \"one\"\n", false, ""},
		{"wrong requires-python", head + "requires-python = \"3\"\n", false, ""},
		{"wrong dependencies", head + "dependencies = \"a\"\n", false, ""},
		{"a wrong dependency", head + "dependencies = [\"a >>> 1\"]\n", false, ""},
		{"wrong extras", head + "optional-dependencies = [\"a\"]\n", false, ""},
		{"a wrong extra", head + "[project.optional-dependencies]\n\"-\" = []\n", false, ""},
		{"a name that ends a line", "[project]\nname = \"demo\\nRequires-Dist: evil\"\nversion = \"1\"\n", false, ""},
		{"a URL that ends a line", head + "dependencies = [\"a @ https://files.example/a\\nRequires-Dist: evil\"]\n", false, ""},
		{"poetry's own table", head + "[tool.poetry.dependencies]\na = \"*\"\n", false, ""},
		{"poetry's settings", head + "[tool.poetry]\npackages = []\n", false, "Metadata-Version: 2.2\nName: De.mo\nVersion: 1.0.0rc1\n"},
		{"flit's own table", head + "[tool.flit.metadata]\nmodule = \"a\"\n", false, ""},
	} {
		tables := map[string]any{}
		if err := toml.Unmarshal([]byte(test.text), &tables); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		project, _ := tables["project"].(map[string]any)
		got := build.ProjectMetadata(project, tables, test.setup)
		if lines(got) != lines(test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

// lines sorts the lines of a text: the order of extras doesn't count.
func lines(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

func TestRequirementTexts(t *testing.T) {
	t.Parallel()
	const head = "Name: a\nVersion: 1\n"
	for _, test := range []struct {
		first, second string
		same          bool
	}{
		{"Requires-Dist: B.c >=1,<2", "Requires-Dist: b-c<2,>=1", true},
		{"Requires-Dist: b\nRequires-Dist: c", "Requires-Dist: c\nRequires-Dist: b\nRequires-Dist: b", true},
		{"Requires-Dist: b[x,Y_z]", "Requires-Dist: b[y-z, x]", true},
		{"Requires-Dist: b; extra == 'A_b' and os_name == 'nt'", "Requires-Dist: b; (os_name == \"nt\") and extra == \"a-b\"", true},
		{"Requires-Dist: b; os_name == 'nt' and (os_name == 'x' and extra == 'a')", "Requires-Dist: b; extra == 'a' and os_name == 'x' and os_name == 'nt'", true},
		{"Requires-Dist: b; os_name == 'nt' and (os_name == 'x' or extra == 'a')", "Requires-Dist: b; (extra == 'a' or os_name == 'x') and os_name == 'nt'", true},
		{"Requires-Dist: b; os_name == 'nt' and (os_name == 'x' or extra == 'a')", "Requires-Dist: b; extra == 'a' or os_name == 'x' and os_name == 'nt'", false},
		{"Requires-Dist: b>=1", "Requires-Dist: b>=2", false},
		{"Requires-Dist: b", "Requires-Dist: b; os_name == 'nt'", false},
		{"Requires-Dist: b @ https://files.example/b.zip", "Requires-Dist: b @ https://files.example/c.zip", false},
		{"", "Requires-Dist: b", false},
	} {
		first, err := build.RequirementTexts(head + test.first + "\n")
		if err != nil {
			t.Fatal(err)
		}
		second, err := build.RequirementTexts(head + test.second + "\n")
		if err != nil {
			t.Fatal(err)
		}
		if same := slices.Equal(first, second); same != test.same {
			t.Errorf("%q and %q: %q and %q, want the same %v", test.first, test.second, first, second, test.same)
		}
	}
}

// TestAdvice: what tools print, and what to do about it.
func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line        string
		noIsolation bool
		want        string
	}{
		{"error: command 'gcc' failed: No such file or directory", false, "install a C compiler"},
		{"error: command '/usr/bin/x86_64-linux-gnu-g++' failed: No such file or directory", false, "install a C compiler"},
		{"unable to execute 'x86_64-linux-gnu-gcc': No such file or directory", false, "install a C compiler"},
		{"../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", false, "install a C compiler"},
		{"error: Microsoft Visual C++ 14.0 or greater is required.", false, "install a C compiler"},
		{"src/a.c:3:10: fatal error: Python.h: No such file or directory", false, "python3-dev"},
		{"src/a.c:3:10: fatal error: libpq-fe.h: No such file or directory", false, "the library that has libpq-fe.h"},
		{"/usr/bin/ld: cannot find -lxml2: No such file or directory", false, "install the library xml2"},
		{"error: can't find Rust compiler", false, "install Rust"},
		{"FileNotFoundError: [Errno 2] No such file or directory: 'cmake'", false, "install cmake"},
		{"/bin/sh: 1: swig: not found", false, "install swig"},
		{"LookupError: setuptools-scm was unable to detect version for /x.", false, "SETUPTOOLS_SCM_PRETEND_VERSION"},
		{"ModuleNotFoundError: No module named 'numpy'", false, "setuptools to be built, and not numpy"},
		{"ModuleNotFoundError: No module named 'numpy'", true, "install numpy beside"},
		{"OSError: [Errno 28] No space left on device", false, "make room"},
		{"something else went wrong", false, ""},
	} {
		got := build.Advice([]string{"Traceback", test.line}, test.noIsolation, []string{"setuptools"})
		if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("Advice(%q) = %q, want %q", test.line, got, test.want)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "logs")
	old := filepath.Join(folder, "gobundle-old.log")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-100 * 24 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	megabytes := bytes.Repeat([]byte("a line of sixteen\n"), 1<<18)
	var chunks [][]byte
	for range 20 {
		chunks = append(chunks, megabytes)
	}
	path, last, err := build.LogOf(folder, append(chunks, []byte("the end\x1b[0m\x1b]0;title\x07 \u202e\x00.\r\n\n   \n"))...)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(path) != folder || !strings.HasPrefix(filepath.Base(path), "gobundle-x_y-1.0.tar.gz-") {
		t.Errorf("the log is %s", path)
	}
	if len(last) != 25 || last[24] != "the end ." || last[0] != "a line of sixteen" {
		t.Errorf("last = %q", last)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 65<<20 {
		t.Errorf("the log has %d bytes, %v", info.Size(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte("# the middle of the output is left out here\n")) || !bytes.HasSuffix(text, []byte("\n   \n")) {
		t.Errorf("the log ends in %q, %v", text[max(0, len(text)-100):], err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old log is still there")
	}
}
