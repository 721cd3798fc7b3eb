package pythondist

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gobundle/gobundle/runtime/cache"
)

// Options say where distributions are kept and come from.
type Options struct {
	// Getenv looks variables up; Home and Temp are the user's home, which may be "",
	// and the system's temporary folder. They tell where the cache is.
	Getenv     func(string) string
	Home, Temp string
	// Open opens the archive of an embedded distribution.
	Open func() (*Archive, error)
	// Unpack opens archives; nil if that can't be done here: then only what is in the
	// cache already is ready.
	Unpack Unpack
	// Hash makes a sha256; it is there where Unpack is.
	Hash func() hash.Hash
	// Fetch brings the others; nil if that can't be done here.
	Fetch Fetch
	// Say tells the user what takes long; nil for nobody.
	Say func(what string)
}

func (o *Options) say(format string, arguments ...any) {
	if o.Say != nil {
		o.Say(fmt.Sprintf(format, arguments...))
	}
}

// An Installation is a distribution in the cache.
type Installation struct {
	Folder  string // what was in the archive
	Program string // the interpreter's path, "" if the record has none
	lease   *lease
}

// Keep lets the program that this process becomes hold the installation. Without
// it the installation is held as long as this process lives, or until Close.
func (i *Installation) Keep() error { return i.lease.keep() }

// Close says that this process doesn't use the installation any more.
func (i *Installation) Close() error { return i.lease.close() }

// attempts are those in which nobody may remove what this process has just made.
const attempts = 5

// Ready returns the installation of a distribution, made if need be, and held: it
// is not removed from the cache while it is. Several processes may ask at once.
//
// The error is a [*DamageError], [*FetchError] or [*NoExecError], a
// [*cache.UnsafeError], that of ctx, or one of the file system.
func Ready(ctx context.Context, r *Record, o Options) (*Installation, error) {
	// A cache may be read-only once the Python is in it.
	if root, err := cache.Root(o.Getenv, runtime.GOOS, o.Home); err == nil {
		if root, err = filepath.Abs(root); err != nil {
			return nil, err
		}
		if found, err := r.find(root); found != nil || err != nil {
			return found, err
		}
	}
	place, err := cache.Find(o.Getenv, runtime.GOOS, o.Home, o.Temp)
	if err != nil {
		return nil, err
	}
	return In(ctx, place.Dir, r, o)
}

// In is Ready for the cache at root, which must be there and the user's own. Of o,
// it doesn't need Getenv, Home and Temp if the distribution is embedded. The record
// may be without Program, for who doesn't know yet what is in the archive.
func In(ctx context.Context, root string, r *Record, o Options) (*Installation, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	for range attempts {
		found, err := r.find(root)
		if found != nil || err != nil {
			return found, err
		}
		if err := r.install(ctx, root, &o); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("unpacking %s: another process removes it from %s all the time", r.Name, root)
}

// find returns the installation in a cache, nil if there is none that is whole.
func (r *Record) find(root string) (*Installation, error) {
	folder := filepath.Join(root, Folder, r.key())
	err := cache.CheckPrivate(folder)
	var unsafe *cache.UnsafeError
	switch {
	case errors.As(err, &unsafe):
		return nil, err
	case err != nil:
		return nil, nil //nolint:nilerr // what can't be looked at is not there
	}
	held, ok := takeLease(filepath.Join(folder, "lease"))
	if !ok {
		return nil, nil
	}
	// What nobody has used since the machine began may have lost to a power cut what was
	// not on the disk yet.
	if held.used.Before(booted()) && held.mayStamp() && !whole(folder) {
		_ = held.close()
		return nil, nil
	}
	held.stamp()
	if r.Program == "" {
		return &Installation{Folder: folder, lease: held}, nil
	}
	program := filepath.Join(folder, filepath.FromSlash(r.Program))
	info, err := os.Stat(program)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		_ = held.close() // a cleaner of temporary folders has been at it
		return nil, nil
	}
	if !mayExecute(program) {
		_ = held.close()
		return nil, &NoExecError{program}
	}
	return &Installation{Folder: folder, Program: program, lease: held}, nil
}

// install makes the installation, unless another process has done so meanwhile.
func (r *Record) install(ctx context.Context, root string, o *Options) (err error) {
	if err := cache.MakePrivate(filepath.Join(root, Folder)); err != nil {
		return err
	}
	unlock, err := cache.LockObject(ctx, root, "python-"+r.key(), func() {
		o.say("waiting for another process, which is unpacking %s", r.Name)
	})
	if err != nil {
		return err
	}
	defer func() {
		if unlocking := unlock(); err == nil {
			err = unlocking
		}
	}()
	if found, err := r.find(root); found != nil || err != nil {
		if found != nil {
			err = found.Close()
		}
		return err
	}
	folder := filepath.Join(root, Folder, r.key())
	if err := cache.RemoveLeftovers(folder); err != nil {
		return err
	}
	temporary := cache.TemporaryName(folder)
	defer os.RemoveAll(temporary) // in vain once it is renamed
	if err := r.fill(ctx, temporary, cache.TemporaryName(folder), o); err != nil {
		return err
	}
	if err := putAside(folder); err != nil {
		return err
	}
	return cache.Rename(temporary, folder)
}

// putAside takes away what is no whole installation.
func putAside(folder string) error {
	aside := cache.TemporaryName(folder)
	if err := cache.Rename(folder, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return os.RemoveAll(aside)
}
