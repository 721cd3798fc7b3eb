package lockfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/lockfile"
)

const exportLock = head + `
requires-python = ">=3.9"
extras = ["socks"]
dependency-groups = ["dev", "main"]
default-groups = ["main"]

[[packages]]
name = "archived"
archive = {url = "https://files.example/archived.zip", subdirectory = "a b", hashes = {sha512 = "77"}}

[[packages]]
name = "folder"
directory = {path = "libs/folder", editable = true}

[[packages]]
name = "here"
archive = {path = "here-1.0.tar.gz", hashes = {sha256 = "66"}}

[[packages]]
name = "linter"
version = "3"
marker = "'dev' in dependency_groups and python_version >= '3.10'"
index = "https://other.example/simple/"
sdist = {name = "linter-3.tar.gz", url = "https://other.example/linter-3.tar.gz", hashes = {sha256 = "55"}}

[[packages]]
name = "many"
version = "1.0+local"
marker = "sys_platform == 'win32' and 'main' in dependency_groups"
index = "https://index.example/simple/"
dependencies = [{name = "one"}]
sdist = {name = "many-1.0+local.tar.gz", url = "https://index.example/many-1.0+local.tar.gz", hashes = {md5 = "11", sha256 = "22"}}
wheels = [
    {name = "many-1.0+local-cp312-cp312-win_amd64.whl", url = "https://index.example/many1", hashes = {sha256 = "44", sha512 = "45"}},
    {name = "many-1.0+local-py3-none-any.whl", url = "https://index.example/many2", hashes = {sha256 = "33"}},
]

[[packages]]
name = "one"
version = "2"
marker = "'main' in dependency_groups"
wheels = [{name = "one-2-py3-none-any.whl", path = "wheels/one-2-py3-none-any.whl", hashes = {sha256 = "12"}}]

[[packages]]
name = "proxy"
version = "1"
marker = "'socks' in extras"
wheels = [{url = "file:///srv/w/proxy-1-py3-none-any.whl", hashes = {sha256 = "13"}}]

[[packages]]
name = "tracked"
vcs = {type = "git", path = "repository", commit-id = "abc", subdirectory = "part"}
`

const exported = `# Made by gobundle export. It names all that is needed: pip install --no-deps -r FILE
# For Python >=3.9
--index-url https://index.example/simple/
--find-links wheels

archived @ https://files.example/archived.zip#subdirectory=a%20b \
    --hash=sha512:77
-e ./libs/folder
./here-1.0.tar.gz \
    --hash=sha256:66
many==1.0+local ; sys_platform == "win32" \
    --hash=sha256:22 \
    --hash=sha256:33 \
    --hash=sha256:44
one==2 \
    --hash=sha256:12
    # via many
tracked @ git+file:///home/user/repository@abc#subdirectory=part
`

func TestRequirements(t *testing.T) {
	t.Parallel()
	o := lockfile.RequirementsOptions{Directory: "/home/user", DefaultIndex: "https://default.example/simple/"}
	l := read(t, exportLock)
	text, unhashed, err := l.Requirements(o)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != exported {
		t.Errorf("Requirements() =\n%s\nwant\n%s", text, exported)
	}
	if want := []string{"folder", "tracked"}; !slices.Equal(unhashed, want) {
		t.Errorf("without digests are %q, want %q", unhashed, want)
	}
	o.NoHashes, o.DefaultIndex = true, "https://index.example/simple"
	text, _, err = l.Requirements(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, not := range []string{"--hash", "--require-hashes", "index.example"} {
		if strings.Contains(string(text), not) {
			t.Errorf("with NoHashes and that default index Requirements() has %s:\n%s", not, text)
		}
	}
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	l := read(t, exportLock)
	narrowed, err := l.Narrow(lockfile.Wanted{Extras: []string{"socks"}, Groups: []string{"dev"}})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := narrowed.Requirements(lockfile.RequirementsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--index-url https://index.example/simple/\n--extra-index-url https://other.example/simple/\n--find-links file:///srv/w\n--find-links wheels\n",
		"linter==3 ; python_version >= \"3.10\" \\\n    --hash=sha256:55\n", "many==1.0+local ; sys_platform == \"win32\" \\\n", "\nproxy==1 \\\n    --hash=sha256:13\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("Requirements() of an extra and a group lacks %q:\n%s", want, text)
		}
	}
	if again := read(t, string(narrowed.Marshal())); len(again.Extras)+len(again.DependencyGroups)+len(again.DefaultGroups) > 0 {
		t.Errorf("Narrow() leaves extras or groups:\n%s", narrowed.Marshal())
	}
	alone, err := l.Narrow(lockfile.Wanted{Groups: []string{"dev"}, NoDefaultGroups: true})
	if err != nil || slices.ContainsFunc(alone.Packages, func(p lockfile.Package) bool { return p.Name == "one" }) || len(alone.Packages) != 5 {
		t.Errorf("Narrow() without the default groups = %v, %v", alone.Packages, err)
	}
	if _, err := l.Narrow(lockfile.Wanted{Extras: []string{"http2"}}); err == nil || !strings.Contains(err.Error(), "no extra http2") {
		t.Errorf("Narrow() with an unknown extra = %v", err)
	}
}

// Where all files are in folders, pip needs no index.
func TestRequirementsNoIndex(t *testing.T) {
	t.Parallel()
	l := read(t, head+`packages = [{name = "one", version = "2", wheels = [{path = "one-2-py3-none-any.whl", hashes = {sha256 = "12"}}]}]`)
	text, _, err := l.Requirements(lockfile.RequirementsOptions{})
	if want := "--no-index\n--find-links .\n\none==2 \\\n    --hash=sha256:12\n"; err != nil || !strings.HasSuffix(string(text), want) ||
		!strings.Contains(string(text), "pip install --no-deps --require-hashes -r FILE") {
		t.Errorf("Requirements() = %q, %v; want it to end in %q", text, err, want)
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	l := read(t, exportLock)
	before := string(l.Marshal())
	moved := *l
	moved.Packages = slices.Clone(l.Packages)
	moved.Rewrite(func(path string) string { return "up/" + path }, func(url string) string { return "new:" + url })
	want := strings.NewReplacer(`path = "`, `path = "up/`, `url = "`, `url = "new:`, `index = "`, `index = "new:`).Replace(before)
	if got := string(moved.Marshal()); got != want {
		t.Errorf("Rewrite() gives\n%s\nwant\n%s", got, want)
	}
	if got := string(l.Marshal()); got != before {
		t.Errorf("Rewrite() of a copy changes the original to\n%s", got)
	}
}
