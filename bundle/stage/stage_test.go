package stage_test

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/bundle/stage/stagetest"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

func staged(tb testing.TB, in stage.Input) *stage.Tree {
	tb.Helper()
	in.TemporaryDir = tb.TempDir()
	tree, err := stage.Stage(tb.Context(), in)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := tree.Close(); err != nil {
			tb.Error(err)
		}
		if left, _ := os.ReadDir(in.TemporaryDir); len(left) != 0 {
			tb.Errorf("Close leaves %v", left)
		}
	})
	return tree
}

func names(tree *stage.Tree) []string {
	var names []string
	for _, entry := range tree.Entries {
		names = append(names, entry.Name)
	}
	return names
}

func TestStage(t *testing.T) {
	t.Parallel()
	in := stagetest.Input(
		stagetest.Wheel(t, indextest.Dist{Name: "zeta", Version: "1.0"}),
		stagetest.Wheel(t, indextest.Dist{Name: "Alpha.One", Version: "2.0"}),
	)
	in.Sources = []stage.Source{{Path: stagetest.Folder(t, map[string]string{"app.py": "def main(): pass\n"})}}
	in.EntryPoint.Text = "app:main"
	in.Requirements = []string{"zeta\t>=1"}
	tree := staged(t, in)

	got := names(tree)
	if got[0] != "__main__.py" || got[1] != "__gobundle__.py" || !slices.IsSorted(got[4:]) {
		t.Errorf("entries are %q", got)
	}
	place := slices.Index(got, manifest.Name)
	for _, name := range got[2:place] {
		if !strings.HasPrefix(name, "gobundle_bootstrap/") {
			t.Errorf("%s stands before the manifest", name)
		}
	}
	if want := []string{"wheels/alpha_one-2.0-py3-none-any.whl", "wheels/app_sources-0-py3-none-any.whl", "wheels/zeta-1.0-py3-none-any.whl"}; !slices.Equal(got[place+1:], want) {
		t.Errorf("wheels are %q, want %q", got[place+1:], want)
	}
	for _, entry := range tree.Entries {
		content, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(content)
		content.Close()
		if err != nil || int64(len(data)) != entry.Size || crc32.ChecksumIEEE(data) != entry.CRC32 {
			t.Errorf("%s: %d bytes, want %d; %v", entry.Name, len(data), entry.Size, err)
		}
		switch entry.Name {
		case manifest.Name:
			if manifest.ID(data) != tree.ID {
				t.Errorf("the id is %s, want %s", tree.ID, manifest.ID(data))
			}
			if _, err := manifest.Decode(data); err != nil {
				t.Error(err)
			}
		case "__main__.py", "__gobundle__.py":
			if !bytes.Contains(data, []byte(tree.ID)) {
				t.Errorf("%s does not name the bundle id", entry.Name)
			}
		}
	}
	m := tree.Manifest
	if want := (manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "main"}); m.EntryPoint != want {
		t.Errorf("entry point is %+v, want %+v", m.EntryPoint, want)
	}
	if want := []int{0, 1, 2}; !slices.Equal(m.Targets[0].Wheels, want) {
		t.Errorf("the target has wheels %v, want %v", m.Targets[0].Wheels, want)
	}
	if m.Wheels[1].Role != manifest.Sources || m.Wheels[0].Role != manifest.Dependency {
		t.Errorf("roles are %s and %s", m.Wheels[0].Role, m.Wheels[1].Role)
	}
	if m.Requirements[0] != "zeta >=1" {
		t.Errorf("the requirement is recorded as %q", m.Requirements[0])
	}
}

// TestSourcesWheel: the synthetic wheel is a wheel like any other.
func TestSourcesWheel(t *testing.T) {
	t.Parallel()
	in := stagetest.Input()
	large := strings.Repeat("0123456789abcdef", 1<<17)
	files := map[string]string{
		"app.py": "x = 1\n", "run.sh": "#!/bin/sh\n", "größe, \"a\".txt": "y", "empty/__init__.py": "", "large.bin": large,
		"other-1.0.dist-info/METADATA": "Name: other\n", "table.data/rows": "1", "app_sources-0.dist-info/RECORD": "nonsense",
	}
	in.Sources = []stage.Source{{Path: stagetest.Folder(t, files)}}
	tree := staged(t, in)
	entry := tree.Entries[len(tree.Entries)-1]
	content, err := entry.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	described := tree.Manifest.Wheels[0]
	if err := wheel.Verify(t.Context(), bytes.NewReader(data), described.Size, described.File); err != nil {
		t.Fatal(err)
	}
	w, err := wheel.Open(bytes.NewReader(data), described.Size, described.File)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for file := range w.Files() {
		if strings.HasPrefix(file.Path, "app_sources-0.dist-info/") {
			continue // the wheel's own
		}
		name := strings.TrimPrefix(file.Path, "app_sources-0.data/purelib/")
		want := files[name]
		got, err := w.ReadFile(file.Path)
		if err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, want %d; %v", file.Path, len(got), len(want), err)
		}
		if file.Executable != strings.HasPrefix(want, "#!") {
			t.Errorf("%s: executable is %v", file.Path, file.Executable)
		}
		seen[name] = true
	}
	if len(seen) != len(files) {
		t.Errorf("the wheel has %v of %d files", seen, len(files))
	}
	if described.Size > int64(len(large)/10) {
		t.Errorf("the wheel has %d bytes: it is not compressed", described.Size)
	}
}

