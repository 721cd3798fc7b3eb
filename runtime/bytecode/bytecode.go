// Package bytecode compiles the modules of a wheel to byte-code files, the ones that
// Python keeps in __pycache__, and puts them into a zip archive beside the wheel.
//
// The files are those of PEP 552 (https://peps.python.org/pep-0552/) with unchecked
// hashes: they don't depend on the time of their sources, and Python takes them
// without a look at these. The same wheel and the same interpreter give the same
// archive, byte for byte. No code of the wheel is run.
//
// It knows neither bundles nor where archives are kept.
package bytecode

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// Suits reports whether an interpreter can compile: it is Python 3.7 or newer, which
// has unchecked hashes, and has names for its byte-code files.
func Suits(python *interpreter.Interpreter) bool {
	v := python.VersionInfo
	return (v[0] > 3 || v[0] == 3 && v[1] >= 7) && python.CacheTag != "" && python.Magic != ""
}

// Key names what is compiled of a wheel, given its sha256, by an interpreter: two
// interpreters that may compile differently have different ones. It is 64
// hexadecimal digits.
func Key(wheelSHA256 string, python *interpreter.Interpreter) string {
	parts := []string{
		wheelSHA256, bootstrap.Compile(), layoutOfArchives,
		python.Implementation, python.Version, python.CacheTag, python.Magic, python.ABI.Flags,
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// layoutOfArchives changes when archives of the same modules do.
const layoutOfArchives = "1"

// Compile writes the archive for a wheel. Each member has the place of a byte-code
// file in the wheel, as if it had been in it: "pkg/__pycache__/mod.cpython-312.pyc".
// Modules that the interpreter can't compile, code for Python 2 say, are left out.
// It returns how many there are.
//
// Errors are those of out and of the wheel, ctx's, and a [*CompileError].
func Compile(ctx context.Context, w *wheel.Wheel, python *interpreter.Interpreter, out io.Writer) (modules int, err error) {
	var names []string
	for file := range w.Files() {
		if isModule(file) {
			names = append(names, file.Path)
		}
	}
	archive := newWriter(out)
	if len(names) > 0 {
		err = compileAll(ctx, sources{w.FileName, names, w.ReadFile}, python, func(name string, code []byte) error {
			modules++
			return archive.add(place(name, python.CacheTag), code)
		})
	}
	if err != nil {
		return 0, err
	}
	return modules, archive.Close()
}

// largest is the size of a source, in bytes, that is not compiled any more: it is
// data that happens to be a module.
const largest = 16 << 20

// isModule reports whether a file of a wheel is a source that will lie on sys.path.
func isModule(file wheel.File) bool {
	if !strings.HasSuffix(file.Path, ".py") || file.Size > largest {
		return false
	}
	folder, rest, nested := strings.Cut(file.Path, "/")
	switch {
	case nested && strings.HasSuffix(folder, ".dist-info"):
		return false
	case nested && strings.HasSuffix(folder, ".data"):
		return strings.HasPrefix(rest, "purelib/") || strings.HasPrefix(rest, "platlib/")
	}
	return true
}

// place returns where Python looks for the byte-code of a source (PEP 3147).
func place(source, tag string) string {
	at := strings.LastIndexByte(source, '/') + 1
	return source[:at] + "__pycache__/" + strings.TrimSuffix(source[at:], ".py") + "." + tag + ".pyc"
}
