package pythondist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// MirrorVariable names a place to fetch distributions from instead of their own
// URL: that of a folder, by http, https or file, or its path.
const MirrorVariable = "GOBUNDLE_PYTHON_MIRROR"

// A Fetch writes what is at an address (http or https) to a file, and fails if it is
// more than limit bytes.
type Fetch func(ctx context.Context, address string, to io.Writer, limit int64) error

// ErrNoNetwork says that this program can't fetch.
var ErrNoNetwork = errors.New("this launcher can't use the network")

// maxArchive bounds an archive of unknown size, in bytes.
const maxArchive = 4 << 30

// archive opens the archive; it is fetched to a new folder part first if need be. from
// is where it came from, without credentials, "" if it was embedded.
func (r *Record) archive(ctx context.Context, part string, o *Options) (packed *Archive, from string, err error) {
	if r.Embedded() {
		if packed, err = o.Open(); err != nil {
			return nil, "", err
		}
		if packed.Size != r.Size {
			packed.Close()
			return nil, "", &DamageError{Name: r.Name, Reason: fmt.Sprintf("it has %d bytes, not %d", packed.Size, r.Size)}
		}
		return packed, "", nil
	}
	address := r.Address(o.Getenv(MirrorVariable))
	from = shown(address)
	if path, local := LocalPath(address); local {
		packed, err = open(path, func() error { return nil })
	} else if err = r.fetch(ctx, address, part, o); err == nil {
		packed, err = open(filepath.Join(part, r.Archive), func() error { return os.RemoveAll(part) })
	}
	var on *os.PathError
	if errors.As(err, &on) && !strings.HasPrefix(on.Path, part) {
		err = &FetchError{Name: r.Name, From: from, Err: on.Err}
	}
	return packed, from, err
}

// open opens a file; after is called when it has been closed.
func open(path string, after func() error) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &Archive{ReaderAt: file, Closer: closing(func() error { return errors.Join(file.Close(), after()) }), Size: info.Size()}, nil
}

type closing func() error

func (c closing) Close() error { return c() }

// Address returns where the archive is to be fetched from: its URL, or its place
// in the mirror unless that is "".
func (r *Record) Address(mirror string) string {
	if mirror == "" {
		return r.URL
	}
	if path, local := LocalPath(mirror); local {
		return filepath.Join(path, r.Archive)
	}
	// Some servers take a plus for a blank.
	return strings.TrimRight(mirror, "/") + "/" + strings.ReplaceAll(url.PathEscape(r.Archive), "+", "%2B")
}

// LocalPath is the path that an address stands for, if it does.
func LocalPath(address string) (path string, local bool) {
	scheme, rest, found := strings.Cut(address, "://")
	switch {
	case !found:
		return address, true
	case !strings.EqualFold(scheme, "file"):
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return rest, true
	}
	path = u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/") // file:///C:/folder
	}
	return filepath.FromSlash(path), true
}

// fetch fetches the archive to a new folder.
func (r *Record) fetch(ctx context.Context, address, part string, o *Options) (err error) {
	if o.Fetch == nil {
		return &FetchError{Name: r.Name, From: shown(address), Err: ErrNoNetwork}
	}
	if err := os.Mkdir(part, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(part)
		}
	}()
	file, err := os.OpenFile(filepath.Join(part, r.Archive), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	o.say("fetching %s from %s", r.Name, shown(address))
	limit := r.Size
	if limit == 0 {
		limit = maxArchive
	}
	err = o.Fetch(ctx, address, file, limit)
	var on *os.PathError
	if err == nil || ctx.Err() != nil || errors.As(err, &on) {
		return err // a disk that is full is no fault of the network's
	}
	return &FetchError{Name: r.Name, From: shown(address), Err: cause(err)}
}

// shown is an address without user, password and query.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// cause is what an error says without the address or path, which the reader has
// already seen, and which may hold a password.
func cause(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	var on *os.PathError
	if errors.As(err, &on) {
		return on.Err
	}
	return err
}
