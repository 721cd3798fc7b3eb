package bundle

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// built builds and returns the manifest.
func built(t *testing.T, o Options) *manifest.Manifest {
	t.Helper()
	if _, err := Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(filepath.Join(o.Directory, o.Output))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	return a.Manifest
}

// TestChoiceByRecordedTruths has a distribution that only older Pythons need,
// and a Python that no target was named for.
func TestChoiceByRecordedTruths(t *testing.T) {
	t.Parallel()
	folder := indextest.Folder(t,
		indextest.Dist{Name: "app", Version: "1.0", Requires: []string{`tomli; python_version < "3.11"`}},
		indextest.Dist{Name: "narrow", Version: "1.0", Requires: []string{`tomli; python_version < "3.11"`, `shim; python_version == "3.11"`}},
		indextest.Dist{Name: "bound", Version: "1.0", Requires: []string{`tomli; python_version < "3.11"`}, RequiresPython: "!=3.11.*"},
		indextest.Dist{Name: "tomli", Version: "2.0"},
		indextest.Dist{Name: "shim", Version: "1.0"},
	)
	const both = "tomli-2.0-py3-none-any"
	for _, test := range []struct {
		requirement string
		want        map[string]string // the wheels on an interpreter, or why there are none
	}{
		{"app", map[string]string{
			"cp39-linux-x86_64":  "app-1.0-py3-none-any " + both,
			"cp310-win_amd64":    "app-1.0-py3-none-any " + both,
			"cp313-linux-x86_64": "app-1.0-py3-none-any",
			"cp311-linux-x86_64": "app-1.0-py3-none-any",
			"pp310-macos-arm64":  "app-1.0-py3-none-any " + both,
		}},
		{"narrow", map[string]string{
			"cp39-linux-x86_64":  "narrow-1.0-py3-none-any " + both,
			"cp312-linux-x86_64": "narrow-1.0-py3-none-any",
			"cp311-linux-x86_64": `cp39-manylinux_2_28_x86_64: narrow 1.0: python_version < "3.11" is true in the bundle, and not here; ` +
				`cp313-manylinux_2_28_x86_64: narrow 1.0: python_version == "3.11" is false in the bundle, and not here`,
		}},
		{"bound", map[string]string{
			"cp312-linux-x86_64": "bound-1.0-py3-none-any",
			"cp311-linux-x86_64": `cp39-manylinux_2_28_x86_64: bound 1.0: python_version < "3.11" is true in the bundle, and not here; ` +
				`cp313-manylinux_2_28_x86_64: bound 1.0 needs Python !=3.11.*, this is 3.11.16`,
		}},
	} {
		o := bundling(t, folder, test.requirement)
		o.Targets = []string{"cp39-linux-x86_64", "cp313-linux-x86_64"}
		m := built(t, o)
		for name, want := range test.want {
			chosen, err := chooseFor(m, parsedTarget(t, name))
			got := wheelsOf(m, chosen)
			if err != nil {
				got = err.Error()
			}
			if got != want && !strings.HasSuffix(got, "("+want+")") {
				t.Errorf("%s on %s: %s\nwant %s", test.requirement, name, got, want)
			}
		}
	}
}

// TestPreferredTarget has bundles of which several targets are right for an
// interpreter.
func TestPreferredTarget(t *testing.T) {
	t.Parallel()
	dists := append(platformWheels("n", "1.0", "py3-none-any", "cp39-cp39-manylinux_2_17_x86_64", "cp39-cp39-manylinux_2_28_x86_64", "cp312-abi3-manylinux_2_17_x86_64"),
		indextest.Dist{Name: "m", Version: "1.0"}, indextest.Dist{Name: "m", Version: "2.0", RequiresPython: ">=3.10", Tag: "cp310.cp313-none-any"},
		indextest.Dist{Name: "m", Version: "3.0", Tag: "cp39-none-any"})
	folder := indextest.Folder(t, dists...)
	for _, test := range []struct {
		requirement, targets string
		want                 map[string]string // the target chosen on an interpreter
	}{
		{"n", "cp39-manylinux_2_17_x86_64 cp39-manylinux_2_28_x86_64 cp313-macos-arm64", map[string]string{
			"cp39-manylinux_2_31_x86_64": "cp39-manylinux_2_28_x86_64",
			"cp39-manylinux_2_20_x86_64": "cp39-manylinux_2_17_x86_64",
			"cp313-macos-arm64":          "cp313-macosx_13_0_arm64",
			"cp39-win_amd64":             "cp313-macosx_13_0_arm64", // pure, and so for all
			"cp313-linux-x86_64":         "cp313-macosx_13_0_arm64",
		}},
		{"n", "cp311-linux-x86_64 cp312-linux-x86_64", map[string]string{
			"cp311-linux-x86_64": "cp311-manylinux_2_28_x86_64",
			"cp312-linux-x86_64": "cp312-manylinux_2_28_x86_64",
			"cp313-linux-x86_64": "cp312-manylinux_2_28_x86_64",
			"cp310-linux-x86_64": "cp311-manylinux_2_28_x86_64",
		}},
		{"m", "cp39-linux-x86_64 cp310-linux-x86_64", map[string]string{
			"cp39-win_amd64":  "cp39-manylinux_2_28_x86_64",
			"cp310-win_amd64": "cp310-manylinux_2_28_x86_64",
		}},
	} {
		o := bundling(t, folder, test.requirement)
		o.Targets = strings.Fields(test.targets)
		m := built(t, o)
		for name, want := range test.want {
			if chosen, err := chooseFor(m, parsedTarget(t, name)); err != nil || chosen.Name != want {
				t.Errorf("%s for %s: on %s %q is chosen (%v), want %s", test.requirement, test.targets, name, chosen.Name, err, want)
			}
		}
	}
}

