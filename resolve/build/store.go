package build

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/runtime/cache"
)

// A store keeps what was built, and what was learned on the way:
//
//	sources/ab/cdef...     what a source says of itself, by its digest
//	requires/ab/cdef...    what a backend asked for besides
//	metadata/ab/cdef...    what a backend said before it built
//	built/ab/cdef...       which wheel a build came to
//	wheels/ab/cdef.../NAME a wheel, by its own sha256
//	locks/abcdef...        taken while a backend builds
//
// Notes are JSON and appear whole or not at all. A note that can't be read is as
// good as none.
type store struct {
	dir     string
	fetcher *fetch.Fetcher
	refresh bool
}

// The kinds of notes.
const (
	sourceNotes   = "sources"
	requiresNotes = "requires"
	metadataNotes = "metadata"
	builtNotes    = "built"
)

// A builtNote says which wheel a build came to.
type builtNote struct {
	File     string   `json:"file"`
	SHA256   string   `json:"sha256"`
	Backend  string   `json:"backend"`
	Requires []string `json:"requires"` // file names of the wheels it was built with
}

func (s *store) place(kind, key string) string {
	return filepath.Join(s.dir, kind, key[:2], key[2:])
}

// recall reads a note. The empty key has none.
func (s *store) recall(kind, key string, value any) bool {
	if key == "" || s.refresh && kind != sourceNotes {
		return false
	}
	text, err := os.ReadFile(s.place(kind, key))
	return err == nil && json.Unmarshal(text, value) == nil
}

// keep writes a note. Without it the work is done again.
func (s *store) keep(kind, key string, value any) {
	if key == "" {
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		return
	}
	place := s.place(kind, key)
	if os.MkdirAll(filepath.Dir(place), 0o700) == nil {
		_ = cache.WriteFile(place, text, 0o600)
	}
}

// lock waits for other processes that build the same.
func (s *store) lock(ctx context.Context, key string) (unlock func(), err error) {
	if key == "" {
		return func() {}, nil
	}
	folder := filepath.Join(s.dir, "locks")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	release, err := cache.Lock(ctx, filepath.Join(folder, key), nil)
	if err != nil {
		return nil, err
	}
	return func() { _ = release() }, nil
}

// wheel returns the wheel of an earlier build. One that was damaged since is as
// good as none.
func (s *store) wheel(ctx context.Context, key string) (fetch.Wheel, builtNote, bool, error) {
	var note builtNote
	if !s.recall(builtNotes, key, &note) || len(note.SHA256) != 64 || note.File != filepath.Base(note.File) {
		return fetch.Wheel{}, builtNote{}, false, nil
	}
	w, err := s.open(ctx, note)
	if err != nil {
		if ctx.Err() != nil {
			return fetch.Wheel{}, builtNote{}, false, err
		}
		return fetch.Wheel{}, builtNote{}, false, nil
	}
	return w, note, true, nil
}

// open has a wheel of the store checked, or recalls that it was.
func (s *store) open(ctx context.Context, note builtNote) (fetch.Wheel, error) {
	path := filepath.Join(s.place("wheels", note.SHA256), note.File)
	return s.fetcher.Wheel(ctx, index.File{Name: note.File, Path: path, Size: -1, Hashes: index.Digests{{Algorithm: "sha256", Hex: note.SHA256}}}, nil, nil)
}

// put brings a wheel into the store, whose sha256 the note has.
func (s *store) put(ctx context.Context, path, key string, note builtNote) (fetch.Wheel, error) {
	if w, err := s.open(ctx, note); err == nil {
		s.keep(builtNotes, key, note)
		return w, nil
	}
	folder := s.place("wheels", note.SHA256)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fetch.Wheel{}, err
	}
	if err := copyInto(path, filepath.Join(folder, note.File)); err != nil {
		return fetch.Wheel{}, err
	}
	w, err := s.open(ctx, note)
	if err == nil {
		s.keep(builtNotes, key, note)
	}
	return w, err
}

// copyInto copies a file to a place where it appears whole.
func copyInto(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

// readLimited reads a whole file that is not larger than limit bytes.
func readLimited(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = errors.New("the file is too large")
	}
	return text, err
}
