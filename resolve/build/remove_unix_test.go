//go:build unix

package build_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
)

// TestRemoveAll removes what may not be written, and follows no link.
func TestRemoveAll(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "kept")
	folder := filepath.Join(t.TempDir(), "folder")
	closed := filepath.Join(folder, "closed")
	if err := os.MkdirAll(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{outside, filepath.Join(closed, "file")} {
		if err := os.WriteFile(path, nil, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := build.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(folder); err == nil {
		t.Error("the folder is still there")
	}
	if _, err := os.Stat(outside); err != nil {
		t.Errorf("what the link leads to: %v", err)
	}
}
