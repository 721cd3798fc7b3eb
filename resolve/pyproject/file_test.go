package pyproject

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gobundle/gobundle/resolve/pep508"
)

func read(t *testing.T, text string) *File {
	t.Helper()
	f, err := Read("pyproject.toml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func strs(requirements []pep508.Requirement) []string {
	var found []string
	for _, q := range requirements {
		found = append(found, q.String())
	}
	return found
}

func TestReadProject(t *testing.T) {
	t.Parallel()
	p := read(t, `
[project]
name = "My.App"
version = "1.0.0rc01"
requires-python = ">=3.9,<4"
dependencies = ["flask>=3", "lib @ git+https://index.example/lib@v1"]
dynamic = ["readme"]
[project.optional-dependencies]
Web_Server = ["gunicorn; sys_platform != 'win32'"]
empty = []
[project.scripts]
app = "app:main"
[project.gui-scripts]
window = "app.gui:main"
`).Project
	if p.Name != "My.App" || p.Version != "1.0.0rc1" || p.RequiresPython.String() != ">=3.9,<4" && p.RequiresPython.String() != "<4,>=3.9" {
		t.Errorf("project is %q %q for %q", p.Name, p.Version, p.RequiresPython)
	}
	if diff := cmp.Diff([]string{"flask>=3", "lib @ git+https://index.example/lib@v1"}, strs(p.Dependencies)); diff != "" {
		t.Errorf("dependencies (-want +got):\n%s", diff)
	}
	if got := strs(p.OptionalDependencies["web-server"]); len(got) != 1 || len(p.OptionalDependencies) != 2 {
		t.Errorf("optional dependencies = %v", p.OptionalDependencies)
	}
	if p.Scripts["app"] != "app:main" || p.GUIScripts["window"] != "app.gui:main" || len(p.Dynamic) != 1 {
		t.Errorf("scripts = %v, %v; dynamic = %v", p.Scripts, p.GUIScripts, p.Dynamic)
	}
	if f := read(t, "[tool.x]\ny = 1\n"); f.Project != nil {
		t.Errorf("a file without [project] has %+v", f.Project)
	}
}

func TestReadRefusesValues(t *testing.T) {
	t.Parallel()
	const named = "[project]\nname = 'x'\nversion = '1'\n"
	for text, want := range map[string]string{
		"project = 1":                                     "project: it is not a table",
		"[project]\nversion = '1'":                        "project.name: it is missing",
		"[project]\nname = 1":                             "project.name: it is not a string",
		"[project]\nname = '-x'\nversion = '1'":           `project.name: "-x" is not the name of a distribution`,
		"[project]\nname = 'x'":                           "project.version: it is missing, and not among dynamic",
		"[project]\nname = 'x'\nversion = 'one'":          `project.version: "one" is not a version`,
		named + "requires-python = '3.9'":                 `project.requires-python: "3.9" is not a set of versions`,
		named + "dependencies = 'flask'":                  "project.dependencies: it is not an array",
		named + "dependencies = ['flask', 1]":             "project.dependencies[1]: it is not a string",
		named + "dependencies = ['flask', 'a b']":         "project.dependencies[1]: it is not a requirement",
		named + "dynamic = [1]":                           "project.dynamic[0]: it is not a string",
		named + "optional-dependencies = []":              "project.optional-dependencies: it is not a table",
		named + "optional-dependencies = {a_b=[],a-b=[]}": "project.optional-dependencies.a_b: the name",
		named + "scripts = {x = 1}":                       "project.scripts.x: it is not a string",
	} {
		_, err := Read("pyproject.toml", strings.NewReader(text))
		var refused *ValueError
		if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), "pyproject.toml: "+want) {
			t.Errorf("Read(%q): error %v, want a *ValueError with %q", text, err, want)
		}
	}
}

func TestSyntaxErrorHasItsPlace(t *testing.T) {
	t.Parallel()
	_, err := Read("pyproject.toml", strings.NewReader("[project]\nname = \"x\"\nversion = 1.2.3\n"))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 3 || syntax.Text != "version = 1.2.3" || syntax.Column < 11 {
		t.Errorf("error %#v, want one of line 3 behind the =", err)
	}
	_, err = ReadScript("tool.py", strings.NewReader("import x\n# /// script\n# dependencies = [\n# x = =\n# ///\n"))
	if !errors.As(err, &syntax) || syntax.File != "tool.py" || syntax.Line < 3 || syntax.Line > 5 {
		t.Errorf("error %#v, want one of the lines 3 to 5 of tool.py", err)
	}
}

