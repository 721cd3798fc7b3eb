package indextest

import (
	"os"
	"path/filepath"
)

// TB is what this package needs of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, arguments ...any)
	TempDir() string
}

// Folder makes a folder with the files described, for find-links.
func Folder(t TB, dists ...Dist) string {
	t.Helper()
	folder := t.TempDir()
	if err := WriteFolder(folder, dists...); err != nil {
		t.Fatalf("making a folder of wheels: %v", err)
	}
	return folder
}

// WriteFolder writes the files described into a folder, which is made if it
// isn't there. Their time of change lies in the past, as that of files which
// were not just written.
func WriteFolder(folder string, dists ...Dist) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, d := range dists {
		f := makeFile(d)
		path := filepath.Join(folder, f.name)
		if err := os.WriteFile(path, f.data, 0o666); err != nil {
			return err
		}
		if err := os.Chtimes(path, made, made); err != nil {
			return err
		}
	}
	return nil
}
