package bundle

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// FromLock says what of a lock file to take. The zero value is no lock.
type FromLock struct {
	// Path is the lock file. Then nothing is resolved: Inputs.Requirements pick a
	// part of the lock, and without any all of it is taken.
	Path string
	// Extras and Groups are those of the lock to take, besides its default groups;
	// without these, if NoDefaultGroups is set.
	Extras, Groups  []string
	NoDefaultGroups bool
}

// narrows reports whether something else than usual is taken.
func (l *FromLock) narrows() bool {
	return len(l.Extras)+len(l.Groups) > 0 || l.NoDefaultGroups
}

// replay takes from the lock what it has for the targets.
func (s *session) replay(ctx context.Context, from FromLock, p *prepared) (*resolve.Solution, error) {
	path := s.surroundings.path(from.Path)
	source, err := s.openLock(from.Path)
	if err != nil {
		return nil, err
	}
	if l, ok := source.(*lockfile.Lock); ok {
		for _, warning := range l.Warnings {
			p.read.notes = append(p.read.notes, fmt.Sprintf("%s: %s", from.Path, warning))
		}
	}
	if p.read.standalone {
		folder := filepath.Dir(path)
		p.read.folders = []string{folder, filepath.Join(folder, "src")}
	}
	return resolve.Replay(ctx, p.options, resolve.Locked{
		Source:          source,
		Name:            filepath.Base(path),
		Directory:       filepath.Dir(path),
		Extras:          from.Extras,
		Groups:          from.Groups,
		NoDefaultGroups: from.NoDefaultGroups,
	})
}

// openLock reads a lock file. The error is a [*LockReadError].
func (s *session) openLock(name string) (lockfile.Source, error) {
	path := s.surroundings.path(name)
	text, err := readLimited(path)
	if err != nil {
		return nil, &LockReadError{Path: name, Err: err}
	}
	source, err := lockfile.Open(filepath.Base(path), text)
	if err != nil {
		return nil, &LockReadError{Path: name, Err: err}
	}
	return source, nil
}

// A LockMismatchError is a file that is not the one that was locked. It wraps a
// [*fetch.HashError] or a [*fetch.SizeError].
type LockMismatchError struct {
	Lock, File string
	Err        error
}

func (e *LockMismatchError) Error() string { return e.Err.Error() }

// Unwrap returns what differs.
func (e *LockMismatchError) Unwrap() error { return e.Err }

// mismatch says of an error about a file's bytes that it is the lock they differ from.
func (l *FromLock) mismatch(err error) error {
	var hash *fetch.HashError
	var size *fetch.SizeError
	switch {
	case l.Path == "":
	case errors.As(err, &hash):
		return &LockMismatchError{Lock: l.Path, File: hash.File, Err: err}
	case errors.As(err, &size):
		return &LockMismatchError{Lock: l.Path, File: size.File, Err: err}
	}
	return err
}
