package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// TestFourTargets bundles for Linux with glibc and with musl, macOS and
// Windows: each pure wheel is there once, and each target has its own wheels.
func TestFourTargets(t *testing.T) {
	t.Parallel()
	dists := append(platformWheels("fast", "1.0",
		"cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp312-cp312-musllinux_1_1_x86_64", "cp312-cp312-macosx_11_0_arm64", "cp312-cp312-win_amd64",
	), []indextest.Dist{
		{Name: "app", Version: "1.0", Requires: []string{"fast", "helper", `colour; sys_platform == "win32"`, `tty; sys_platform != "win32"`}},
		{Name: "helper", Version: "1.0", Tag: "py2.py3-none-any"},
		{Name: "colour", Version: "1.0"},
		{Name: "tty", Version: "1.0"},
	}...)
	o := bundling(t, indextest.Folder(t, dists...), "app")
	names := []string{"cp312-linux-x86_64", "cp312-musl-x86_64", "cp312-macos-arm64", "cp312-windows-amd64"}
	var before []byte
	for range 2 { // the second time in another order
		o.Targets = names
		summary, err := Build(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if summary.Distributions != 5 || len(summary.Targets) != 4 || len(summary.Differences)+len(summary.Held)+len(summary.Warnings) > 0 {
			t.Errorf("the summary is %+v", summary)
		}
		path := filepath.Join(o.Directory, "out.pyz")
		a, err := archive.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if err := a.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		want := map[string]string{
			"cp312-manylinux_2_28_x86_64": "app-1.0-py3-none-any fast-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64 helper-1.0-py2.py3-none-any tty-1.0-py3-none-any",
			"cp312-musllinux_1_2_x86_64":  "app-1.0-py3-none-any fast-1.0-cp312-cp312-musllinux_1_1_x86_64 helper-1.0-py2.py3-none-any tty-1.0-py3-none-any",
			"cp312-macosx_13_0_arm64":     "app-1.0-py3-none-any fast-1.0-cp312-cp312-macosx_11_0_arm64 helper-1.0-py2.py3-none-any tty-1.0-py3-none-any",
			"cp312-win_amd64":             "app-1.0-py3-none-any colour-1.0-py3-none-any fast-1.0-cp312-cp312-win_amd64 helper-1.0-py2.py3-none-any",
		}
		if len(a.Manifest.Wheels) != 8 || len(a.Manifest.Targets) != 4 {
			t.Fatalf("%d wheels and %d targets, want 8 and 4", len(a.Manifest.Wheels), len(a.Manifest.Targets))
		}
		for _, on := range a.Manifest.Targets {
			if got := wheelsOf(a.Manifest, on); got != want[on.Name] {
				t.Errorf("%s has %s, want %s", on.Name, got, want[on.Name])
			}
			// What the bundle chooses on such an interpreter is that.
			chosen, err := chooseFor(a.Manifest, parsedTarget(t, on.Name))
			if err != nil || chosen.Name != on.Name {
				t.Errorf("on %s the bundle chooses %q, %v", on.Name, chosen.Name, err)
			}
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(content, []byte("PK\x01\x02")); n < 10 {
			t.Errorf("%d entries in the outer zip", n)
		}
		if bytes.Equal(content, before) {
			t.Error("the order of the targets is not kept")
		}
		before = content
		slices.Reverse(names)
	}
}

func TestTargetForms(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	platform, err := json.Marshal(parsedTarget(t, "cp39-musl-aarch64").CompletePlatform())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "platform.json"), platform, 0o600); err != nil {
		t.Fatal(err)
	}
	other := parsedTarget(t, "cp39-musl-aarch64").CompletePlatform()
	other.CompatibleTags = other.CompatibleTags[1:]
	inline, err := json.Marshal(other)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(&Surroundings{Directory: folder, CacheDir: folder, Getenv: os.Getenv})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		texts    []string
		defaults target.Defaults
		want     string
	}{
		{[]string{"cp312-linux-x86_64", "cp312-manylinux_2_28_x86_64", "cp312-win_amd64"}, target.Defaults{}, "cp312-manylinux_2_28_x86_64 cp312-win_amd64"},
		{[]string{"cp312-linux-x86_64", "cp312-macos-arm64"}, target.Defaults{Glibc: tag.Version{Major: 2, Minor: 17}, MacOS: tag.Version{Major: 11}}, "cp312-manylinux_2_17_x86_64 cp312-macosx_11_0_arm64"},
		{[]string{"platform.json", "cp39-musl-aarch64"}, target.Defaults{}, "cp39-musllinux_1_2_aarch64"},
		{[]string{"cp39-musl-aarch64", string(inline), "platform.json"}, target.Defaults{}, "cp39-musllinux_1_2_aarch64 cp39-musllinux_1_2_aarch64~2"},
	} {
		targets, err := s.targets(t.Context(), test.texts, test.defaults)
		if err != nil {
			t.Errorf("%q: %v", test.texts, err)
			continue
		}
		var names []string
		for _, on := range targets {
			names = append(names, on.Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%q are %s, want %s", test.texts, got, test.want)
		}
	}
	for _, text := range []string{"", "missing.json", "{", "cp312-lunix-x86_64", "./python", "pythonfoo"} {
		if targets, err := s.targets(t.Context(), []string{text}, target.Defaults{}); err == nil {
			t.Errorf("%q is %s, want an error", text, targets[0].Name)
		}
	}
}

func TestConstraintOnPythons(t *testing.T) {
	t.Parallel()
	folder := indextest.Folder(t, indextest.Dist{Name: "helper", Version: "1.0"})
	o := bundling(t, folder, "helper")
	o.Targets = []string{"cp39-linux-x86_64", "cp313-linux-x86_64"}
	o.PythonConstraints = []string{"CPython>=3.9,<3.13", "PyPy"}
	_, err := Build(t.Context(), o)
	var wrong *ConstraintError
	if !errors.As(err, &wrong) || fmt.Sprint(wrong.Targets) != "[cp313-manylinux_2_28_x86_64]" || wrong.Constraint != "CPython>=3.9,<3.13 or PyPy" {
		t.Fatalf("error %v, want a *ConstraintError", err)
	}
	o.Targets = o.Targets[:1]
	if _, err := Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(filepath.Join(o.Directory, "out.pyz"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for name, want := range map[string]bool{
		"cp39-linux-x86_64": true, "cp312-win_amd64": true, "pp311-macos-arm64": true, "cp38-linux-x86_64": false, "cp313-linux-x86_64": false, "graalpy311-linux-x86_64": false,
	} {
		_, err := chooseFor(a.Manifest, parsedTarget(t, name))
		if (err == nil) != want {
			t.Errorf("on %s: %v, want success: %v", name, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), "the bundle needs Python CPython>=3.9,<3.13 or PyPy, this is ") {
			t.Errorf("on %s: %v", name, err)
		}
	}
	names := interpreterNames(a.Manifest)
	if slices.Contains(names, "python3.13") || slices.Contains(names, "python3.8") || !slices.Contains(names, "python3.12") || names[0] != "python3.9" {
		t.Errorf("interpreters are looked for as %v", names)
	}
}
