package native

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// Places in the optional header of PE32+, in bytes.
const (
	checksumAt  = 64
	subsystemAt = 68

	subsystemGUI     = 2
	subsystemConsole = 3
)

// An IconError says why a file can't be a program's icon.
type IconError struct {
	Err error
}

func (e *IconError) Error() string { return "the icon can't be used: " + e.Err.Error() }
func (e *IconError) Unwrap() error { return e.Err }

// preparePE puts resources into a launcher, and says whether it has a console.
func preparePE(launcher []byte, a Application) ([]byte, error) {
	resources := &winres.ResourceSet{}
	// Without a manifest Windows takes what is called setup.exe for an installer, and asks
	// for more rights.
	resources.SetManifest(winres.AppManifest{LongPathAware: true, DPIAwareness: winres.DPIPerMonitorV2})
	if a.Name != "" {
		resources.SetVersionInfo(versionInfo(a))
	}
	if a.Icon != nil {
		icon, err := winres.LoadICO(bytes.NewReader(a.Icon))
		if err != nil {
			return nil, &IconError{Err: errors.New("it is no .ico file")}
		}
		if err := resources.SetIcon(winres.ID(1), icon); err != nil {
			return nil, &IconError{Err: err}
		}
	}
	var out bytes.Buffer
	if err := resources.WriteToEXE(&out, bytes.NewReader(launcher)); err != nil {
		return nil, fmt.Errorf("writing the resources of the launcher: %w", err)
	}
	program := out.Bytes()
	optional, err := optionalHeader(program)
	if err != nil {
		return nil, err
	}
	subsystem := uint16(subsystemConsole)
	if a.Windowed {
		subsystem = subsystemGUI
	}
	binary.LittleEndian.PutUint16(program[optional+subsystemAt:], subsystem)
	return program, nil
}

// versionInfo is the resource that the properties of a file show.
func versionInfo(a Application) version.Info {
	info := version.Info{}
	info.FileVersion = numbers(a.Version)
	info.ProductVersion = info.FileVersion
	for _, entry := range [][2]string{
		{version.ProductName, a.Name}, {version.FileDescription, a.Name},
		{version.ProductVersion, a.Version}, {version.FileVersion, a.Version},
	} {
		if entry[1] == "" {
			continue
		}
		// It refuses only text with a zero in it, which no name or version has.
		_ = info.Set(version.LangNeutral, entry[0], entry[1])
	}
	return info
}

// numbers are the first four of a version's release.
func numbers(text string) (four [4]uint16) {
	for i, part := range strings.SplitN(text, ".", 4) {
		digits := len(part) - len(strings.TrimLeft(part, "0123456789"))
		number, err := strconv.ParseUint(part[:digits], 10, 16)
		if err != nil {
			break
		}
		four[i] = uint16(number)
		if digits < len(part) {
			break
		}
	}
	return four
}

// optionalHeader returns the place of the optional header of a 64-bit program.
func optionalHeader(program []byte) (int, error) {
	const coffSize = 24 // with "PE\0\0"
	if len(program) < 0x40 {
		return 0, errors.New("the launcher is no program for Windows")
	}
	at := int(binary.LittleEndian.Uint32(program[0x3C:]))
	if at < 0 || at+coffSize+subsystemAt+2 > len(program) || string(program[at:at+4]) != "PE\x00\x00" {
		return 0, errors.New("the launcher is no program for Windows")
	}
	return at + coffSize, nil
}

// sealPE writes the checksum of the whole file into it.
func sealPE(ctx context.Context, file *os.File, size int64) error {
	head := make([]byte, min(size, 4096))
	if _, err := file.ReadAt(head, 0); err != nil {
		return err
	}
	optional, err := optionalHeader(head)
	if err != nil {
		return err
	}
	at := int64(optional + checksumAt)
	if _, err := file.WriteAt(make([]byte, 4), at); err != nil {
		return err
	}
	sum, err := checksum(ctx, io.NewSectionReader(file, 0, size))
	if err != nil {
		return err
	}
	_, err = file.WriteAt(binary.LittleEndian.AppendUint32(nil, sum), at)
	return err
}

// checksum is that of the PE format, whose own field must be zero: the sum of all
// 16-bit words, each carry added at the other end, and the number of bytes.
func checksum(ctx context.Context, r io.Reader) (uint32, error) {
	block := make([]byte, 1<<20) // even, so that words don't lie across two blocks
	var sum, size uint64
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := io.ReadFull(r, block)
		size += uint64(n)
		if n%2 == 1 {
			block[n] = 0
			n++
		}
		for i := 0; i < n; i += 2 {
			sum += uint64(binary.LittleEndian.Uint16(block[i:]))
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			for sum > 0xFFFF {
				sum = sum&0xFFFF + sum>>16
			}
			return uint32(sum + size), nil
		case err != nil:
			return 0, err
		}
	}
}
