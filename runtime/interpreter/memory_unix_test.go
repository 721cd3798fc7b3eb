//go:build unix

package interpreter

import (
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "bin", "python")
	asked := fake(t, path, facts(path))
	memory := &Memory{Dir: filepath.Join(folder, "deep", "memory")}
	query := func(want int, why string) *Interpreter {
		t.Helper()
		got, err := Query(t.Context(), path, memory)
		if err != nil {
			t.Fatal(err)
		}
		if n := asked(); n != want {
			t.Errorf("asked %d times, want %d: %s", n, want, why)
		}
		if got.Path != path {
			t.Errorf("Path = %s, want %s", got.Path, path)
		}
		return got
	}
	first := query(1, "nothing is remembered")
	if second := query(1, "it is remembered"); !reflect.DeepEqual(first, second) {
		t.Errorf("remembered %+v, want %+v", second, first)
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	query(2, "the file has another time")
	query(2, "the new answer is remembered")
	if err := os.WriteFile(filepath.Join(folder, "pyvenv.cfg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	query(3, "it became the interpreter of a virtual environment")
	entries, err := os.ReadDir(memory.Dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("memory holds %v, %v, want one file", entries, err)
	}
	if err := os.WriteFile(filepath.Join(memory.Dir, entries[0].Name()), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	query(4, "the memory is broken")
	query(4, "the memory is mended")
}

// TestMemoryUnwritable holds that an answer is worth as much without a memory.
func TestMemoryUnwritable(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "python")
	asked := fake(t, path, facts(path))
	for _, memory := range []*Memory{nil, {}, {Dir: path}, {Dir: filepath.Join(path, "below")}} {
		if _, err := Query(t.Context(), path, memory); err != nil {
			t.Errorf("Query with memory %+v: %v", memory, err)
		}
	}
	if n := asked(); n != 4 {
		t.Errorf("asked %d times, want 4", n)
	}
}

// TestShim holds that what a script answers for another is not remembered
// as the script's own, but as the other's.
func TestShim(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	target, shim := filepath.Join(folder, "real", "python"), filepath.Join(folder, "shims", "python")
	asked := fake(t, target, facts(target))
	shell(t, shim, "exec '"+target+"' \"$@\"")
	memory := &Memory{Dir: filepath.Join(folder, "memory")}
	for want := 1; want <= 2; want++ {
		got, err := Query(t.Context(), shim, memory)
		if err != nil || got.Path != shim || got.Executable != target {
			t.Errorf("Query(shim) = %+v, %v", got, err)
		}
		if n := asked(); n != want {
			t.Errorf("asked %d times, want %d: a shim is asked each time", n, want)
		}
	}
	if got, err := Query(t.Context(), target, memory); err != nil || got.Path != target || asked() != 2 {
		t.Errorf("Query(target) = %+v, %v, asked %d times, want 2", got, err, asked())
	}
}

// TestSymlink holds that a link is remembered under its own name, and not when
// it leads elsewhere later.
func TestSymlink(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := filepath.Join(folder, "python3")
	memory := &Memory{Dir: filepath.Join(folder, "memory")}
	for _, name := range []string{"one", "two"} {
		target := filepath.Join(folder, name)
		answer := facts(link)
		answer.RealPath, answer.Prefix = target, name
		asked := fake(t, target, answer)
		if err := os.RemoveAll(link); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(name, link); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := Query(t.Context(), link, memory)
			if err != nil || got.Prefix != name {
				t.Errorf("Query = %+v, %v, want that of %s", got, err, name)
			}
		}
		if n := asked(); n != 1 {
			t.Errorf("%s was asked %d times, want 1", name, n)
		}
	}
}

func TestMemoryIsShared(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "python")
	fake(t, path, facts(path))
	memory := &Memory{Dir: filepath.Join(folder, "memory")}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got, err := Query(t.Context(), path, memory); err != nil || got.Version != "3.12.1" {
				t.Errorf("Query = %+v, %v", got, err)
			}
		})
	}
	group.Wait()
	if entries, err := os.ReadDir(memory.Dir); err != nil || len(entries) != 1 {
		t.Errorf("memory holds %v, %v, want one file", entries, err)
	}
}
