//go:build unix

package pack_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/gobundle/gobundle/bundle/pack"
)

// TestSameBytes: umask, time zone, number of processors and what was there
// before have no part in what is written.
func TestSameBytes(t *testing.T) {
	build := func() [sha256.Size]byte {
		path := filepath.Join(t.TempDir(), "app.pyz")
		if _, err := pack.Zipapp(t.Context(), path, tree(t), pack.Options{Prolog: []byte(prolog)}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(data)
	}
	first := build()
	umask := syscall.Umask(0o077)
	processors := runtime.GOMAXPROCS(1)
	local := time.Local
	time.Local = time.FixedZone("", 13*3600)
	defer func() {
		syscall.Umask(umask)
		runtime.GOMAXPROCS(processors)
		time.Local = local
	}()
	if second := build(); first != second {
		t.Errorf("two builds differ: %x, %x", first, second)
	}
}

func TestUmask(t *testing.T) {
	tree := tree(t)
	for _, test := range []struct {
		umask int
		want  fs.FileMode
	}{{0o022, 0o755}, {0o077, 0o700}, {0o002, 0o755}} {
		path := filepath.Join(t.TempDir(), "app.pyz")
		old := syscall.Umask(test.umask)
		_, err := pack.Zipapp(t.Context(), path, tree, pack.Options{})
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != test.want {
			t.Errorf("umask %o: mode %v, want %v; %v", test.umask, info.Mode(), test.want, err)
		}
	}
}
