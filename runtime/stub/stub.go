// Package stub holds the launchers that stand before the zip of an executable
// bundle, three for each system. `make launchers` makes them. A gobundle that was
// compiled without them, by a plain go install, has none.
package stub

import (
	"bytes"
	"embed"
	"encoding/binary"
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

// Unpacking is Launcher for one that can unpack a Python of its own at its first start. It
// is larger.
func Unpacking(goos, goarch string) ([]byte, error) { return unpacked(goos+"-"+goarch, "-unpack") }

// Fetching is Unpacking for one that can also fetch the Python. It is larger still.
func Fetching(goos, goarch string) ([]byte, error) { return unpacked(goos+"-"+goarch, "-fetch") }

// Scripts are the launchers for the scripts of an environment on Windows, with a console
// and without one. Each starts what stands behind it: a line with "#!" and an interpreter, and a
// zip with __main__.py. If there is none, the error is a [*MissingError].
func Scripts(goarch string) (console, gui []byte, err error) {
	console, err = Launcher("windows", goarch)
	if err != nil {
		return nil, nil, err
	}
	// What says whether there is a console, in the header of the PE format.
	const header, subsystem, windowed = 0x3C, 24 + 68, 2
	gui = bytes.Clone(console)
	at := binary.LittleEndian.Uint32(gui[header:]) + subsystem
	binary.LittleEndian.PutUint16(gui[at:], windowed)
	return console, gui, nil
}

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
