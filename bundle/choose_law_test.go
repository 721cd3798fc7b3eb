package bundle

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// interpreters are those that bundles are made for, and run on.
var interpreters = []string{
	"cp38-linux-x86_64", "cp39-linux-x86_64", "cp39-manylinux_2_17_x86_64", "cp311-linux-x86_64", "cp313-linux-x86_64", "cp313t-linux-x86_64",
	"cp3.15.0-linux-x86_64", "cp311-musl-x86_64", "cp39-win_amd64", "cp313-win_amd64", "cp313-macos-arm64", "pp310-linux-x86_64", "pp39-win_amd64",
}

// drawDists draws a small index with tags and markers that tell interpreters
// apart.
func drawDists(t *rapid.T) []indextest.Dist {
	names := []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "projects")]
	draw := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	var dists []indextest.Dist
	for _, name := range names {
		for version := range rapid.IntRange(1, 3).Draw(t, name+" versions") {
			d := indextest.Dist{Name: name, Version: fmt.Sprint(version + 1), Extras: []string{"x"}}
			d.RequiresPython = draw(name+" python", "", "", "", ">=3.9", ">=3.10", "<3.13", "!=3.11.*", ">=3.9.25")
			for k := range rapid.IntRange(0, 2).Draw(t, name+" requirements") {
				d.Requires = append(d.Requires, drawNeed(t, names, fmt.Sprint(name, version, k)))
			}
			tags := draw(name+" tags", "", "", "py2.py3-none-any", "cp39-abi3-manylinux_2_17_x86_64", "cp39-cp39-win_amd64 cp313-cp313-win_amd64",
				"cp39-cp39-manylinux_2_28_x86_64 cp39-cp39-manylinux_2_17_x86_64 py3-none-any", "cp313-cp313t-manylinux_2_17_x86_64 py3-none-any",
				"py39-none-any py3-none-any", "pp310-pypy310_pp73-manylinux_2_17_x86_64 cp36-abi3-win_amd64 py3-none-any", "cp313.py311-none-any")
			for _, d.Tag = range strings.Split(tags, " ") {
				dists = append(dists, d)
			}
		}
	}
	return dists
}

func drawNeed(t *rapid.T, names []string, label string) string {
	draw := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label+" "+what) }
	return draw("name", names...) + draw("extra", "", "", "", "[x]") + draw("specifier", "", "", "", "<2", ">=2", "!=2") +
		draw("marker", "", "", "", `; python_version < "3.10"`, `; python_version >= "3.11"`, `; sys_platform == "win32"`, `; sys_platform != "win32"`,
			`; implementation_name == "pypy"`, `; extra == "x"`, `; extra == "x" and python_version > "3.9"`, `; python_full_version < "3.15.0"`,
			`; platform_machine in "x86_64 AMD64"`, `; os_name == "nt" or platform_python_implementation == "PyPy"`)
}

// TestChoiceIsSound: where a bundle's target is accepted on an interpreter, a
// fresh solve for that interpreter, over the target's wheels, gives exactly them;
// and over all wheels of the bundle, preferring the target's versions, it gives
// those versions. On an interpreter that is one of the targets the bundle
// chooses what was resolved for it.
func TestChoiceIsSound(t *testing.T) {
	t.Parallel()
	accepted, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		dists := drawDists(rt)
		var names []string
		for range rapid.IntRange(1, 3).Draw(rt, "targets") {
			names = append(names, rapid.SampledFrom(interpreters).Draw(rt, "target"))
		}
		requirements := []string{drawNeed(rt, []string{"a"}, "root")}
		folder := t.TempDir()
		if err := indextest.WriteFolder(filepath.Join(folder, "all"), dists...); err != nil {
			rt.Fatal(err)
		}
		made, err := stagedFrom(t, filepath.Join(folder, "all"), requirements, names)
		if err != nil {
			if !noSolution(err) {
				rt.Fatal(err)
			}
			return
		}
		for i, name := range append(names, interpreters...) {
			on := parsedTarget(t, name)
			chosen, err := chooseFor(made.m, on)
			if i < len(names) {
				if err != nil || wheelsOf(made.m, chosen) != made.own[on.Name] {
					rt.Fatalf("on its target %s the bundle chooses %s with %s (%v), resolved was %s", name, chosen.Name, wheelsOf(made.m, chosen), err, made.own[on.Name])
				}
			}
			if err != nil {
				refused++
				continue
			}
			accepted++
			fresh := filepath.Join(folder, fmt.Sprint("fresh", i))
			made.copy(t, fresh, chosen.Wheels)
			again, err := stagedFrom(t, fresh, requirements, []string{name})
			if err != nil {
				rt.Fatalf("%s is chosen on %s, where its wheels have no solution: %v", chosen.Name, name, err)
			}
			if got, want := wheelsOf(again.m, again.m.Targets[0]), wheelsOf(made.m, chosen); got != want {
				rt.Fatalf("%s is chosen on %s: %s\na fresh solve gives %s", chosen.Name, name, want, got)
			}
			if got := made.preferring(t, on, chosen, requirements); !maps.Equal(got, versionsOf(made.m, chosen)) {
				rt.Fatalf("%s is chosen on %s: %v\nthe whole bundle gives %v", chosen.Name, name, versionsOf(made.m, chosen), got)
			}
		}
	})
	if accepted < 10 || refused < 10 {
		t.Errorf("%d interpreters accepted and %d refused: too few to say anything", accepted, refused)
	}
}

