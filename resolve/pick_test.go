package resolve_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/resolve/transport"
)

// optionsFor returns options for an index.
func optionsFor(tb testing.TB, server *indextest.Server) resolve.Options {
	tb.Helper()
	client, err := transport.New(transport.Options{Retries: 0})
	if err != nil {
		tb.Fatal(err)
	}
	return options(tb, client, index.Options{IndexURL: server.URL(), Transport: client})
}

// optionsIn returns options for a folder of wheels.
func optionsIn(tb testing.TB, folder string) resolve.Options {
	tb.Helper()
	return options(tb, nil, index.Options{FindLinks: []string{folder}, NoIndex: true})
}

func options(tb testing.TB, client *transport.Client, where index.Options) resolve.Options {
	tb.Helper()
	indexes, err := index.New(where)
	if err != nil {
		tb.Fatal(err)
	}
	fetcher, err := fetch.New(fetch.Options{Store: filepath.Join(tb.TempDir(), "store"), Client: client})
	if err != nil {
		tb.Fatal(err)
	}
	return resolve.Options{Index: indexes, Fetcher: fetcher}
}

func targets(tb testing.TB, names ...string) []*target.Target {
	tb.Helper()
	var targets []*target.Target
	for _, name := range names {
		on, err := target.Parse(name)
		if err != nil {
			tb.Fatal(err)
		}
		targets = append(targets, on)
	}
	return targets
}

func roots(tb testing.TB, texts ...string) []resolve.Root {
	tb.Helper()
	var roots []resolve.Root
	for _, text := range texts {
		q, err := pep508.ParseRequirement(text)
		if err != nil {
			tb.Fatal(err)
		}
		roots = append(roots, resolve.Root{Requirement: q})
	}
	return roots
}

