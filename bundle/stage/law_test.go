package stage

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/wheel"
	"pgregory.net/rapid"
)

// TestSourcesLaw: whatever lies in a folder, the wheel of it is valid, its RECORD
// is right, and an installer finds every file where it was.
func TestSourcesLaw(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{"a", "b", "app.py", "__init__.py", "x y", "größe", "a,b", `q"q`, "'", "日本", "k.data", "m.dist-info", "a-1.0.dist-info", "RECORD", "wheel.whl", "%41", "$x", "c++"})
	content := rapid.OneOf(rapid.Just(""), rapid.StringN(0, 50, -1), rapid.Map(rapid.IntRange(1, 3000), func(n int) string { return strings.Repeat("line\n", n) }))
	root, rounds := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		rounds++
		folder := filepath.Join(root, strconv.Itoa(rounds))
		defer os.RemoveAll(folder)
		want := map[string]string{}
		for range rapid.IntRange(1, 8).Draw(t, "files") {
			name := strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "name"), "/")
			path := filepath.Join(folder, "sources", filepath.FromSlash(name))
			if os.MkdirAll(filepath.Dir(path), 0o755) != nil {
				continue // a file is in the way
			}
			text := content.Draw(t, "content")
			if os.WriteFile(path, []byte(text), 0o644) == nil {
				want[name] = text
			}
		}
		if len(want) == 0 {
			return
		}
		files, err := collect(t.Context(), []Source{{Path: filepath.Join(folder, "sources")}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		built, err := buildSources(t.Context(), folder, "app-sources", files)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Open(built.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if err := wheel.Verify(t.Context(), out, built.Size, built.File); err != nil {
			t.Fatal(err)
		}
		w, err := wheel.Open(out, built.Size, built.File)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for file := range w.Files() {
			name, importable := installedPath(file.Path)
			if !importable {
				t.Fatalf("%s is not installed among the modules", file.Path)
			}
			if strings.HasPrefix(file.Path, w.DistInfo+"/") {
				continue
			}
			got, err := w.ReadFile(file.Path)
			if text, known := want[name]; err != nil || !known || string(got) != text {
				t.Fatalf("%s: got %q, want %q; %v", name, got, text, err)
			}
			found++
		}
		if found != len(want) {
			t.Fatalf("the wheel has %d of %d files", found, len(want))
		}
	})
}
