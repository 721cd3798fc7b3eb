package launch

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// An image is what matters of the headers of a program for Windows (the Microsoft
// PE format).
type image struct {
	subsystem    uint16
	certificates int64 // where the signature begins, 0 if there is none
}

var errNoImage = errors.New("it is no program for Windows")

// readImage reads the headers of a program.
func readImage(file io.ReaderAt) (image, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return image{}, err
	}
	head = head[:n]
	const (
		coffSize        = 24 // with "PE\0\0"
		subsystemAt     = 68
		directoriesAt   = 112 // in PE32+
		certificatesAt  = directoriesAt + 4*8
		optionalMinimum = certificatesAt + 8
	)
	if len(head) < 0x40 || string(head[:2]) != "MZ" {
		return image{}, errNoImage
	}
	at := int64(binary.LittleEndian.Uint32(head[0x3C:]))
	if at+coffSize+optionalMinimum > int64(len(head)) || string(head[at:at+4]) != "PE\x00\x00" {
		return image{}, errNoImage
	}
	optional := head[at+coffSize:]
	if binary.LittleEndian.Uint16(optional) != 0x20B {
		return image{}, errNoImage
	}
	return image{
		subsystem:    binary.LittleEndian.Uint16(optional[subsystemAt:]),
		certificates: int64(binary.LittleEndian.Uint32(optional[certificatesAt:])),
	}, nil
}

// machSignature returns where the signature of a program for macOS begins (the load
// command LC_CODE_SIGNATURE of the Mach-O format), 0 if there is none.
func machSignature(file io.ReaderAt) int64 {
	const (
		magic         = 0xFEEDFACF
		headerSize    = 32
		codeSignature = 0x1D
		mostCommands  = 1 << 16 // bytes
	)
	header := make([]byte, headerSize)
	if _, err := file.ReadAt(header, 0); err != nil || binary.LittleEndian.Uint32(header) != magic {
		return 0
	}
	commands := make([]byte, min(mostCommands, binary.LittleEndian.Uint32(header[20:])))
	if _, err := file.ReadAt(commands, headerSize); err != nil {
		return 0
	}
	for len(commands) >= 16 {
		size := binary.LittleEndian.Uint32(commands[4:])
		if binary.LittleEndian.Uint32(commands) == codeSignature {
			return int64(binary.LittleEndian.Uint32(commands[8:]))
		}
		if size < 8 || int(size) > len(commands) {
			return 0
		}
		commands = commands[size:]
	}
	return 0
}

// payloadEnd returns where the bytes of a program's own file end which are not of a
// signature that was put behind them.
func payloadEnd(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	end := info.Size()
	image, err := readImage(file)
	signature := image.certificates
	if err != nil {
		signature = machSignature(file)
	}
	if signature > 0 && signature < end {
		end = signature
	}
	return end, nil
}