// TestPick has the file that a target gets of one release with several wheels.
// A wheel is written as its tags, "BUILD-" before them if it has a build number.
func TestPick(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		wheels string
		want   map[string]string // by target; "": none fits
	}{
		{
			name:   "stable ABI and free-threaded builds",
			wheels: "cp39-abi3-manylinux_2_17_x86_64 cp315-abi3t-manylinux_2_17_x86_64 cp313-cp313t-manylinux_2_17_x86_64",
			want: map[string]string{
				"cp312-linux-x86_64":  "cp39-abi3-manylinux_2_17_x86_64",
				"cp313t-linux-x86_64": "cp313-cp313t-manylinux_2_17_x86_64",
				"cp314t-linux-x86_64": "",
				"cp315t-linux-x86_64": "cp315-abi3t-manylinux_2_17_x86_64",
				"cp315-linux-x86_64":  "cp39-abi3-manylinux_2_17_x86_64",
				"cp38-linux-x86_64":   "",
			},
		},
		{
			name:   "a free-threaded build takes what has no ABI, and never abi3",
			wheels: "cp39-abi3-win_amd64 py3-none-win_amd64",
			want: map[string]string{
				"cp313t-win_amd64": "py3-none-win_amd64",
				"cp313-win_amd64":  "cp39-abi3-win_amd64",
				"pp311-win_amd64":  "py3-none-win_amd64",
			},
		},
		{
			name:   "one file for both kinds of builds",
			wheels: "cp314-cp314t.abi3-win_amd64 py3-none-any",
			want: map[string]string{
				"cp314-win_amd64":  "cp314-cp314t.abi3-win_amd64",
				"cp314t-win_amd64": "cp314-cp314t.abi3-win_amd64",
				"cp315t-win_amd64": "py3-none-any",
				"cp313-win_amd64":  "py3-none-any",
			},
		},
		{
			name:   "build numbers decide between equals, as numbers",
			wheels: "py3-none-any 2-py3-none-any 10-py3-none-any 9b-py3-none-any",
			want:   map[string]string{"cp312-linux-x86_64": "10-py3-none-any"},
		},
		{
			name:   "a better tag beats a higher build number",
			wheels: "5-py3-none-any 1-cp312-none-any cp312-cp312-win_amd64",
			want: map[string]string{
				"cp312-win_amd64":    "cp312-cp312-win_amd64",
				"cp312-linux-x86_64": "1-cp312-none-any",
				"cp311-win_amd64":    "5-py3-none-any",
			},
		},
		{
			name:   "compressed tag sets count with their best tag",
			wheels: "py2.py3-none-any cp310.cp312-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
			want: map[string]string{
				"cp312-linux-x86_64": "cp310.cp312-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
				"cp310-musl-x86_64":  "cp310.cp312-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
				"cp311-linux-x86_64": "py2.py3-none-any",
				"cp312-win_amd64":    "py2.py3-none-any",
			},
		},
		{
			name:   "of pure wheels the more particular",
			wheels: "py2.py3-none-any py39-none-any py312-none-any",
			want: map[string]string{
				"cp39-win_amd64":  "py39-none-any",
				"cp38-win_amd64":  "py2.py3-none-any",
				"cp313-win_amd64": "py2.py3-none-any",
				"cp312-win_amd64": "py312-none-any",
			},
		},
		{
			name:   "the older names of manylinux",
			wheels: "cp39-cp39-manylinux1_x86_64 cp39-cp39-manylinux2010_x86_64 cp39-cp39-manylinux2014_x86_64 cp39-cp39-manylinux_2_28_x86_64",
			want: map[string]string{
				"cp39-manylinux_2_5_x86_64":  "cp39-cp39-manylinux1_x86_64",
				"cp39-manylinux_2_11_x86_64": "cp39-cp39-manylinux1_x86_64",
				"cp39-manylinux_2_12_x86_64": "cp39-cp39-manylinux2010_x86_64",
				"cp39-manylinux_2_27_x86_64": "cp39-cp39-manylinux2014_x86_64",
				"cp39-manylinux2014_x86_64":  "cp39-cp39-manylinux2014_x86_64",
				"cp39-manylinux_2_34_x86_64": "cp39-cp39-manylinux_2_28_x86_64",
				"cp39-musl-x86_64":           "",
				"cp39-linux-aarch64":         "",
			},
		},
		{
			name:   "a bare linux wheel comes before manylinux, as packaging has it",
			wheels: "cp312-cp312-manylinux_2_28_x86_64 cp312-cp312-linux_x86_64",
			want:   map[string]string{"cp312-linux-x86_64": "cp312-cp312-linux_x86_64", "cp312-musl-x86_64": "cp312-cp312-linux_x86_64"},
		},
		{
			name:   "macOS: the machine's own format before universal2, the newest system first",
			wheels: "cp312-cp312-macosx_10_9_universal2 cp312-cp312-macosx_11_0_arm64 cp312-cp312-macosx_13_0_x86_64 cp312-cp312-macosx_15_0_arm64",
			want: map[string]string{
				"cp312-macos-arm64":             "cp312-cp312-macosx_11_0_arm64",
				"cp312-macosx_15_0_arm64":       "cp312-cp312-macosx_15_0_arm64",
				"cp312-macos-x86_64":            "cp312-cp312-macosx_13_0_x86_64",
				"cp312-macosx_12_0_x86_64":      "cp312-cp312-macosx_10_9_universal2",
				"cp312-macosx_10_15_x86_64":     "cp312-cp312-macosx_10_9_universal2",
				"cp312-macosx_13_0_universal2":  "cp312-cp312-macosx_10_9_universal2",
				"cp312-manylinux_2_28_aarch64":  "",
				"cp313-macosx_15_0_arm64":       "",
				"pp311-macosx_15_0_arm64":       "",
				"graalpy311-macosx_15_0_arm64":  "",
				"cp312-musllinux_1_2_aarch64":   "",
				"cp312-ios_13_0_arm64_iphoneos": "",
			},
		},
		{
			name:   "other implementations",
			wheels: "pp310-pypy310_pp73-manylinux_2_17_x86_64 pp3-none-any cp39-abi3-manylinux_2_17_x86_64 graalpy311-graalpy242_311_native-manylinux_2_17_x86_64",
			want: map[string]string{
				"pp310-linux-x86_64":      "pp310-pypy310_pp73-manylinux_2_17_x86_64",
				"pp311-linux-x86_64":      "pp3-none-any",
				"graalpy311-linux-x86_64": "graalpy311-graalpy242_311_native-manylinux_2_17_x86_64",
				"graalpy310-linux-x86_64": "",
				"cp310-linux-x86_64":      "cp39-abi3-manylinux_2_17_x86_64",
			},
		},
		{
			name:   "Windows and ARM",
			wheels: "cp312-cp312-win32 cp312-cp312-win_arm64 cp312-cp312-manylinux_2_17_armv7l cp312-cp312-musllinux_1_2_armv7l",
			want: map[string]string{
				"cp312-windows-x86":   "cp312-cp312-win32",
				"cp312-windows-arm64": "cp312-cp312-win_arm64",
				"cp312-windows-amd64": "",
				"cp312-linux-armv7l":  "cp312-cp312-manylinux_2_17_armv7l",
				"cp312-musl-armv7l":   "cp312-cp312-musllinux_1_2_armv7l",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var dists []indextest.Dist
			for _, text := range strings.Fields(test.wheels) {
				d := indextest.Dist{Name: "n", Version: "1", Tag: text}
				if build, tag, ok := strings.Cut(text, "-"); ok && build[0] <= '9' {
					d.Build, d.Tag = build, tag
				}
				dists = append(dists, d)
			}
			server := indextest.New(t)
			server.Add(dists...)
			o := optionsFor(t, server)
			o.Roots = roots(t, "n")
			for name, want := range test.want {
				o.Targets = targets(t, name)
				got := ""
				if solution, err := resolve.Resolve(t.Context(), o); err == nil {
					got = strings.TrimSuffix(strings.TrimPrefix(solution.Resolutions[0].Pins[0].File.Name, "n-1-"), ".whl")
				} else if want != "" {
					t.Errorf("%s: %v", name, err)
				}
				if got != want {
					t.Errorf("%s gets %q, want %q", name, got, want)
				}
			}
		})
	}
}
