package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// firstTail is how much of a wheel's end is asked for first. dist-info stands at
// the end of a wheel, so that METADATA of most is in it with the directory.
const firstTail = 32 << 10

// errWhole says that a server sends files whole only.
var errWhole = errors.New("the server has no ranges")

// remote reads a file of a server in parts. What was read is kept.
type remote struct {
	ctx    context.Context
	client *transport.Client
	url    string
	size   int64
	etag   string
	parts  []part
}

type part struct {
	from int64
	data []byte
}

// openRemote asks for the end of a file. When the server sends all of it, that
// response is returned with errWhole, or nil with it when it can't be asked so.
func openRemote(ctx context.Context, client *transport.Client, file index.File, checked bool) (*remote, *transport.Response, error) {
	request := transport.Request{URL: file.URL, Tail: firstTail, Checked: checked}
	if file.Size > 0 { // counting from the start is understood more widely
		from := max(0, file.Size-firstTail)
		request = transport.Request{URL: file.URL, From: from, Length: file.Size - from, Checked: checked}
	}
	response, err := client.Get(ctx, request)
	if transport.IsStatus(err, http.StatusRequestedRangeNotSatisfiable, http.StatusNotImplemented, http.StatusBadRequest) {
		return nil, nil, errWhole
	}
	if err != nil {
		return nil, nil, err
	}
	if !response.Partial {
		return nil, response, errWhole
	}
	r := &remote{ctx: ctx, client: client, url: file.URL, size: response.Size, etag: response.Header.Get("ETag")}
	err = r.keep(response, firstTail)
	switch {
	case err != nil:
		return nil, nil, err
	case r.size < 0 || file.Size > 0 && r.size != file.Size || !r.holds(r.size-1, 1):
		return nil, nil, errWhole
	}
	return r, nil, nil
}

// keep reads a response's body, of at most limit bytes, and closes it.
func (r *remote) keep(response *transport.Response, limit int64) error {
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, limit))
	if err != nil {
		return err
	}
	r.parts = append(r.parts, part{response.From, data})
	return nil
}

func (r *remote) holds(at, n int64) bool { return r.find(at, n) != nil }

func (r *remote) find(at, n int64) []byte {
	for _, p := range r.parts {
		if from := at - p.from; from >= 0 && from+n <= int64(len(p.data)) {
			return p.data[from : from+n]
		}
	}
	return nil
}

// ReadAt implements io.ReaderAt. It is not safe for concurrent use.
func (r *remote) ReadAt(p []byte, at int64) (int, error) {
	n := int64(len(p))
	if n == 0 {
		return 0, nil
	}
	if at < 0 || at+n > r.size {
		return 0, io.EOF
	}
	data := r.find(at, n)
	if data == nil {
		if err := r.fetch(at, n); err != nil {
			return 0, err
		}
		if data = r.find(at, n); data == nil {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return copy(p, data), nil
}

func (r *remote) fetch(at, n int64) error {
	response, err := r.client.Get(r.ctx, transport.Request{URL: r.url, From: at, Length: n})
	if err != nil {
		return err
	}
	if !response.Partial || response.From != at || response.Size != r.size || response.Header.Get("ETag") != r.etag {
		_ = response.Body.Close()
		return errWhole
	}
	return r.keep(response, n)
}

// servesRanges reports whether a host is not known to send files whole only.
func (f *Fetcher) servesRanges(file index.File) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.rangeless[hostOf(file)]
}

func (f *Fetcher) noteRangeless(file index.File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rangeless[hostOf(file)] = true
}

func hostOf(file index.File) string {
	u, err := url.Parse(file.URL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
