package main

import (
	"context"
	"crypto/sha256"
	"os"

	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/pythondist/download"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// isLauncher reports whether this program is a copy of gobundle with a bundle
// behind it: that is what executables are made of by a gobundle without
// launchers.
func isLauncher() bool {
	path, err := os.Executable()
	if err != nil {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	_, err = launch.Read(file)
	return err == nil
}

// launchBundle starts that bundle. It returns only if that goes wrong.
func launchBundle(ctx context.Context) int {
	return launch.Run(ctx, os.Args, os.Environ(), os.Stderr, launch.Means{Hash: sha256.New, Unpack: untar.To, Fetch: download.To, Wheels: recompress.Unpack})
}
