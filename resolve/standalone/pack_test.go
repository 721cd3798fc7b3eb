package standalone_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/standalone"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// What is packed comes out again, but for byte-code, and the bytes depend on
// nothing but the files.
func TestPack(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(folder(t, map[string]string{"tool": "outside"}), "tool")
	var first []byte
	for range 2 {
		dir := folder(t, map[string]string{
			"bin/python3.12": "program", "lib/python3.12/os.py": "os", "lib/python3.12/__pycache__/os.pyc": "code", "lib/old.pyc": "code",
			"terminfo/E/eterm": "1", "terminfo/e/Eterm": "2",
		})
		for link, target := range map[string]string{"bin/python3": "python3.12", "bin/tool": outside, "lib64": "lib"} {
			if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(filepath.Join(dir, "lib/python3.12/os.py"), 0o640); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := standalone.Pack(t.Context(), dir, &b); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Error("the same files give other bytes")
		}
	}
	into := t.TempDir()
	if _, err := unpack.Twins(t.Context(), "python.tar.zst", io.NewSectionReader(bytes.NewReader(first), 0, int64(len(first))), into, unpack.Limits{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := filepath.WalkDir(filepath.Join(into, standalone.Top), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		got = append(got, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(into))+" "+info.Mode().String())
		return err
	})
	want := []string{"/python/bin/python3 Lrwxrwxrwx", "/python/bin/python3.12 -rwxr-xr-x", "/python/bin/tool -rwxr-xr-x", "/python/lib/python3.12/os.py -rw-r--r--",
		"/python/lib64 Lrwxrwxrwx", "/python/terminfo/E/eterm -rwxr-xr-x", "/python/terminfo/e/Eterm -rwxr-xr-x"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("unpacked %q, %v, want %q", got, err, want)
	}
}

func TestPackRefuses(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"nowhere", "/nonexistent/file", t.TempDir()} {
		dir := folder(t, map[string]string{"bin/python3": ""})
		if err := os.Symlink(target, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		var refused *standalone.PackError
		if err := standalone.Pack(t.Context(), dir, io.Discard); !errors.As(err, &refused) || refused.Path != "link" {
			t.Errorf("a link to %s: %v, want a PackError", target, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := standalone.Pack(ctx, folder(t, map[string]string{"a": ""}), io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
