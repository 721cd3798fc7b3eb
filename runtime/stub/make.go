//go:build ignore

// This program compiles the launchers and packs them. It is run by go generate.
// The same sources and the same Go give the same bytes.
package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// systems are those that executables can be made for.
var systems = [][2]string{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func main() {
	for _, system := range systems {
		if err := compile(system[0], system[1]); err != nil {
			log.Fatal(err)
		}
	}
}

func compile(goos, goarch string) error {
	folder, err := os.MkdirTemp("", "launcher-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "launcher")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "../../cmd/gobundle-launcher")
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
	return os.WriteFile(filepath.Join("launchers", goos+"-"+goarch+".zst"), encoder.EncodeAll(launcher, nil), 0o644)
}
