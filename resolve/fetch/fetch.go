// Package fetch brings the bytes of announced files: core metadata as cheaply as
// the server allows, and whole wheels into a content-addressed store, hashed
// while they are read.
//
// Metadata comes from beside the wheel (PEP 658, 714), else out of the wheel's
// end by HTTP range requests, else out of the whole wheel. Local wheels are used
// where they lie; what was found out about them is remembered by path, size,
// times and inode, so that an unchanged wheel is read and checked once only.
package fetch

import (
	"context"
	"errors"
	"io"
	"net/url"
	"sync"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// DefaultMaxSize is that of Options.
const DefaultMaxSize = 16 << 30

// Options say where things are kept and how they are checked.
type Options struct {
	// Store is the folder of the store; it is made when it is first written to.
	// Several processes may use one store.
	Store string
	// Client fetches what is not local; nil means that only local files can be had.
	Client *transport.Client
	// Verify checks the inside of a wheel, RECORD above all, before it is first
	// handed out; nil checks nothing. It must be safe for concurrent use.
	Verify func(ctx context.Context, r io.ReaderAt, size int64, fileName string) error
	// MaxSize is the largest file to download, in bytes; 0 is DefaultMaxSize.
	MaxSize int64
	// Now replaces the clock; nil is time.Now.
	Now func() time.Time
}

// Fetcher is safe for concurrent use.
type Fetcher struct {
	options Options
	flights flights
	memory  memory
	sweep   sync.Once

	mu        sync.Mutex
	rangeless map[string]bool // hosts that don't serve ranges
}

// New checks the options; it touches no file.
func New(o Options) (*Fetcher, error) {
	if o.Store == "" {
		return nil, errors.New("preparing to fetch: no folder for the store")
	}
	if o.MaxSize == 0 {
		o.MaxSize = DefaultMaxSize
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Fetcher{options: o, rangeless: map[string]bool{}}, nil
}

// Login takes the credentials out of a URL that the user, or a lock of the user's,
// gave, to be sent when its server asks for some. Without a client they are only
// taken out. The error is a *transport.URLError.
func (f *Fetcher) Login(address string) (bare string, err error) {
	if f.options.Client != nil {
		return f.options.Client.Login(address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", &transport.URLError{URL: transport.Redact(address), Reason: "is no URL"}
	}
	u.User = nil
	return u.String(), nil
}

// Wheel is a file at hand, its bytes checked.
type Wheel struct {
	Path   string // a readable file called Name; the caller must not change or remove it
	Name   string
	SHA256 string // lower-case hexadecimal
	CRC32  uint32 // IEEE, of the whole file
	Size   int64  // in bytes
}

// Wheel makes a file available on this machine: a local one where it lies,
// another one out of the store, which it is brought into when needed. It checks
//
//   - that one of the want digests is the file's, unless there are none: each is
//     "algorithm:hex" with sha256, sha384 or sha512;
//   - that all digests the index announces are, md5 and sha1 too;
//   - the announced size;
//   - by Options.Verify what is inside, if the file is called *.whl. Source
//     distributions may be fetched as well.
//
// A nil progress is for nobody; else it is called from one goroutine with the
// bytes that are there and the bytes there will be (-1 if unknown), and at the
// end with both equal, also when nothing had to be fetched.
//
// Errors: *HashFormatError, *HashError, *SizeError, *FileError, what Verify
// returns, and those of transport.Client.Get.
func (f *Fetcher) Wheel(ctx context.Context, file index.File, want []string, progress func(done, total int64)) (Wheel, error) {
	c, err := newCheck(file, want)
	if err != nil {
		return Wheel{}, err
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	w, err := f.obtain(ctx, file, c, progress)
	if err != nil {
		return Wheel{}, err
	}
	progress(w.Size, w.Size)
	return w, nil
}

func (f *Fetcher) obtain(ctx context.Context, file index.File, c *check, progress func(done, total int64)) (Wheel, error) {
	if file.Path != "" {
		return f.local(ctx, file, c)
	}
	end, err := f.flights.start(ctx, bareURL(file.URL))
	if err != nil {
		return Wheel{}, err
	}
	defer end()
	if w, ok, err := f.stored(ctx, file, c); ok || err != nil {
		return w, err
	}
	return f.download(ctx, file, c, nil, progress)
}

// flights lets one caller at a time work on each thing.
type flights struct {
	mu  sync.Mutex
	now map[string]chan struct{}
}

// start waits until nobody works on key. The caller calls end when it has done.
func (f *flights) start(ctx context.Context, key string) (end func(), err error) {
	for {
		f.mu.Lock()
		if f.now == nil {
			f.now = map[string]chan struct{}{}
		}
		other, busy := f.now[key]
		if !busy {
			done := make(chan struct{})
			f.now[key] = done
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				delete(f.now, key)
				f.mu.Unlock()
				close(done)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
