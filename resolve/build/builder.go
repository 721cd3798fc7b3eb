package build

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/target"
)

// A Builder builds. It is safe for concurrent use, and remembers what it built
// until it is closed.
type Builder struct {
	options Options
	store   *store
	flights flights
	slots   *semaphore.Weighted // backends that may work at once
	results results

	mu           sync.Mutex
	folder       string // for all that is temporary, "" before it is needed
	runner       string // path of hooks.py, "" before it is needed
	environments map[string]*environment
}

// New checks the options; it touches no file.
func New(o Options) (*Builder, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.LogDir == "" {
		o.LogDir = filepath.Join(o.CacheDir, "logs")
	}
	return &Builder{
		options:      o,
		store:        &store{dir: o.CacheDir, fetcher: o.Fetcher, refresh: o.Refresh},
		slots:        semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		environments: map[string]*environment{},
	}, nil
}

// Close removes everything temporary. No method may be called after it.
func (b *Builder) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.folder == "" {
		return nil
	}
	return removeAll(b.folder)
}

// temporary makes a new folder that lives until Close at most.
func (b *Builder) temporary(pattern string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.folder == "" {
		folder, err := os.MkdirTemp(b.options.TempDir, "gobundle-build-")
		if err != nil {
			return "", err
		}
		// Backends compare paths with what the system calls them.
		if b.folder, err = filepath.EvalSymlinks(folder); err != nil {
			b.folder = folder
			return "", err
		}
	}
	return os.MkdirTemp(b.folder, pattern)
}

func (b *Builder) progress(p Progress) {
	if b.options.Progress != nil {
		b.options.Progress(p)
	}
}

// Metadata returns the core metadata of a source distribution of an index, as
// the resolver asks for it. It is built only where it has to be.
//
// Errors are those of SourceMetadata and of fetching.
func (b *Builder) Metadata(ctx context.Context, file index.File, on *target.Target) ([]byte, error) {
	s, err := b.sdist(ctx, file)
	if err != nil {
		return nil, err
	}
	return b.SourceMetadata(ctx, s, on)
}

// Wheel returns a wheel that was built of a source distribution of an index, now
// or earlier.
//
// Errors are those of SourceWheel and of fetching.
func (b *Builder) Wheel(ctx context.Context, file index.File, on *target.Target) (fetch.Wheel, error) {
	s, err := b.sdist(ctx, file)
	if err != nil {
		return fetch.Wheel{}, err
	}
	return b.SourceWheel(ctx, s, on)
}
