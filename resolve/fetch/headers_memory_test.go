package fetch

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestMetadataIsRemembered: a wheel that is as it was is not opened again. What is
// remembered of it here is not what it holds.
func TestMetadataIsRemembered(t *testing.T) {
	t.Parallel()
	name, content := indextest.Wheel(indextest.Dist{Name: "app", Version: "1.0"})
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	store := t.TempDir()
	metadata := func(later time.Duration) string {
		t.Helper()
		f, err := New(Options{Store: store, Now: func() time.Time { return time.Now().Add(later) }})
		if err != nil {
			t.Fatal(err)
		}
		text, err := f.Metadata(t.Context(), index.File{Name: name, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := metadata(0) // just written: it could change without a trace
	if kept, _ := filepath.Glob(filepath.Join(store, "local", "*")); len(kept) != 0 {
		t.Fatalf("kept of a wheel that was just written: %q", kept)
	}
	if got := metadata(time.Hour); got != want {
		t.Fatalf("Metadata = %q, then %q", want, got)
	}
	f, err := New(Options{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f.folder(filepath.Dir(path)).keepHeaders(name, headers{stampOf(info), []byte("remembered")})
	if got := metadata(time.Hour); got != "remembered" {
		t.Errorf("Metadata = %q, want what is remembered", got)
	}
	for range 40 { // of the many records of one wheel one stays
		f.folder(filepath.Dir(path)).keepHeaders(name, headers{stampOf(info), []byte(want)})
	}
	for range 40 {
		f.folder(filepath.Dir(path)).keepHeaders(name, headers{stampOf(info), []byte(want)})
	}
	if got := metadata(time.Hour); got != want {
		t.Errorf("Metadata = %q, want %q", got, want)
	}
	kept, err := filepath.Glob(filepath.Join(store, "local", "*.metadata"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept = %q, %v", kept, err)
	}
	if text, err := os.ReadFile(kept[0]); err != nil || len(text) > 2*(len(want)+100+len(name)) {
		t.Errorf("%d bytes are kept of one wheel with %d (%v)", len(text), len(want), err)
	}
}
