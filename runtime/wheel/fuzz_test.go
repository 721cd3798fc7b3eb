package wheel

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
)

// Whatever the bytes: no panic, the same verdict twice, a wheel that Verify
// accepts installs or is refused before anything is written, and nothing is
// written outside the environment.
func FuzzVerify(f *testing.F) {
	seeds := archiveCases()
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, c := range seeds {
		b, err := base64.StdEncoding.DecodeString(c.Content)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		first := errorText(Verify(t.Context(), bytes.NewReader(b), int64(len(b)), demoFile))
		if second := errorText(Verify(t.Context(), bytes.NewReader(b), int64(len(b)), demoFile)); first != second {
			t.Fatalf("Verify = %q, then %q", first, second)
		}
		w, err := Open(bytes.NewReader(b), int64(len(b)), demoFile)
		if err != nil {
			if first == "" {
				t.Fatalf("Open = %v of a wheel that Verify accepts", err)
			}
			return
		}
		dir := t.TempDir()
		home := filepath.Join(dir, "env")
		report, err := Install(t.Context(), []Source{{Wheel: w}}, environmentIn(home), InstallOptions{})
		if err == nil && first != "" {
			t.Fatalf("Install accepts what Verify refuses: %s", first)
		}
		if err == nil && report.Files != len(tree(t, home)) {
			t.Fatalf("Install reports %d files and wrote %d", report.Files, len(tree(t, home)))
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "env" {
				t.Fatalf("%s lies outside the environment", e.Name())
			}
		}
	})
}
