package lockfile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// environment is that of a CPython.
func environment(platform, machine, python string) pep508.Environment {
	minor := strings.Join(strings.Split(python, ".")[:2], ".")
	return pep508.Environment{
		ImplementationName: "cpython", ImplementationVersion: python, PlatformMachine: machine,
		PlatformPythonImplementation: "CPython", PythonFullVersion: python, PythonVersion: minor, SysPlatform: platform,
	}
}

func wanted(platform, python string) lockfile.Wanted {
	return lockfile.Wanted{Environment: environment(platform, "x86_64", python), Python: pep440.MustParse(python)}
}

const selectLock = head + `
environments = ["sys_platform == 'linux'", "sys_platform == 'win32'"]
requires-python = ">=3.9"
extras = ["socks"]
dependency-groups = ["dev"]
default-groups = ["main"]

[[packages]]
name = "always"

[[packages]]
name = "colour"
version = "1"
marker = "sys_platform == 'win32'"

[[packages]]
name = "colour"
version = "2"
marker = "sys_platform != 'win32'"

[[packages]]
name = "linter"
marker = "'dev' in dependency_groups and python_version >= '3.10'"

[[packages]]
name = "main-only"
marker = "'main' in dependency_groups"

[[packages]]
name = "proxy"
marker = "'socks' in extras or sys_platform == 'win32'"
requires-python = "<3.14"
`

func TestSelect(t *testing.T) {
	t.Parallel()
	l := read(t, selectLock)
	for _, test := range []struct {
		name            string
		platform        string
		python          string
		extras, groups  []string
		noDefaultGroups bool
		want, consulted string
	}{
		{"linux", "linux", "3.12.1", nil, nil, false, "always colour=2 main-only",
			`sys_platform == "linux":true sys_platform == "win32":false sys_platform != "win32":true`},
		{"windows", "win32", "3.12.1", nil, nil, false, "always colour=1 main-only proxy",
			`sys_platform == "win32":true sys_platform != "win32":false`},
		{"an extra", "linux", "3.12.1", []string{"Socks"}, nil, false, "always colour=2 main-only proxy",
			`sys_platform == "linux":true sys_platform == "win32":false sys_platform != "win32":true`},
		{"a group", "linux", "3.12.1", nil, []string{"dev"}, false, "always colour=2 linter main-only",
			`sys_platform == "linux":true sys_platform == "win32":false sys_platform != "win32":true python_version >= "3.10":true`},
		{"a group with an old Python", "linux", "3.9.1", nil, []string{"dev"}, false, "always colour=2 main-only",
			`sys_platform == "linux":true sys_platform == "win32":false sys_platform != "win32":true python_version >= "3.10":false`},
		{"no default group", "linux", "3.12.1", nil, nil, true, "always colour=2",
			`sys_platform == "linux":true sys_platform == "win32":false sys_platform != "win32":true`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := wanted(test.platform, test.python)
			w.Extras, w.Groups, w.NoDefaultGroups = test.extras, test.groups, test.noDefaultGroups
			s, err := l.Select(w)
			if err != nil {
				t.Fatal(err)
			}
			var names, consulted []string
			for _, p := range s.Packages {
				name := p.Name
				if !p.Version.IsZero() {
					name += "=" + p.Version.String()
				}
				names = append(names, name)
			}
			for _, c := range s.Consulted {
				truth := ":false"
				if c.Truth {
					truth = ":true"
				}
				consulted = append(consulted, c.Marker.String()+truth)
			}
			if got := strings.Join(names, " "); got != test.want {
				t.Errorf("packages = %s, want %s", got, test.want)
			}
			if got := strings.Join(consulted, " "); got != test.consulted {
				t.Errorf("consulted = %s\nwant %s", got, test.consulted)
			}
		})
	}
}

