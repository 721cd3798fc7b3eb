package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A shelf keeps archives that were made of wheels, in a folder of the store:
//
//	ab/cdef.../<sha256>.zip  what was made; the folder is that of a key, and .zip the suffix
type shelf struct{ folder, suffix string }

// A keptArchive is an archive as it stands on the disk.
type keptArchive struct {
	path   string
	sha256 string
	crc32  uint32
	size   int64
}

func (s shelf) place(key string) string { return filepath.Join(s.folder, key[:2], key[2:]) }

// take looks for what was made before; nil if it is not there, or damaged.
func (s shelf) take(key string) *keptArchive {
	entries, err := os.ReadDir(s.place(key))
	if err != nil {
		return nil // it is made then
	}
	for _, entry := range entries {
		sum, isArchive := strings.CutSuffix(entry.Name(), s.suffix)
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
func measure(path string) (*keptArchive, error) {
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
	return &keptArchive{path: path, sha256: hex.EncodeToString(digest.Sum(nil)), crc32: checksum.Sum32(), size: size}, nil
}

// put keeps what fill writes. It appears whole or not at all.
func (s shelf) put(key string, fill func(out *os.File) error) (*keptArchive, error) {
	place := s.place(key)
	if err := os.MkdirAll(place, 0o700); err != nil {
		return nil, &CacheError{err}
	}
	out, err := os.CreateTemp(place, ".new-*")
	if err != nil {
		return nil, &CacheError{err}
	}
	defer os.Remove(out.Name()) // in vain once it is renamed
	err = fill(out)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	kept, err := measure(out.Name())
	if err != nil {
		return nil, fmt.Errorf("reading what was made: %w", err)
	}
	kept.path = filepath.Join(place, kept.sha256+s.suffix)
	if err := os.Rename(out.Name(), kept.path); err != nil {
		return nil, &CacheError{err}
	}
	return kept, nil
}
