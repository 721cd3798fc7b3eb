package lockfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/lockfile"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	const before = `
environments = ["sys_platform == 'linux'"]

[[packages]]
name = "gone"
version = "1"

[[packages]]
name = "kept"
version = "2"
sdist = { name = "kept-2.tar.gz", url = "https://files.example/kept-2.tar.gz", hashes = { sha256 = "00" } }

[[packages]]
name = "tree"
directory = { path = "." }
`
	for _, test := range []struct {
		name string
		edit []string // pairs
		want []string
	}{
		{"nothing", nil, nil},
		{"versions", []string{`version = "2"`, `version = "3"`}, []string{"kept 2 -> 3"}},
		{"another project", []string{`"gone"`, `"here"`}, []string{"removed gone 1", "added here 1"}},
		{"a digest", []string{`sha256 = "00"`, `sha256 = "01"`}, []string{"kept 2 has other files"}},
		{"a marker", []string{`version = "1"`, `version = "1"` + "\nmarker = \"os_name == 'nt'\""}, []string{"gone 1 is for other environments"}},
		{"a folder", []string{`path = "."`, `path = ".."`}, []string{"tree . -> .."}},
		{"an environment", []string{`'linux'`, `'win32'`}, []string{"the environments changed"}},
		{"a group", []string{"\n\n[[packages]]\nname = \"gone\"", "\ndependency-groups = []\n\n[[packages]]\nname = \"gone\""}, []string{"extras and groups changed"}},
		{"a tool", []string{"directory = { path = \".\" }", "directory = { path = \".\" }\n[tool.gobundle]\nx = 1"}, []string{"what the lock was made of changed"}},
		{"an input", []string{"directory = { path = \".\" }", "directory = { path = \".\" }\n[tool.gobundle]\ntargets = ['t', {a = 1}, {b = 2}]"},
			[]string{"targets: added t", "targets: added map[a:1]", "targets: added map[b:2]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := head + before
			for i := 0; i < len(test.edit); i += 2 {
				if !strings.Contains(text, test.edit[i]) {
					t.Fatalf("%q is not in the lock", test.edit[i])
				}
				text = strings.Replace(text, test.edit[i], test.edit[i+1], 1)
			}
			got := lockfile.Changes(read(t, head+before), read(t, text))
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("Changes() = %q, want %q", got, test.want)
			}
		})
	}
	l := read(t, head+before)
	l.Packages[0], l.Packages[1] = l.Packages[1], l.Packages[0]
	if got := lockfile.Changes(read(t, head+before), l); len(got) != 1 {
		t.Errorf("Changes() = %q of another order, want one line", got)
	}
}
