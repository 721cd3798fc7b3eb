package lockfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/lockfile"
)

func readTestdata(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func read(t *testing.T, text string) *lockfile.Lock {
	t.Helper()
	l, err := lockfile.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestIsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"pylock.toml": true, "pylock.spam.toml": true, "pylock..toml": false, "pylock.a.b.toml": false,
		"Pylock.toml": false, "pylock.spam.TOML": false, "pylocktoml": false, "uv.lock": false, "pylock.toml.bak": false,
	} {
		if got := lockfile.IsName(name); got != want {
			t.Errorf("IsName(%q) = %v, want %v", name, got, want)
		}
	}
}

// What is written in our own style comes back byte for byte, with every field that
// there is.
func TestMarshalEverything(t *testing.T) {
	t.Parallel()
	text := readTestdata(t, "everything.toml")
	l := read(t, string(text))
	if got := string(l.Marshal()); got != string(text) {
		t.Errorf("Marshal() = %s\nwant %s", got, text)
	}
	l.Sort()
	if got := string(l.Marshal()); got != string(text) {
		t.Errorf("sorted: %s\nwant %s", got, text)
	}
	slices.Reverse(l.Packages)
	l.Sort()
	if got := string(l.Marshal()); got != string(text) {
		t.Errorf("reversed and sorted: %s\nwant %s", got, text)
	}
}

// The example of the specification.
func TestReadSpecification(t *testing.T) {
	t.Parallel()
	l := read(t, string(readTestdata(t, "specification.toml")))
	if len(l.Packages) != 3 || l.CreatedBy != "mousebender" || len(l.Environments) != 2 {
		t.Fatalf("Read() = %+v", l)
	}
	numpy := l.Packages[2]
	if got := numpy.RequiresPython.String(); got != ">=3.10" {
		t.Errorf("requires-python = %q", got)
	}
	if w := numpy.Wheels[0]; w.Size != 12626357 || w.UploadTime.Format("15:04:05.000000") != "16:51:21.821880" || !w.IsVerifiable() {
		t.Errorf("wheels[0] = %+v", w)
	}
	if again := read(t, string(l.Marshal())); string(again.Marshal()) != string(l.Marshal()) {
		t.Error("what was written reads back otherwise")
	}
}

const head = "lock-version = '1.0'\ncreated-by = 'hand'\n"

const wheel = "{name = 'a-1-py3-none-any.whl', url = 'https://files.example/a-1-py3-none-any.whl', hashes = {sha256 = '00'}}"

