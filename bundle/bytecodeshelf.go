package bundle

import (
	"context"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/bytecode"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A bytecodeShelf keeps what was compiled: what one interpreter made of one wheel, by
// bytecode.Key.
type bytecodeShelf struct{ shelf }

func newBytecodeShelf(cacheDir string) bytecodeShelf {
	return bytecodeShelf{shelf{filepath.Join(cacheDir, "store", "bytecode"), ".zip"}}
}

// newStartShelf keeps what was compiled of the modules that start bundles, by
// bytecode.StartKey.
func newStartShelf(cacheDir string) shelf {
	return shelf{filepath.Join(cacheDir, "store", "bytecode"), ".bin"}
}

// noMembers is the size of an archive without members, in bytes: of a wheel without
// modules.
const noMembers = 22

// put compiles a wheel and keeps the result.
func (s bytecodeShelf) put(ctx context.Context, w stage.Wheel, python *interpreter.Interpreter) (*keptArchive, error) {
	file, err := os.Open(w.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	opened, err := wheel.Open(file, w.Size, w.File)
	if err != nil {
		return nil, err
	}
	return s.shelf.put(bytecode.Key(w.SHA256, python), func(out *os.File) error {
		_, err := bytecode.Compile(ctx, opened, python, out)
		return err
	})
}
