package lockfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/lockfile"
)

var foreign = []string{"poetry.lock", "pdm.lock", "Pipfile.lock", "uv.lock"}

func sample(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "foreign", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func TestOpenForeignFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, old, new, want string }{
		{"poetry.lock", `lock-version = "2.1"`, `lock-version = "2.0"`, "its format is version 2.0 of poetry.lock, and only 2.1 or later can be read"},
		{"poetry.lock", `groups = ["main"]`, ``, "package[1].groups: this is missing"},
		{"poetry.lock", `sha256:HELPER`, `HELPER`, `package[2].files[0].hash: "HELPER" is no digest`},
		{"poetry.lock", `version = "1.0"`, `version = "one"`, "package[1].version: "},
		{"poetry.lock", `[metadata]`, `[data]`, "metadata: this is missing"},
		{"poetry.lock", `name = "helper"`, `name =`, "line 34: "},
		{"poetry.lock", `python-versions = ">=3.8"`, `python-versions = "new"`, `metadata.python-versions: "new" says nothing about Python`},
		{"pdm.lock", `4.5.0`, `3.1`, "its format is version 3.1 of pdm.lock, and only 4 can be read"},
		{"pdm.lock", `"inherit_metadata"`, `"cross_platform"`, "metadata.strategy: inherit_metadata is not among them"},
		{"pdm.lock", `marker = "`, `marker = "if `, "package[0].marker: this is no marker"},
		{"Pipfile.lock", `"pipfile-spec": 6`, `"pipfile-spec": 7`, "its format is version 7.0 of Pipfile.lock, and only 6 can be read"},
		{"Pipfile.lock", `"default": {`, `"default": {,`, "line 18: "},
		{"Pipfile.lock", `"version": "==0.4"`, `"version": 4`, "default.colour.version: this must be a string"},
		{"uv.lock", `version = 1`, `version = 2`, "its format is version 2 of uv.lock, and only 1 can be read"},
		{"uv.lock", `source = { virtual = "." }`, `source = { virtual = "elsewhere" }`, "package: none of them is the project"},
		{"uv.lock", `"2026-01-01T00:00:00Z"`, `"yesterday"`, "package[1].wheels[0].upload-time: this must be a date and time"},
	} {
		t.Run(test.name+" "+test.want, func(t *testing.T) {
			t.Parallel()
			text := sample(t, test.name)
			if !strings.Contains(text, test.old) {
				t.Fatalf("%q is not in the sample", test.old)
			}
			_, err := lockfile.Open(test.name, []byte(strings.Replace(text, test.old, test.new, 1)))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("Open() = %v, want %q", err, test.want)
			}
		})
	}
	var name *lockfile.NameError
	if _, err := lockfile.Open("Cargo.lock", nil); !errors.As(err, &name) {
		t.Errorf("Open() = %v, want a *NameError", err)
	}
}

// Poetry writes the Pythons of a project in a way of its own.
func TestPoetryPythons(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, admitted, refused string }{
		{"*", "2.7.18 3.12.1", ""},
		{"^3.9", "3.9.0 3.13.1", "3.8.9 4.0.0"},
		{"~3.9", "3.9.0 3.9.9", "3.8.9 3.10.0"},
		{"~3", "3.0.0 3.10.0", "2.7.0 4.0.0"},
		{">=3.8,<4.0", "3.8.0 3.14.0", "3.7.9 4.0.0"},
		{">=3.8 <3.11 || ^3.12", "3.8.0 3.12.0", "3.11.0 4.0.0"},
		{"3.12.*", "3.12.4", "3.11.0 3.13.0"},
		{"~=3.9, !=3.9.1", "3.9.0 3.10.0", "3.9.1 4.0.0"},
	} {
		source, err := lockfile.Open("poetry.lock", []byte(strings.Replace(sample(t, "poetry.lock"), `">=3.8"`, `"`+test.text+`"`, 1)))
		if err != nil {
			t.Errorf("Open() with %q = %v", test.text, err)
			continue
		}
		for _, python := range strings.Fields(test.admitted) {
			if _, err := source.Select(wanted("linux", python)); err != nil {
				t.Errorf("%q refuses Python %s: %v", test.text, python, err)
			}
		}
		for _, python := range strings.Fields(test.refused) {
			var uncovered *lockfile.UncoveredError
			if _, err := source.Select(wanted("linux", python)); !errors.As(err, &uncovered) {
				t.Errorf("%q admits Python %s: %v", test.text, python, err)
			}
		}
	}
}

