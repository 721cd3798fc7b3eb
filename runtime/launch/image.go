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

// payloadEnd returns where the bytes of a program's own file end which are not of a
// signature that was put behind them.
func payloadEnd(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	end := info.Size()
	if image, err := readImage(file); err == nil && image.certificates > 0 && image.certificates < end {
		end = image.certificates
	}
	return end, nil
}
