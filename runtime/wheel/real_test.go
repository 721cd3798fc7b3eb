package wheel

import (
	"os"
	"path/filepath"
	"testing"
)

// Wheels of the folder that GOBUNDLE_WHEELS names are all valid, and every part
// of them can be read.
func TestRealWheels(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GOBUNDLE_WHEELS")
	if folder == "" {
		t.Skip("GOBUNDLE_WHEELS names no folder of wheels")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.whl"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no wheels (%v)", folder, err)
	}
	for _, name := range names {
		w, err := OpenFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := w.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := w.EntryPoints(); err != nil {
			t.Error(err)
		}
		if len(w.Modules()) == 0 {
			t.Errorf("%s has no modules", w.FileName)
		}
		w.Close()
	}
}