func noSolution(err error) bool {
	conflict, missing := (*solve.Conflict)(nil), (*resolve.MissingWheelsError)(nil)
	return errors.As(err, &conflict) || errors.As(err, &missing)
}

// A madeBundle is a bundle up to its manifest.
type madeBundle struct {
	m     *manifest.Manifest
	own   map[string]string // what was resolved for each target, by name
	paths []string          // of the wheels
}

// stagedFrom resolves for targets from a folder of wheels.
func stagedFrom(t *testing.T, folder string, requirements, names []string) (*madeBundle, error) {
	t.Helper()
	inputs := Inputs{Requirements: requirements, Indexes: Indexes{NoIndex: true, FindLinks: []string{folder}}}
	s, err := newSession(&Surroundings{Directory: folder, Getenv: func(string) string { return "" }, CacheDir: filepath.Join(filepath.Dir(folder), "cache")})
	if err != nil {
		t.Fatal(err)
	}
	targets, err := s.targets(t.Context(), names, target.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := s.resolve(t.Context(), &inputs, targets)
	if err != nil {
		return nil, err
	}
	input, err := resolved.stageInput()
	if err != nil {
		t.Fatal(err)
	}
	made := &madeBundle{m: &manifest.Manifest{Targets: input.Targets}, own: map[string]string{}}
	for _, w := range input.Wheels {
		made.m.Wheels = append(made.m.Wheels, w.Wheel)
		made.paths = append(made.paths, w.Path)
	}
	for _, on := range made.m.Targets {
		made.own[on.Name] = wheelsOf(made.m, on)
	}
	return made, nil
}

// copy puts some of the wheels into a folder of their own.
func (b *madeBundle) copy(t *testing.T, folder string, places []int) {
	t.Helper()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		if err := os.Link(b.paths[place], filepath.Join(folder, b.m.Wheels[place].File)); err != nil {
			t.Fatal(err)
		}
	}
}

// preferring solves for an interpreter over all wheels of the bundle.
func (b *madeBundle) preferring(t *testing.T, on *target.Target, chosen manifest.Target, requirements []string) map[string]string {
	t.Helper()
	folder := t.TempDir()
	b.copy(t, filepath.Join(folder, "all"), slices.Collect(func(yield func(int) bool) {
		for place := range b.m.Wheels {
			if !yield(place) {
				return
			}
		}
	}))
	s, err := newSession(&Surroundings{Directory: folder, Getenv: func(string) string { return "" }, CacheDir: filepath.Join(folder, "cache")})
	if err != nil {
		t.Fatal(err)
	}
	o := resolve.Options{Targets: []*target.Target{on}, Preferences: []map[string]pep440.Version{{}}}
	if o.Index, o.Fetcher, err = s.open(Indexes{NoIndex: true, FindLinks: []string{filepath.Join(folder, "all")}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range requirements {
		q, err := pep508.ParseRequirement(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Roots = append(o.Roots, resolve.Root{Requirement: q})
	}
	for name, version := range versionsOf(b.m, chosen) {
		o.Preferences[0][name] = pep440.MustParse(version)
	}
	solution, err := resolve.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, pin := range solution.Resolutions[0].Pins {
		versions[pin.Name] = pin.Version.String()
	}
	return versions
}

func versionsOf(m *manifest.Manifest, t manifest.Target) map[string]string {
	versions := map[string]string{}
	for _, place := range t.Wheels {
		versions[m.Wheels[place].Name] = m.Wheels[place].Version
	}
	return versions
}
