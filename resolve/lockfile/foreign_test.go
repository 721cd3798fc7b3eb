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
		{"poetry.lock", `lock-version = "2.1"`, `lock-version = "2.0"`, "its format is version 2.0 of poetry.lock, and only 2.1 and what follows it can be read"},
		{"poetry.lock", `groups = ["main"]`, ``, "package[1].groups: this is missing"},
		{"poetry.lock", `sha256:HELPER`, `HELPER`, `package[2].files[0].hash: "HELPER" is no digest`},
		{"poetry.lock", `version = "1.0"`, `version = "one"`, "package[1].version: "},
		{"poetry.lock", `[metadata]`, `[data]`, "metadata: this is missing"},
		{"poetry.lock", `name = "helper"`, `name =`, "line 34: "},
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

// FuzzOpenForeign: bad text is refused, and never anything worse.
func FuzzOpenForeign(f *testing.F) {
	for _, name := range foreign {
		f.Add(name, sample(f, name))
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		source, err := lockfile.Open(name, []byte(text))
		if err == nil {
			_, _ = source.Select(wanted("linux", "3.12.1"))
		}
	})
}
