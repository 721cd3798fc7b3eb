//go:build ignore

// This program compiles the launchers and packs them. It is run by go generate.
// The same sources and the same Go give the same bytes.
package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gobundle/gobundle/runtime/early"
	"github.com/klauspost/compress/zstd"
)

// systems are those that executables can be made for.
var systems = [][2]string{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

// identity is what the linker makes a UUID of, which macOS wants; no build id, which
// tells where a program was built, is in it.
var identity = map[string]string{"darwin": "gobundle-launcher"}

// beginnings are the flags for a program's first instruction, where it is ours.
var beginnings = map[string]string{"linux": " -E=" + early.Entry}

func main() {
	for _, system := range systems {
		for _, kind := range []string{"", "unpack", "fetch"} {
			if err := compile(system[0], system[1], kind); err != nil {
				log.Fatal(err)
			}
		}
	}
}

// compile makes the launcher for a system; kind is a build tag, or "".
func compile(goos, goarch, kind string) error {
	folder, err := os.MkdirTemp("", "launcher-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "launcher")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", kind, "-ldflags", "-s -w -buildid="+identity[goos]+beginnings[goos], "-o", file, "../../cmd/gobundle-launcher")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	launcher, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	name := goos + "-" + goarch
	if kind != "" {
		name += "-" + kind
	}
	return os.WriteFile(filepath.Join("launchers", name+".zst"), encoder.EncodeAll(launcher, nil), 0o644)
}