// TestGroups has the examples of the specification.
func TestGroups(t *testing.T) {
	t.Parallel()
	f := read(t, `
[dependency-groups]
test = ["pytest>7", "coverage"]
Typing_Extra = ["mypy", {include-group = "TEST"}]
all = [{include-group = "typing-extra"}, {include-group = "test"}, "black"]
none = []
self = [{include-group = "self"}]
one = [{include-group = "two"}]
two = [{include-group = "Three"}]
three = [{include-group = "one"}]
typo = [{include-group = "tset"}]
wrong = [{set-phasers-to = "stun"}]
both = [{include-group = "test", other = 1}]
number = [1]
bad = ["a b"]
table = {}
twice = []
Twice = []
`)
	for name, want := range map[string]string{
		"test":         "pytest>7, coverage",
		"typing-extra": "mypy, pytest>7, coverage",
		"ALL":          "mypy, pytest>7, coverage, pytest>7, coverage, black",
		"none":         "",
	} {
		got, err := f.Group(name)
		if joined := strings.Join(strs(got), ", "); err != nil || joined != want {
			t.Errorf("Group(%q) = %q, %v; want %q", name, joined, err, want)
		}
	}
	for name, want := range map[string]string{
		"self":   "pyproject.toml: the dependency group self includes itself",
		"one":    "pyproject.toml: these dependency groups include each other: one -> two -> three -> one",
		"typo":   `pyproject.toml has no dependency group "tset", which the group typo includes`,
		"tests":  `pyproject.toml has no dependency group "tests"`,
		"wrong":  "pyproject.toml: dependency-groups.wrong[0]: it is neither",
		"both":   "pyproject.toml: dependency-groups.both[0]: it is neither",
		"number": "pyproject.toml: dependency-groups.number[0]: it is neither",
		"bad":    "pyproject.toml: dependency-groups.bad[0]: it is not a requirement",
		"table":  "pyproject.toml: dependency-groups.table: it is not an array",
		"twice":  "pyproject.toml: dependency-groups.twice: the group Twice has the same name",
	} {
		if _, err := f.Group(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Group(%q): error %v, want %q", name, err, want)
		}
	}
	var missing *GroupError
	if _, err := f.Group("tests"); !errors.As(err, &missing) || len(missing.Near) == 0 || missing.Near[0] != "test" {
		t.Errorf("error %v, want a *GroupError near test", err)
	}
	if _, err := read(t, "").Group("test"); !errors.As(err, &missing) {
		t.Errorf("error %v, want a *GroupError", err)
	}
}

// FuzzRead: what is read of a file are requirements that stay what they are when
// they are written and read again; all else is an error of a known type.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"[project]\nname = 'x'\nversion = '1'\ndependencies = ['a>1', 'b[c]; os_name == \"nt\"']\n",
		"[dependency-groups]\ng = ['a', {include-group = 'h'}]\nh = ['b @ https://index.example/b.zip']\n",
		"[dependency-groups]\ng = [{include-group = 'G'}]\n", "x = = 1", "[project]\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read("x", strings.NewReader(text))
		if err != nil {
			known(t, err)
			return
		}
		var all []pep508.Requirement
		if file.Project != nil {
			all = append(all, file.Project.Dependencies...)
		}
		group, err := file.Group("g")
		if err != nil {
			known(t, err)
		}
		for _, q := range append(all, group...) {
			again, err := pep508.ParseRequirement(q.String())
			if err != nil || again.String() != q.String() {
				t.Fatalf("%q is read as %q again, %v", q, again, err)
			}
		}
	})
}

func known(t *testing.T, err error) {
	t.Helper()
	var syntax *SyntaxError
	var value *ValueError
	var group *GroupError
	var cycle *CycleError
	var block *BlockError
	if !errors.As(err, &syntax) && !errors.As(err, &value) && !errors.As(err, &group) && !errors.As(err, &cycle) && !errors.As(err, &block) {
		t.Fatalf("error %v (%T) is of no type that is documented", err, err)
	}
	if syntax != nil && (syntax.Line < 1 || syntax.Column < 1 || syntax.Length < 1) {
		t.Fatalf("error %#v has no place", syntax)
	}
}

func ExampleFile_Group() {
	f, err := Read("pyproject.toml", strings.NewReader("[dependency-groups]\ntest = ['pytest']\ndev = [{include-group = 'test'}, 'black']\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	requirements, err := f.Group("dev")
	fmt.Println(strs(requirements), err)
	// Output: [pytest black] <nil>
}
