package resolve_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// files writes the files of a resolution.
func files(r resolve.Resolution) string {
	var names []string
	for _, pin := range r.Pins {
		names = append(names, pin.File.Name)
	}
	return strings.Join(names, " ")
}

// TestSharing holds that pages, metadata and wheels are fetched once, however
// many targets there are.
func TestSharing(t *testing.T) {
	t.Parallel()
	server := indextest.New(t)
	server.Add(
		indextest.Dist{Name: "app", Version: "1.0", Requires: []string{"fast", `tomli; python_version < "3.11"`}},
		indextest.Dist{Name: "tomli", Version: "2.0"},
		indextest.Dist{Name: "fast", Version: "1.0", Tag: "cp39-cp39-win_amd64"},
		indextest.Dist{Name: "fast", Version: "1.0", Tag: "cp313-cp313-win_amd64"},
	)
	o := optionsFor(t, server)
	o.Roots = roots(t, "app")
	o.Targets = targets(t, "cp39-win_amd64", "cp313-win_amd64", "cp39-windows-amd64")
	solution, err := resolve.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"app-1.0-py3-none-any.whl fast-1.0-cp39-cp39-win_amd64.whl tomli-2.0-py3-none-any.whl",
		"app-1.0-py3-none-any.whl fast-1.0-cp313-cp313-win_amd64.whl",
		"app-1.0-py3-none-any.whl fast-1.0-cp39-cp39-win_amd64.whl tomli-2.0-py3-none-any.whl",
	}
	for i, r := range solution.Resolutions {
		if got := files(r); got != want[i] {
			t.Errorf("%s gets %s, want %s", r.Target.Name, got, want[i])
		}
	}
	wheels, err := resolve.Fetch(t.Context(), o, solution.Resolutions)
	if err != nil {
		t.Fatal(err)
	}
	if len(wheels) != 3 || wheels[0][0] != wheels[1][0] || wheels[0][1] == wheels[1][1] || wheels[0][1] != wheels[2][1] {
		t.Errorf("wheels are %v", wheels)
	}
	paths := server.Paths()
	slices.Sort(paths)
	if once := slices.Compact(slices.Clone(paths)); len(once) != len(paths) {
		t.Errorf("something was fetched twice: %v", paths)
	}
}

// TestUsersWill holds that constraints, overrides, exclusions, markers of roots
// and direct references count for each target, where the targets have to agree,
// too.
func TestUsersWill(t *testing.T) {
	t.Parallel()
	server := indextest.New(t)
	server.Add(
		indextest.Dist{Name: "a", Version: "1", Requires: []string{"b", "c", "d<2"}},
		indextest.Dist{Name: "a", Version: "2", Requires: []string{"b", "c", "d<2"}, RequiresPython: ">=3.10"},
		indextest.Dist{Name: "b", Version: "1"},
		indextest.Dist{Name: "b", Version: "2"},
		indextest.Dist{Name: "c", Version: "1"},
		indextest.Dist{Name: "d", Version: "1"},
		indextest.Dist{Name: "d", Version: "2"},
		indextest.Dist{Name: "e", Version: "1", Tag: "cp39-cp39-win_amd64"},
		indextest.Dist{Name: "e", Version: "2", Tag: "cp313-cp313-win_amd64"},
	)
	for _, test := range []struct {
		name      string
		roots     []string
		change    func(o *resolve.Options)
		want      string // of both targets, in one line each
		differing int
	}{
		{"nothing", []string{"a"}, func(*resolve.Options) {}, "a1 b2 c1 d1 / a1 b2 c1 d1", 0},
		{"constraint", []string{"a"}, func(o *resolve.Options) { o.Constraints = roots(t, "b<2") }, "a1 b1 c1 d1 / a1 b1 c1 d1", 0},
		{"constraint with a marker", []string{"a"}, func(o *resolve.Options) { o.Constraints = roots(t, `b<2; python_version < "3.10"`) }, "a1 b1 c1 d1 / a1 b1 c1 d1", 0},
		{"constraint on something else", []string{"a"}, func(o *resolve.Options) { o.Constraints = roots(t, "unknown<2") }, "a1 b2 c1 d1 / a1 b2 c1 d1", 0},
		{"override", []string{"a"}, func(o *resolve.Options) { o.Overrides = requirements(t, "d==2") }, "a1 b2 c1 d2 / a1 b2 c1 d2", 0},
		{"override here only", []string{"a"}, func(o *resolve.Options) { o.Overrides = requirements(t, `d==2; python_version > "3.10"`) }, "a1 b2 c1 / a1 b2 c1 d2", 0},
		{"exclusion", []string{"a"}, func(o *resolve.Options) { o.Exclusions = []string{"C"} }, "a1 b2 d1 / a1 b2 d1", 0},
		{"no dependencies", []string{"a", "b"}, func(o *resolve.Options) { o.NoDependencies = true }, "a1 b2 / a1 b2", 0},
		{"a root with a marker", []string{`a; python_version > "3.10"`, "b"}, func(*resolve.Options) {}, "b2 / a2 b2 c1 d1", 0},
		{"an unavoidable difference", []string{"a", "e"}, func(*resolve.Options) {}, "a1 b2 c1 d1 e1 / a1 b2 c1 d1 e2", 1},
		{"a direct reference", []string{"a", "b @ " + server.FileURL("b-1-py3-none-any.whl")}, func(*resolve.Options) {}, "a1 b1 c1 d1 / a1 b1 c1 d1", 0},
		{"direct references of each target", []string{
			"a", "e @ " + server.FileURL("e-1-cp39-cp39-win_amd64.whl") + ` ; python_version < "3.10"`,
			"e @ " + server.FileURL("e-2-cp313-cp313-win_amd64.whl") + ` ; python_version > "3.10"`,
		}, func(*resolve.Options) {}, "a1 b2 c1 d1 e1 / a1 b2 c1 d1 e2", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := optionsFor(t, server)
			o.Roots, o.Targets = roots(t, test.roots...), targets(t, "cp39-win_amd64", "cp313-win_amd64")
			test.change(&o)
			solution, err := resolve.Resolve(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, r := range solution.Resolutions {
				var words []string
				for _, pin := range r.Pins {
					words = append(words, pin.Name+pin.Version.String())
				}
				lines = append(lines, strings.Join(words, " "))
			}
			if got := strings.Join(lines, " / "); got != test.want {
				t.Errorf("the targets get %s, want %s", got, test.want)
			}
			if len(solution.Differences) != test.differing {
				t.Errorf("differences are %v, want %d", solution.Differences, test.differing)
			}
		})
	}
}

