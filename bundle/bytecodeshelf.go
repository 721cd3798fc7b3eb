package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/bytecode"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A bytecodeShelf keeps what was compiled, in a folder of the store:
//
//	ab/cdef.../<sha256>.zip  what one interpreter made of one wheel; the folder is that of bytecode.Key
type bytecodeShelf struct{ folder string }

func newBytecodeShelf(cacheDir string) bytecodeShelf {
	return bytecodeShelf{filepath.Join(cacheDir, "store", "bytecode")}
}

// keptBytecode is an archive of byte-code as it stands on the disk.
type keptBytecode struct {
	path   string
	sha256 string
	crc32  uint32
	size   int64
	empty  bool // there is nothing in it: the wheel has no modules
}

// noMembers is the size of an archive without members, in bytes.
const noMembers = 22

func (s bytecodeShelf) place(key string) string { return filepath.Join(s.folder, key[:2], key[2:]) }

// take looks for what was compiled before; nil if it is not there, or damaged.
func (s bytecodeShelf) take(key string) *keptBytecode {
	entries, err := os.ReadDir(s.place(key))
	if err != nil {
		return nil // it is made then
	}
	for _, entry := range entries {
		sum, isArchive := strings.CutSuffix(entry.Name(), ".zip")
		if !isArchive {
			continue
		}
		kept, err := measure(filepath.Join(s.place(key), entry.Name()))
		if err == nil && kept.sha256 == sum {
			return kept
		}
	}
	return nil
}

// measure reads an archive.
func measure(path string) (*keptBytecode, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	digest, checksum := sha256.New(), crc32.NewIEEE()
	size, err := io.Copy(io.MultiWriter(digest, checksum), file)
	if err != nil {
		return nil, err
	}
	return &keptBytecode{path: path, sha256: hex.EncodeToString(digest.Sum(nil)), crc32: checksum.Sum32(), size: size, empty: size == noMembers}, nil
}

// put compiles a wheel and keeps the result. It appears whole or not at all.
func (s bytecodeShelf) put(ctx context.Context, w stage.Wheel, python *interpreter.Interpreter) (*keptBytecode, error) {
	file, err := os.Open(w.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	opened, err := wheel.Open(file, w.Size, w.File)
	if err != nil {
		return nil, err
	}
	place := s.place(bytecode.Key(w.SHA256, python))
	if err := os.MkdirAll(place, 0o700); err != nil {
		return nil, &CacheError{err}
	}
	out, err := os.CreateTemp(place, ".new-*")
	if err != nil {
		return nil, &CacheError{err}
	}
	defer os.Remove(out.Name()) // in vain once it is renamed
	_, err = bytecode.Compile(ctx, opened, python, out)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	kept, err := measure(out.Name())
	if err != nil {
		return nil, fmt.Errorf("reading what was compiled of %s: %w", w.File, err)
	}
	kept.path = filepath.Join(place, kept.sha256+".zip")
	if err := os.Rename(out.Name(), kept.path); err != nil {
		return nil, &CacheError{err}
	}
	return kept, nil
}
