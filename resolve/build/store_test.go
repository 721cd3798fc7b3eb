package build_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestKept: a second run builds nothing, and unpacks nothing, unless something
// that the wheel depends on has changed.
func TestKept(t *testing.T) {
	t.Parallel()
	demo := about{Name: "demo", Version: "1.0", needs: []string{"tool"}, Asks: []string{"more"}}
	const name = "demo-1.0.tar.gz"
	for _, test := range []struct {
		name   string
		change func(t *testing.T, w *workshop)
		builds int // in the second run
	}{
		{"nothing", func(*testing.T, *workshop) {}, 0},
		{"a variable that builds don't heed", func(_ *testing.T, w *workshop) { w.options.Environ = append(w.options.Environ, "EDITOR=ed") }, 0},
		{"settings of another project", func(_ *testing.T, w *workshop) {
			w.options.Settings.Projects = map[string]map[string][]string{"other": {"a": {"b"}}}
		}, 0},
		{"the source", func(t *testing.T, w *workshop) {
			t.Helper()
			changed := demo
			changed.Requires = []string{"other"}
			w.add(changed.sdist(t))
		}, 1},
		{"a requirement", func(_ *testing.T, w *workshop) {
			w.add(indextest.Dist{Name: "tool", Version: "2.0", Requires: []string{"deeper"}})
		}, 1},
		{"a requirement of a requirement", func(_ *testing.T, w *workshop) { w.add(indextest.Dist{Name: "deeper", Version: "2.0"}) }, 1},
		{"what the backend asked for", func(_ *testing.T, w *workshop) { w.add(indextest.Dist{Name: "more", Version: "2.0"}) }, 1},
		{"the bytes of a requirement", func(_ *testing.T, w *workshop) {
			w.add(indextest.Dist{Name: "tool", Version: "1.0", Requires: []string{"deeper"}, Padding: 100})
		}, 1},
		{"settings", func(_ *testing.T, w *workshop) { w.options.Settings.All = map[string][]string{"a": {"b"}} }, 1},
		{"settings of the project", func(_ *testing.T, w *workshop) {
			w.options.Settings.Projects = map[string]map[string][]string{"demo": {"a": {"b"}}}
		}, 1},
		{"a compiler's variable", func(_ *testing.T, w *workshop) { w.options.Environ = append(w.options.Environ, "CFLAGS=-O3") }, 1},
		{"a variable of the project", func(_ *testing.T, w *workshop) { w.options.Environ = append(w.options.Environ, "DEMO_FAST=1") }, 1},
		{"refresh", func(_ *testing.T, w *workshop) { w.options.Refresh = true }, 1},
		{"damage", func(t *testing.T, w *workshop) {
			t.Helper()
			eachWheel(t, w, func(path string) error { return os.WriteFile(path, []byte("damaged"), 0o600) })
		}, 1},
		{"loss", func(t *testing.T, w *workshop) {
			t.Helper()
			eachWheel(t, w, os.Remove)
		}, 1},
		{"damaged notes", func(t *testing.T, w *workshop) {
			t.Helper()
			for _, kind := range []string{"built", "metadata", "requires", "sources"} {
				notes, err := filepath.Glob(filepath.Join(w.options.CacheDir, kind, "*", "*"))
				if err != nil || len(notes) != 1 {
					t.Fatalf("notes %q, %v", notes, err)
				}
				if err := os.WriteFile(notes[0], []byte("{"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, nil, demo.sdist(t), indextest.Dist{Name: "tool", Version: "1.0", Requires: []string{"deeper"}},
				indextest.Dist{Name: "deeper", Version: "1.0"}, indextest.Dist{Name: "more", Version: "1.0"})
			if _, err := w.Metadata(t.Context(), w.file(name), w.on); err != nil {
				t.Fatalf("Metadata: %v%s", err, detail(err))
			}
			first := w.must(name)
			test.change(t, w)
			w.reopen()
			if _, err := w.Metadata(t.Context(), w.file(name), w.on); err != nil {
				t.Fatalf("Metadata: %v%s", err, detail(err))
			}
			second := w.must(name)
			if got := w.called("demo", "wheel") - 1; got != test.builds {
				t.Errorf("the second run built %d times, want %d", got, test.builds)
			}
			if test.builds == 0 && second != first {
				t.Errorf("the second run gave %+v, want %+v", second, first)
			}
			if built := w.Built(); len(built) != 1 || built[0].Kept != (test.builds == 0) || built[0].Backend != "tiny" || len(built[0].Requires) != 3 {
				t.Errorf("Built() = %+v", built)
			}
			if left, err := os.ReadDir(w.options.TempDir); err != nil || (test.builds == 0) != (len(left) == 1) {
				t.Errorf("%d temporary folders, %v: the second run needs one only if it builds", len(left), err)
			}
		})
	}
}

// eachWheel changes all wheels that are kept.
func eachWheel(t *testing.T, w *workshop, change func(string) error) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.options.CacheDir, "wheels", "*", "*", "*.whl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("wheels %q, %v", paths, err)
	}
	for _, path := range paths {
		if err := change(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTogether: runs that build the same at the same time build it once.
func TestTogether(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", instead: "time.sleep(0.2)"}.sdist(t))
	const runs = 4
	var group sync.WaitGroup
	for range runs {
		b, err := build.New(w.options)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			defer b.Close()
			built, err := b.Wheel(t.Context(), w.file("demo-1.0.tar.gz"), w.on)
			if err != nil || !strings.HasPrefix(built.Path, w.options.CacheDir) {
				t.Errorf("Wheel = %+v, %v%s", built, err, detail(err))
			}
		})
	}
	group.Wait()
	if got := w.called("demo", "wheel"); got != 1 {
		t.Errorf("it was built %d times, want once", got)
	}
}
