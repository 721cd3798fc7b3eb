package native

import (
	"context"
	"fmt"
	"math"
	"os"
)

// An Application is what a program says of itself.
type Application struct {
	// ID is that of the bundle.
	ID string
	// Name and Version are shown by Windows; "" where none is known.
	Name, Version string
	// Icon is the content of an .ico file for Windows; nil for none.
	Icon []byte
	// Windowed is for Windows: a program without a console.
	Windowed bool
}

// Prepare returns a launcher with what the application says of itself. goos is the
// system, as Go names it.
//
// An icon that can't be read is an [*IconError].
func Prepare(launcher []byte, goos string, a Application) ([]byte, error) {
	switch goos {
	case "windows":
		return preparePE(launcher, a)
	case "darwin":
		return prepareMachO(launcher, a)
	}
	return launcher, nil
}

// A SizeError says that a program would be larger than a system takes.
type SizeError struct {
	Size int64 // in bytes
	GOOS string
}

func (e *SizeError) Error() string {
	system := map[string]string{"windows": "Windows", "darwin": "macOS"}[e.GOOS]
	return fmt.Sprintf("the executable would have %.1f GiB, and %s starts none of 4 GiB or more", float64(e.Size)/(1<<30), system)
}

// Seal completes a file of a prepared launcher with its zip behind, and returns its
// size in bytes. The file must be open for reading and writing.
//
// One that the system would not start is a [*SizeError].
func Seal(ctx context.Context, file *os.File, goos string, a Application) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if goos != "windows" && goos != "darwin" {
		return size, nil
	}
	if size+size/64+1<<20 > math.MaxUint32 { // with room for a signature
		return 0, &SizeError{Size: size, GOOS: goos}
	}
	if goos == "windows" {
		return size, sealPE(ctx, file, size)
	}
	return sealMachO(ctx, file, size, a)
}