// A dependency that is not there is found out when it is wanted.
func TestUVSelectFaults(t *testing.T) {
	t.Parallel()
	text := strings.Replace(sample(t, "uv.lock"), `{ name = "helper" }`, `{ name = "gone" }`, 1)
	source, err := lockfile.Open("uv.lock", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Select(wanted("linux", "3.12.1"))
	if err == nil || !strings.Contains(err.Error(), "there is no gone") {
		t.Errorf("Select() = %v, want that there is no gone", err)
	}
	_, err = source.Select(wanted("linux", "3.7.1"))
	var uncovered *lockfile.UncoveredError
	if !errors.As(err, &uncovered) {
		t.Errorf("Select() = %v, want an *UncoveredError", err)
	}
}

const uvConflicts = `version = 1
requires-python = ">=3.9"
conflicts = [[{ package = "my-app", extra = "new" }, { package = "my-app", extra = "old" }]]

[[package]]
name = "my-app"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "a", version = "1", source = { registry = "wheels" }, marker = "extra == 'extra-6-my-app-old'" },
    { name = "a", version = "2", source = { registry = "wheels" }, marker = "extra == 'extra-6-my-app-new' or extra != 'extra-6-my-app-old'" },
    { name = "b", marker = "(sys_platform == 'win32' and extra == 'group-6-my-app-dev') or (extra == 'extra-6-my-app-new' and extra == 'extra-6-my-app-old')" },
]

[package.optional-dependencies]
new = [{ name = "a", version = "2", source = { registry = "wheels" } }]
old = [{ name = "a", version = "1", source = { registry = "wheels" } }]

[package.dev-dependencies]
dev = [{ name = "b" }]

[[package]]
name = "a"
version = "1"
source = { registry = "wheels" }
wheels = [{ path = "a-1-py3-none-any.whl", hash = "sha256:11" }]

[[package]]
name = "a"
version = "2"
source = { registry = "wheels" }
wheels = [{ path = "a-2-py3-none-any.whl", hash = "sha256:22" }]

[[package]]
name = "b"
version = "1"
source = { registry = "wheels" }
wheels = [{ path = "b-1-py3-none-any.whl", hash = "sha256:33" }]
`

// Where extras of a project exclude each other, markers say which version goes with
// which.
func TestUVConflicts(t *testing.T) {
	t.Parallel()
	source, err := lockfile.Open("uv.lock", []byte(uvConflicts))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		platform, extra, group, want string
	}{
		{"linux", "", "", "a 2"}, {"linux", "new", "", "a 2"}, {"linux", "old", "", "a 1"},
		{"linux", "old", "dev", "a 1, b 1"}, {"win32", "", "dev", "a 2, b 1"},
	} {
		w := wanted(test.platform, "3.12.1")
		if test.extra != "" {
			w.Extras = []string{test.extra}
		}
		if test.group != "" {
			w.Groups = []string{test.group}
		}
		s, err := source.Select(w)
		if err != nil {
			t.Errorf("Select(%s, %q, %q): %v", test.platform, test.extra, test.group, err)
			continue
		}
		var got []string
		for _, p := range s.Packages {
			got = append(got, p.Name+" "+p.Version.String())
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("Select(%s, %q, %q) = %s, want %s", test.platform, test.extra, test.group, got, test.want)
		}
		for _, c := range s.Consulted {
			if strings.Contains(c.Marker.String(), "extra") {
				t.Errorf("the marker %s was consulted, which no environment settles", c.Marker)
			}
		}
	}
}

// FuzzOpenForeign: bad text is refused, and never anything worse.
func FuzzOpenForeign(f *testing.F) {
	for _, name := range foreign {
		f.Add(name, sample(f, name))
	}
	f.Fuzz(func(_ *testing.T, name, text string) {
		source, err := lockfile.Open(name, []byte(text))
		if err == nil {
			_, _ = source.Select(wanted("linux", "3.12.1"))
		}
	})
}