func TestReadFaults(t *testing.T) {
	t.Parallel()
	inPackage := func(text string) string { return head + "[[packages]]\nname = 'a'\n" + text }
	for _, test := range []struct{ name, text, want string }{
		{"no TOML", "lock-version = ", "line 1: "},
		{"nested too deep", "a = " + strings.Repeat("[", 1000), "nested too deep"},
		{"no version", "created-by = 'hand'\npackages = []", "lock-version: this is missing"},
		{"version is a number", "lock-version = 1.0\n", "lock-version: this must be a string"},
		{"nobody made it", "lock-version = '1.0'\npackages = []", "created-by: this is missing"},
		{"no packages", head, "packages: this is missing"},
		{"packages is a table", head + "[packages]\nname = 'a'", "packages: this must be an array of tables"},
		{"a package is a text", head + "packages = ['a']", "packages[0]: this must be a table"},
		{"environment", head + "environments = ['linux']\npackages = []", "environments[0]: this is no marker"},
		{"requires-python", head + "requires-python = 'three'\npackages = []", "requires-python: this is no version specifier"},
		{"extras", head + "extras = [1]\npackages = []", "extras[0]: this must be a string"},
		{"group", head + "dependency-groups = ['a b']\npackages = []", `dependency-groups[0]: "a b" is no name`},
		{"no name", head + "[[packages]]\nversion = '1'", "packages[0].name: this is missing"},
		{"name not normalised", head + "[[packages]]\nname = 'A_b'", `packages[0].name: "A_b" is no normalised name`},
		{"version of a package", inPackage("version = 'one'"), "packages[0].version: "},
		{"marker", inPackage("marker = 'os = linux'"), "packages[0].marker: this is no marker"},
		{"wheels is a table", inPackage("wheels = " + wheel), "packages[0].wheels: this must be an array of tables"},
		{"wheel of another project", inPackage("wheels = [" + strings.ReplaceAll(wheel, "a-1-", "b-1-") + "]"), "b-1-py3-none-any.whl is a wheel of b, not of a"},
		{"wheel of another version", inPackage("version = '2'\nwheels = [" + wheel + "]"), "a-1-py3-none-any.whl is of version 1, not 2"},
		{"no wheel", inPackage("wheels = [" + strings.ReplaceAll(wheel, ".whl", ".zip") + "]"), "packages[0].wheels[0].name: "},
		{"no sdist", inPackage("sdist = " + wheel), "packages[0].sdist.name: "},
		{"no digest", inPackage("wheels = [" + strings.Replace(wheel, "sha256 = '00'", "", 1) + "]"), "packages[0].wheels[0].hashes: there must be a digest"},
		{"digest is a number", inPackage("wheels = [" + strings.Replace(wheel, "'00'", "0", 1) + "]"), "packages[0].wheels[0].hashes.sha256: this must be a string"},
		{"no place", inPackage("wheels = [{name = 'a-1-py3-none-any.whl', hashes = {sha256 = '00'}}]"), "packages[0].wheels[0].url: a url or a path must be there"},
		{"a path for a name", inPackage("wheels = [" + strings.Replace(wheel, "name = '", "name = '../", 1) + "]"), "packages[0].wheels[0].name: "},
		{"size", inPackage("wheels = [" + strings.Replace(wheel, "{name", "{size = -1, name", 1) + "]"), "packages[0].wheels[0].size: a size is not negative"},
		{"time", inPackage("wheels = [" + strings.Replace(wheel, "{name", "{upload-time = 'now', name", 1) + "]"), "packages[0].wheels[0].upload-time: this must be a date and time"},
		{"day", inPackage("wheels = [" + strings.Replace(wheel, "{name", "{upload-time = 2025-01-01, name", 1) + "]"), "packages[0].wheels[0].upload-time: this must be a date and time"},
		{"two sources", inPackage("wheels = [" + wheel + "]\ndirectory = {path = '.'}"), "packages[0]: has directory and sdist or wheels, of which only one may be"},
		{"no commit", inPackage("vcs = {type = 'git', url = 'https://git.example/a'}"), "packages[0].vcs.commit-id: this is missing"},
		{"directory", inPackage("directory = {}"), "packages[0].directory.path: this is missing"},
		{"editable", inPackage("directory = {path = '.', editable = 'yes'}"), "packages[0].directory.editable: this must be true or false"},
		{"tool", head + "packages = []\ntool = 1", "tool: this must be a table"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := lockfile.Read([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("Read() = %v, want %q", err, test.want)
			}
			var syntax *lockfile.SyntaxError
			var field *lockfile.FieldError
			if !errors.As(err, &syntax) && !errors.As(err, &field) {
				t.Errorf("Read() = %T, want a *SyntaxError or a *FieldError", err)
			}
		})
	}
}

func TestReadVersions(t *testing.T) {
	t.Parallel()
	_, err := lockfile.Read([]byte("lock-version = '2.0'\ncreated-by = 'later'\nthings = 1"))
	var version *lockfile.VersionError
	if !errors.As(err, &version) || version.Version != "2.0" {
		t.Fatalf("Read() = %v, want a *VersionError of 2.0", err)
	}
	later := strings.Replace(head, "1.0", "1.7", 1) + "colour = 'red'\npackages = [{name = 'a', taste = 'sweet'}]"
	l := read(t, later)
	if len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "colour, packages[0].taste") {
		t.Errorf("warnings = %q, want one that names what is new", l.Warnings)
	}
	if l := read(t, strings.Replace(later, "1.7", "1.0", 1)); len(l.Warnings) != 0 {
		t.Errorf("warnings = %q, want none for the version that is known", l.Warnings)
	}
}

// FuzzRead holds the law that what was read is written to what reads back as the
// same, and that nothing else than the named errors comes of bad text.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"everything.toml", "specification.toml"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(head + "packages = []\n[tool.a]\nx = [nan, inf, -inf, 1e3, 1_000, 0x1f, 1979-05-27T07:32:00, 07:32:00]\n'q\"' = \"\\u0000\\t\"")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := lockfile.Read([]byte(text))
		if err != nil {
			return
		}
		written := l.Marshal()
		again, err := lockfile.Read(written)
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, written)
		}
		if got := again.Marshal(); string(got) != string(written) {
			t.Fatalf("written, read and written: %s\nwant %s", got, written)
		}
	})
}