// TestWhyUnfit has what is said of wheels that do not fit.
func TestWhyUnfit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tags, on, want string }{
		{"cp312-cp312-manylinux_2_28_x86_64", "cp312-manylinux_2_17_x86_64", "needs glibc 2.28, this is 2.17"},
		{"cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64", "cp312-manylinux_2_5_x86_64", "needs glibc 2.17, this is 2.5"},
		{"cp312-cp312-manylinux_2_17_x86_64", "cp312-musl-x86_64", "needs glibc, this has musl"},
		{"cp312-cp312-musllinux_1_2_x86_64", "cp312-linux-x86_64", "needs musl, this has glibc"},
		{"cp312-cp312-musllinux_1_2_x86_64", "cp312-musllinux_1_1_x86_64", "needs musl 1.2, this is 1.1"},
		{"cp312-cp312-manylinux_2_17_aarch64", "cp312-linux-x86_64", "needs aarch64, this is x86_64"},
		{"cp312-cp312-macosx_14_0_arm64", "cp312-macos-arm64", "needs macOS 14.0, this is 13.0"},
		{"cp312-cp312-macosx_11_0_x86_64", "cp312-macos-arm64", "needs x86_64, this is arm64"},
		{"cp312-cp312-win_amd64", "cp312-linux-x86_64", "needs Windows"},
		{"cp312-cp312-win_amd64", "cp312-windows-arm64", "needs amd64, this is arm64"},
		{"cp312-cp312-win32", "cp312-windows-amd64", "needs x86, this is amd64"},
		{"cp312-cp312-win_amd64", "cp311-windows-amd64", "needs cp312, this is cp311"},
		{"cp312-abi3-win_amd64", "cp311-windows-amd64", "needs cp312 or later, this is cp311"},
		{"cp313-cp313t-win_amd64", "cp313-windows-amd64", "needs cp313t, this is cp313"},
		{"cp39-abi3-win_amd64", "cp313t-windows-amd64", "needs a Python with the global interpreter lock, this is cp313t"},
		{"py2-none-any", "cp312-linux-x86_64", "needs py2, this is cp312"},
		{"cp312-cp312-freebsd_14_amd64", "cp312-linux-x86_64", "needs freebsd_14_amd64"},
		{"cp27-cp27m-freebsd_14_amd64", "cp312-linux-x86_64", "is for cp27-cp27m-freebsd_14_amd64"},
	} {
		tags, err := tag.Parse(test.tags)
		if err != nil {
			t.Fatal(err)
		}
		if got := whyUnfit(tags, parsedTarget(t, test.on)); got != test.want {
			t.Errorf("on %s a wheel for %s %s, want %s", test.on, test.tags, got, test.want)
		}
	}
	m := &manifest.Manifest{
		Wheels:  []manifest.Wheel{{Name: "numpy", Version: "2.1.0", Tags: []string{"cp312-cp312-manylinux_2_28_x86_64"}}},
		Targets: []manifest.Target{{Name: "cp312-manylinux_2_28_x86_64", Python: "3.12.1", Implementation: "cpython", Wheels: []int{0}}},
	}
	_, err := chooseFor(m, parsedTarget(t, "cp312-manylinux_2_17_x86_64"))
	var misfit *MisfitError
	if !errors.As(err, &misfit) || len(misfit.Misfits) != 1 || misfit.Misfits[0].Reason != "numpy 2.1.0 needs glibc 2.28, this is 2.17" {
		t.Errorf("error %v", err)
	}
}
