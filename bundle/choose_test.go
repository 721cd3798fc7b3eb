package bundle

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
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

// TestChosenAlike has the cases that the bootstrap is tested with as well: the
// same interpreters get the same targets, for the same reasons.
func TestChosenAlike(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "bootstrap", "testdata", "choose.json"))
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Interpreters map[string]*interpreter.Interpreter
		Cases        []struct {
			Name, Interpreter string
			manifest.Manifest
			Choice  *string
			Reasons [][2]string
		}
	}
	if err := json.Unmarshal(text, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Cases) < 58 {
		t.Fatalf("%d cases, want all", len(data.Cases))
	}
	for _, test := range data.Cases {
		on := data.Interpreters[test.Interpreter]
		if on == nil {
			t.Errorf("%s: no interpreter %s", test.Name, test.Interpreter)
			continue
		}
		want := ""
		if test.Choice != nil {
			want = *test.Choice
		}
		chosen, reasons, err := chosenBy(&test.Manifest, on)
		if err != nil || chosen != want {
			t.Errorf("%s: %q is chosen (%v), want %q", test.Name, chosen, err, want)
		}
		if !slices.Equal(reasons, test.Reasons) {
			t.Errorf("%s: the reasons are\n%q, want\n%q", test.Name, reasons, test.Reasons)
		}
	}
}

// chosenBy returns the target that an interpreter gets, "" for none, and why it
// gets none of those that were looked at before.
func chosenBy(m *manifest.Manifest, host *interpreter.Interpreter) (name string, reasons [][2]string, err error) {
	on, err := target.FromInterpreter(host)
	if err != nil {
		return "", nil, err
	}
	for _, t := range inOrder(m, on) {
		reason := whyNot(m, t, on)
		if reason == "" {
			return t.Name, reasons, nil
		}
		reasons = append(reasons, [2]string{t.Name, reason})
	}
	return "", reasons, nil
}

// TestWhyUnfit has what is said on interpreters that only have a name; those that
// tell their facts are in choose.json.
func TestWhyUnfit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tags, on, want string }{
		{"cp312-cp312-manylinux_2_28_x86_64", "cp312-manylinux_2_17_x86_64", "needs glibc 2.28, this is 2.17"},
		{"cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64", "cp312-manylinux_2_5_x86_64", "needs glibc 2.17, this is 2.5"},
		{"cp312-cp312-manylinux_2_17_x86_64", "cp312-musl-x86_64", "needs glibc 2.17, this system has musl 1.2"},
		{"cp312-cp312-manylinux_2_17_aarch64", "cp312-linux-x86_64", "needs aarch64, this is x86_64"},
		{"cp312-cp312-macosx_14_0_arm64", "cp312-macos-arm64", "needs macOS 14.0, this is 13.0"},
		{"cp312-cp312-macosx_11_0_x86_64", "cp312-macos-arm64", "needs x86_64, this is arm64"},
		{"cp312-cp312-win_amd64", "cp312-linux-x86_64", "needs Windows, this is Linux"},
		{"cp312-cp312-win_amd64", "cp312-windows-arm64", "needs win_amd64, this is win_arm64"},
		{"cp312-abi3-win_amd64", "cp311-windows-amd64", "needs CPython 3.12 or later, this is CPython 3.11"},
		{"cp39-abi3-win_amd64", "cp313t-windows-amd64", "needs a Python with the global interpreter lock, this is free-threaded"},
		{"graalpy310-graalpy240_310_native-win_amd64", "graalpy311-windows-amd64", "needs GraalPy 3.10, this is GraalPy 3.11"},
		{"cp312-cp312-freebsd_14_amd64", "cp312-linux-x86_64", "needs freebsd_14_amd64, this is Linux"},
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
