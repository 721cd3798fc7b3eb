// Package stagetest makes wheels and staged trees for tests.
package stagetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// Wheel makes a wheel and describes it.
func Wheel(tb testing.TB, d indextest.Dist) stage.Wheel {
	tb.Helper()
	name, data := indextest.Wheel(d)
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		tb.Fatal(err)
	}
	return File(tb, path)
}

// File describes the wheel at path.
func File(tb testing.TB, path string) stage.Wheel {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	name, err := dist.ParseWheelName(filepath.Base(path))
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256(data)
	w := stage.Wheel{Path: path, CRC32: crc32.ChecksumIEEE(data), Wheel: manifest.Wheel{
		File: filepath.Base(path), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)),
		Name: name.Name, Version: name.Version.String(), Role: manifest.Dependency, Requested: true,
	}}
	for _, tag := range name.Tags {
		w.Tags = append(w.Tags, tag.String())
	}
	return w
}

// Bytecode describes byte-code, of any content, of the wheel with an index.
func Bytecode(tb testing.TB, wheel int, content string) stage.Bytecode {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "bytecode.zip")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return stage.Bytecode{Path: path, CRC32: crc32.ChecksumIEEE([]byte(content)), Bytecode: manifest.Bytecode{
		File: fmt.Sprintf("part%d.cpython-311.zip", wheel), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)),
		Wheel: wheel, CacheTag: "cpython-311", Magic: "a70d0d0a",
	}}
}

// Target is a target that has all of the first n wheels and no conditions.
func Target(name string, n int) manifest.Target {
	target := manifest.Target{Name: name, Python: "3.11.7", Implementation: "cpython"}
	for i := range n {
		target.Wheels = append(target.Wheels, i)
	}
	return target
}

// Input is a bundle of these wheels for one target.
func Input(wheels ...stage.Wheel) stage.Input {
	return stage.Input{Wheels: wheels, Targets: []manifest.Target{Target("cp311-manylinux_2_36_x86_64", len(wheels))}, Generator: "gobundle test"}
}

// Folder writes files and returns the folder. A content that starts with "-> " makes a
// symbolic link, one that starts with "#!" a file with mode 0755.
func Folder(tb testing.TB, files map[string]string) string {
	tb.Helper()
	folder := tb.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		var err error
		if target, found := strings.CutPrefix(content, "-> "); found {
			err = os.Symlink(target, path)
		} else if err = os.WriteFile(path, []byte(content), 0o644); err == nil && strings.HasPrefix(content, "#!") {
			err = os.Chmod(path, 0o755)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}
