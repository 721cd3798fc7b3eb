// Package stub holds the launchers that stand before the zip of an executable
// bundle, two for each system. `make launchers` makes them. A gobundle that was
// compiled without them, by a plain go install, has none.
package stub

import (
	"embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run make.go

//go:embed launchers
var launchers embed.FS

// A MissingError says that this gobundle has no launcher for a system.
type MissingError struct {
	System string // "linux-amd64"
}

func (e *MissingError) Error() string { return "this gobundle has no launcher for " + e.System }

// maxLauncher bounds what a launcher unpacks to, in bytes.
const maxLauncher = 64 << 20

// Launcher returns the launcher for a system, named as Go does: "linux", "amd64".
// If there is none, the error is a [*MissingError].
func Launcher(goos, goarch string) ([]byte, error) { return unpacked(goos+"-"+goarch, "") }

// Fetching is Launcher for one that can fetch a Python at its first start. It is
// larger.
func Fetching(goos, goarch string) ([]byte, error) { return unpacked(goos+"-"+goarch, "-fetch") }

func unpacked(system, kind string) ([]byte, error) {
	packed, err := launchers.ReadFile("launchers/" + system + kind + ".zst")
	if err != nil {
		return nil, &MissingError{System: system}
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxLauncher))
	if err != nil {
		return nil, fmt.Errorf("unpacking the launcher for %s: %w", system, err)
	}
	defer decoder.Close()
	launcher, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpacking the launcher for %s: %w", system, err)
	}
	return launcher, nil
}