func TestStageMerges(t *testing.T) {
	t.Parallel()
	pure := stagetest.Wheel(t, indextest.Dist{Name: "pure", Version: "1"})
	again := pure
	again.Requires = []string{"b"}
	pure.Requires = []string{"a", "b"}
	pure.Requested, again.Requested = false, true
	one := stagetest.Wheel(t, indextest.Dist{Name: "native", Version: "1", Tag: "cp311-cp311-win_amd64"})
	two := stagetest.Wheel(t, indextest.Dist{Name: "native", Version: "1", Tag: "cp311-cp311-macosx_11_0_arm64"})
	in := stage.Input{
		Wheels: []stage.Wheel{pure, one, again, two},
		Targets: []manifest.Target{
			{Name: "windows", Python: "3.11.7", Implementation: "cpython", Wheels: []int{0, 1}},
			{Name: "mac", Python: "3.11.7", Implementation: "cpython", Wheels: []int{3, 2}},
		},
	}
	m := staged(t, in).Manifest
	if len(m.Wheels) != 3 || !slices.Equal(m.Targets[0].Wheels, []int{1, 2}) || !slices.Equal(m.Targets[1].Wheels, []int{0, 2}) {
		t.Errorf("got %d wheels, targets with %v and %v; want 3, [1 2] and [0 2]", len(m.Wheels), m.Targets[0].Wheels, m.Targets[1].Wheels)
	}
	if w := m.Wheels[2]; !w.Requested || !slices.Equal(w.Requires, []string{"a", "b"}) {
		t.Errorf("the shared wheel is %+v", w)
	}
	if !slices.Equal(in.Targets[1].Wheels, []int{3, 2}) {
		t.Errorf("Stage changed its input to %v", in.Targets[1].Wheels)
	}

	other := stagetest.Wheel(t, indextest.Dist{Name: "pure", Version: "1", Padding: 10})
	in.Wheels[2] = other
	_, err := stage.Stage(t.Context(), in)
	var conflict *stage.WheelError
	if !errors.As(err, &conflict) || conflict.First != pure.Path || conflict.Second != other.Path {
		t.Errorf("two wheels of one name: got %v, want a WheelError", err)
	}
}

func TestStageRefusesWhatCanNotBeRead(t *testing.T) {
	t.Parallel()
	w := stagetest.Wheel(t, indextest.Dist{Name: "a", Version: "1"})
	w.File = "../a-1-py3-none-any.whl"
	var format *manifest.FormatError
	if _, err := stage.Stage(t.Context(), stagetest.Input(w)); !errors.As(err, &format) {
		t.Errorf("an unsafe file name: got %v, want a FormatError", err)
	}
	if _, err := stage.Stage(t.Context(), stage.Input{}); !errors.As(err, &format) {
		t.Errorf("no target: got %v, want a FormatError", err)
	}
	in := stagetest.Input(stagetest.Wheel(t, indextest.Dist{Name: "a", Version: "1"}))
	in.Targets[0].Wheels = []int{1}
	if _, err := stage.Stage(t.Context(), in); err == nil {
		t.Error("a wheel that isn't there is accepted")
	}
}

// TestStageCleansUp: a refusal leaves no temporary file.
func TestStageCleansUp(t *testing.T) {
	t.Parallel()
	in := stagetest.Input()
	in.Sources = []stage.Source{{Path: stagetest.Folder(t, map[string]string{"app.py": ""})}}
	in.EntryPoint.Text = "ap:main"
	in.TemporaryDir = t.TempDir()
	if _, err := stage.Stage(t.Context(), in); err == nil {
		t.Fatal("an entry point that isn't there is accepted")
	}
	if left, _ := os.ReadDir(in.TemporaryDir); len(left) != 0 {
		t.Errorf("Stage leaves %v", left)
	}
}

func TestModified(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 5*3600)
	for _, test := range []struct{ given, want time.Time }{
		{time.Time{}, time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)},
		{time.Unix(0, 0), time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)},
		{time.Date(2024, 5, 6, 7, 8, 9, 10, zone), time.Date(2024, 5, 6, 2, 8, 8, 0, time.UTC)},
		{time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)},
	} {
		in := stagetest.Input()
		in.Modified = test.given
		if got := staged(t, in).Modified; got != test.want {
			t.Errorf("%v becomes %v, want %v", test.given, got, test.want)
		}
	}
}
