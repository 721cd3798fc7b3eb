package fetch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestMetadataOfChangedWheels: neither a changed wheel nor a damaged memory gives a wrong answer.
func TestMetadataOfChangedWheels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "app-1.0-py3-none-any.whl")
	file := index.File{Name: filepath.Base(path), Path: path}
	write := func(requires string, size int) {
		t.Helper()
		_, content := indextest.Wheel(indextest.Dist{Name: "app", Version: "1.0", Requires: []string{requires}, Padding: size})
		must(t, os.WriteFile(path, content, 0o600))
		old := time.Now().Add(-time.Hour)
		must(t, os.Chtimes(path, old, old))
	}
	metadata := func() string {
		t.Helper()
		text, err := w.fetcher().Metadata(t.Context(), file)
		must(t, err)
		return string(text)
	}
	w.options.Now = func() time.Time { return time.Now().Add(time.Minute) } // the wheel was not just written
	write("first", 0)
	want := metadata()
	if !strings.Contains(want, "Requires-Dist: first\n") {
		t.Fatalf("Metadata = %q", want)
	}
	info, err := os.Stat(path)
	must(t, err)
	kept, err := filepath.Glob(filepath.Join(w.store, "local", "*.metadata"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept = %q, %v, want one file", kept, err)
	}
	remembered, err := os.ReadFile(kept[0])
	must(t, err)
	for _, damaged := range []string{"", "x", string(remembered[:len(remembered)-1]), string(remembered) + "x", strings.Replace(string(remembered), "first", "evil!", 1)} {
		must(t, os.WriteFile(kept[0], []byte(damaged), 0o600))
		if got := metadata(); got != want {
			t.Errorf("with a damaged memory Metadata = %q, want %q", got, want)
		}
	}
	must(t, os.WriteFile(kept[0], []byte(strings.Replace(string(remembered), "\t", " ", 1)), 0o600))
	if got := metadata(); got != want {
		t.Errorf("Metadata = %q, want %q", got, want)
	}
	write("second", int(info.Size()))
	if got := metadata(); !strings.Contains(got, "Requires-Dist: second\n") {
		t.Errorf("Metadata of a changed wheel = %q", got)
	}
	must(t, os.Remove(path))
	if _, err := w.fetcher().Metadata(t.Context(), file); err == nil {
		t.Error("Metadata of a wheel that is gone: no error")
	}
}
