package launch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/gobundle/gobundle/runtime/packed"
)

// unpackVariable tells a launcher that it was started to unpack wheels: the bootstrap
// asks it to, for Pythons have no zstd, or the launcher itself beside a first start.
const unpackVariable = "__GOBUNDLE_UNPACK"

// The values of that variable.
const (
	asAsked   = "parts" // what the standard input names
	inAdvance = "ahead" // what every start needs, into the cache
)

// unpack does what the variable says, and returns an exit code.
func unpack(ctx context.Context, self, how string, environ variables, in io.Reader, out io.Writer, means Means) int {
	file, err := os.Open(self)
	if err != nil {
		return answer(out, err)
	}
	defer file.Close()
	switch how {
	case asAsked:
		return answer(out, serve(ctx, file, in, means))
	case inAdvance:
		return ahead(ctx, file, environ, means)
	}
	return answer(out, fmt.Errorf("%s is %q", unpackVariable, how))
}

// serve unpacks what is asked for, in fields that each end with a zero byte: the member, the
// sha256 that it must have or nothing, "files" or "zip", and the path of a folder that is
// there, or of a file to be made.
func serve(ctx context.Context, file *os.File, in io.Reader, means Means) error {
	if means.Wheels == nil {
		return errors.New("this launcher can't unpack wheels")
	}
	end, err := payloadEnd(file)
	if err != nil {
		return err
	}
	asked, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	fields := strings.Split(string(bytes.TrimSuffix(asked, []byte{0})), "\x00")
	if len(fields)%4 != 0 {
		return errors.New("what is to be unpacked is not told in full")
	}
	var parts []packed.Part
	for ; len(fields) > 0; fields = fields[4:] {
		content, found, err := find(file, end, fields[0])
		if err == nil && !found {
			err = fmt.Errorf("there is no %s in the bundle", fields[0])
		}
		if err != nil {
			return err
		}
		part := packed.Part{Name: name(fields[0]), File: content, Size: content.Size(), SHA256: fields[1]}
		if fields[2] == "zip" {
			part.Zip = fields[3]
		} else {
			part.Folder = fields[3]
		}
		parts = append(parts, part)
	}
	return means.Wheels(ctx, parts)
}

// name is that of a wheel, from that of its member.
func name(member string) string {
	return strings.TrimSuffix(member[strings.LastIndexByte(member, '/')+1:], packed.Suffix)
}

// answer writes why something was not unpacked in a form that the bootstrap makes an error
// of its own of, and returns the exit code.
func answer(out io.Writer, err error) int {
	if err == nil {
		return 0
	}
	text := "other\x00" + err.Error()
	var damage *packed.DamageError
	var number syscall.Errno
	switch {
	case errors.As(err, &damage):
		text = "damage\x00" + damage.Reason
	case errors.Is(err, fs.ErrNotExist):
		text = "system\x00ENOENT"
	case errors.As(err, &number):
		text = fmt.Sprintf("system\x00%d\x00%v", int(number), number)
	}
	_, _ = io.WriteString(out, text) // without it there is still the exit code
	return 1
}