func TestSelectFaults(t *testing.T) {
	t.Parallel()
	l := read(t, selectLock)
	for _, test := range []struct {
		name, want string
		change     func(*lockfile.Wanted)
	}{
		{"another platform", "it is for other environments", func(w *lockfile.Wanted) { w.Environment.SysPlatform = "darwin" }},
		{"an old Python", "it needs Python >=3.9", func(w *lockfile.Wanted) { w.Python = pep440.MustParse("3.8.2") }},
		{"a package's Python", "its proxy needs Python <3.14", func(w *lockfile.Wanted) { w.Python, w.Extras = pep440.MustParse("3.14.0"), []string{"socks"} }},
		{"an extra", "the lock has no extra http2 (it has socks)", func(w *lockfile.Wanted) { w.Extras = []string{"http2"} }},
		{"a group", "the lock has no dependency group test (it has dev, main)", func(w *lockfile.Wanted) { w.Groups = []string{"test"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := wanted("linux", "3.12.1")
			test.change(&w)
			_, err := l.Select(w)
			if err == nil || err.Error() != test.want {
				t.Errorf("Select() = %v, want %q", err, test.want)
			}
		})
	}
	twice := read(t, head+"packages = [{name = 'a'}, {name = 'a', marker = \"sys_platform == 'linux'\"}]")
	var ambiguous *lockfile.AmbiguousError
	if _, err := twice.Select(wanted("linux", "3.12.1")); !errors.As(err, &ambiguous) {
		t.Errorf("Select() = %v, want an *AmbiguousError", err)
	}
	if _, err := twice.Select(wanted("win32", "3.12.1")); err != nil {
		t.Errorf("Select() = %v, want none: only one of the two is for Windows", err)
	}
	undefined := read(t, head+"packages = [{name = 'a', marker = \"extra == 'x'\"}]")
	var evaluation *pep508.EvaluationError
	if _, err := undefined.Select(wanted("linux", "3.12.1")); !errors.As(err, &evaluation) {
		t.Errorf("Select() = %v, want an *EvaluationError: extra is not defined in a lock", err)
	}
}

// Separate holds for every choice among environments of all kinds: its marker is
// true exactly where it is to be.
func TestSeparateLaw(t *testing.T) {
	t.Parallel()
	all := []pep508.Environment{
		environment("linux", "x86_64", "3.11.4"), environment("linux", "aarch64", "3.11.4"), environment("win32", "AMD64", "3.11.4"),
		environment("linux", "x86_64", "3.13.0"), environment("darwin", "arm64", "3.12.0"), environment("linux", "x86_64", "3.11.9"),
	}
	pypy := environment("linux", "x86_64", "3.11.4")
	pypy.ImplementationName = "pypy"
	all = append(all, pypy)
	for choice := range 1 << len(all) {
		chosen := make([]bool, len(all))
		for i := range chosen {
			chosen[i] = choice&(1<<i) != 0
		}
		marker, ok := lockfile.Separate(all, chosen)
		if choice == 0 {
			continue // nobody writes what nobody needs
		}
		if !ok {
			t.Fatalf("Separate(%v): no marker", chosen)
		}
		for i, e := range all {
			if truth, err := marker.Evaluate(e); err != nil || truth != chosen[i] {
				t.Fatalf("Separate(%v) = %s, which is %v for %+v (%v)", chosen, marker, truth, e, err)
			}
		}
	}
	same := []pep508.Environment{all[0], all[0]}
	if marker, ok := lockfile.Separate(same, []bool{true, false}); ok {
		t.Errorf("Separate() = %s for two environments that are the same", marker)
	}
}

func TestSeparateReadsWell(t *testing.T) {
	t.Parallel()
	all := []pep508.Environment{
		environment("linux", "x86_64", "3.10.4"), environment("win32", "AMD64", "3.11.4"), environment("linux", "aarch64", "3.12.4"),
	}
	for _, test := range []struct {
		chosen []bool
		want   string
	}{
		{[]bool{true, true, true}, ""},
		{[]bool{false, true, false}, `sys_platform == "win32"`},
		{[]bool{true, false, true}, `sys_platform == "linux"`},
		{[]bool{true, false, false}, `python_version < "3.11"`},
		{[]bool{false, false, true}, `python_version >= "3.12"`},
		{[]bool{false, true, true}, `python_version >= "3.11"`},
		{[]bool{true, true, false}, `python_version < "3.12"`},
	} {
		marker, ok := lockfile.Separate(all, test.chosen)
		if got := marker.String(); !ok || got != test.want {
			t.Errorf("Separate(%v) = %s, want %s", test.chosen, got, test.want)
		}
	}
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	consulted := func(texts ...string) []lockfile.Consulted {
		var all []lockfile.Consulted
		for _, text := range texts {
			text, is := strings.CutPrefix(text, "not ")
			marker, err := pep508.ParseMarker(text)
			if err != nil {
				t.Fatal(err)
			}
			c, ok := lockfile.Consult(marker, "", !is)
			if ok {
				all = append(all, c)
			}
		}
		return all
	}
	all := []pep508.Environment{environment("linux", "x86_64", "3.11.0"), environment("win32", "AMD64", "3.12.0")}
	markers, err := lockfile.Environments(all, [][]lockfile.Consulted{
		consulted(`not python_full_version >= "3.11.3" and os_name == ""`, `python_full_version > "3.11.0a6"`, `extra == "x"`),
		consulted(`sys_platform == "win32"`, `not platform_version == "5"`),
	})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, marker := range markers {
		texts = append(texts, marker.String())
	}
	want := []string{
		`implementation_name == "cpython" and python_version == "3.11" and sys_platform == "linux" and platform_machine == "x86_64" and ` +
			`(python_full_version < "3.11.3" or os_name != "")`,
		`implementation_name == "cpython" and python_version == "3.12" and sys_platform == "win32" and platform_machine == "AMD64" and ` +
			`platform_version != "5"`,
	}
	if !slices.Equal(texts, want) {
		t.Errorf("Environments() = %q\nwant %q", texts, want)
	}
	exact, err := lockfile.Environments([]pep508.Environment{all[0], environment("linux", "x86_64", "3.11.9")}, make([][]lockfile.Consulted, 2))
	if err != nil || !strings.Contains(exact[1].String(), `python_full_version == "3.11.9"`) {
		t.Errorf("Environments() = %v, %v, want the whole version where two differ in it only", exact, err)
	}
}