func requirements(t *testing.T, texts ...string) []pep508.Requirement {
	t.Helper()
	var all []pep508.Requirement
	for _, root := range roots(t, texts...) {
		all = append(all, root.Requirement)
	}
	return all
}

// TestFailures has what ends a Resolve besides conflicts.
func TestFailures(t *testing.T) {
	t.Parallel()
	server := indextest.New(t)
	server.Add(
		indextest.Dist{Name: "a", Version: "1", Requires: []string{"b"}},
		indextest.Dist{Name: "b", Version: "1"},
		indextest.Dist{Name: "source", Version: "1", Sdist: true},
		indextest.Dist{Name: "broken", Version: "1", Metadata: "Metadata-Version: 2.1\nName: other\nVersion: 1\n"},
	)
	server.Fail(indextest.Fault{Path: "/simple/down", Status: 503})
	for _, test := range []struct {
		name, root string
		change     func(o *resolve.Options)
		want       string
	}{
		{"hash mode", "a", func(o *resolve.Options) { o.RequireHashes, o.Roots[0].Hashes = true, []string{"sha256:00"} }, "hash mode needs a hash for every distribution"},
		{"not a wheel", "source @ " + server.FileURL("source-1.tar.gz"), func(*resolve.Options) {}, "it would have to be built"},
		{"another project's wheel", "a @ " + server.FileURL("b-1-py3-none-any.whl"), func(*resolve.Options) {}, "is a wheel of b"},
		{"no target", "a", func(o *resolve.Options) { o.Targets = nil }, "no target"},
		{"an index that fails, with several targets", "down", func(*resolve.Options) {}, "for target cp39-win_amd64: "},
		{"metadata of another project", "broken", func(*resolve.Options) {}, "its metadata says that it is other"},
		{"no wheel", "source", func(*resolve.Options) {}, "2 wheels are missing for both targets"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := optionsFor(t, server)
			o.Roots, o.Targets = roots(t, test.root), targets(t, "cp39-win_amd64", "cp313-win_amd64")
			test.change(&o)
			_, err := resolve.Resolve(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
	var source *resolve.SourceError
	o := optionsFor(t, server)
	o.Roots, o.Targets = roots(t, "a @ git+https://host.example/a"), targets(t, "cp39-win_amd64")
	if _, err := resolve.Resolve(t.Context(), o); !errors.As(err, &source) {
		t.Errorf("error %v, want a *resolve.SourceError", err)
	}
}

// BenchmarkTargets resolves an application of forty distributions, two of them
// with wheels per platform, for one target and for eight.
func BenchmarkTargets(b *testing.B) {
	names := []string{
		"cp312-linux-x86_64", "cp313-linux-x86_64", "cp312-musl-x86_64", "cp312-linux-aarch64",
		"cp312-macos-arm64", "cp312-macos-x86_64", "cp312-windows-amd64", "cp39-linux-x86_64",
	}
	var dists []indextest.Dist
	for i := range 40 {
		for version := range 5 {
			d := indextest.Dist{Name: fmt.Sprintf("p%d", i), Version: fmt.Sprint(version + 1)}
			for _, next := range []int{2*i + 1, 2*i + 2} {
				if next < 40 {
					d.Requires = append(d.Requires, fmt.Sprintf("p%d>=2", next), `gone; python_version < "3"`)
				}
			}
			tags := []string{""}
			if i > 37 {
				tags = []string{"cp39-abi3-manylinux_2_17_x86_64", "cp39-abi3-musllinux_1_1_x86_64", "cp39-abi3-manylinux_2_17_aarch64", "cp39-abi3-macosx_11_0_universal2", "cp39-abi3-win_amd64"}
			}
			for _, d.Tag = range tags {
				dists = append(dists, d)
			}
		}
	}
	folder := indextest.Folder(b, dists...)
	for _, count := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d", count), func(b *testing.B) {
			for b.Loop() {
				o := optionsIn(b, folder)
				o.Roots, o.Targets = roots(b, "p0"), targets(b, names[:count]...)
				if _, err := resolve.Resolve(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
