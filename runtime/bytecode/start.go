package bytecode

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// StartKey is [Key] for the modules that start a bundle.
func StartKey(python *interpreter.Interpreter) string {
	sum := sha256.New()
	for _, file := range bootstrap.Files() {
		sum.Write([]byte(file.Name + "\x00"))
		sum.Write(file.Data)
	}
	return Key(hex.EncodeToString(sum.Sum(nil)), python)
}

// CompileStart writes the byte-code of the modules that start a bundle: a dictionary, as
// marshal of Python writes it, with the code of each by its name, which is as marshal has
// it, too. So a start reads one member of the zip, and makes of it what it needs.
//
// Errors are those of out, ctx's, and a [*CompileError].
func CompileStart(ctx context.Context, python *interpreter.Interpreter, out io.Writer) error {
	contents := map[string][]byte{}
	from := sources{of: "the start of bundles", read: func(name string) ([]byte, error) { return contents[name], nil }}
	for _, file := range bootstrap.Files() {
		if strings.HasSuffix(file.Name, "/__init__.py") {
			continue // it reads the others
		}
		contents[file.Name] = file.Data
		from.names = append(from.names, file.Name)
	}
	dictionary := []byte{'{'}
	err := compileAll(ctx, from, python, func(name string, code []byte) error {
		module := strings.ReplaceAll(strings.TrimSuffix(name, ".py"), "/", ".")
		dictionary = appendSized(append(dictionary, 'u'), []byte(module))
		dictionary = appendSized(append(dictionary, 's'), code[header:])
		return nil
	})
	if err != nil {
		return err
	}
	_, err = out.Write(append(dictionary, '0'))
	return err
}

func appendSized(to, data []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(to, uint32(len(data))), data...)
}
