package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is a file to be fetched, or a part of it.
type Request struct {
	// URL may hold credentials; they are sent with this URL only.
	URL string
	// From is the first byte wanted, and Length how many; 0 is up to the end.
	From, Length int64
	// Tail asks for that many bytes from the end instead, when it is above zero.
	Tail int64
	// Checked says that the caller knows a digest of the whole file, so that a
	// broken body may be continued even when the server gives nothing to tell
	// that the file is still the same.
	Checked bool
	// ETag and LastModified make the request conditional: a file that is still
	// the same gives a StatusError of code 304.
	ETag, LastModified string
}

// Response is an open answer. Close it soon: it holds one of the places that
// Options.Parallel gives. It is not safe for concurrent use.
type Response struct {
	// Partial says that the server sent the range asked for; otherwise the body
	// is the whole file.
	Partial bool
	// From is where in the file the body starts.
	From int64
	// Size is that of the whole file in bytes, -1 if unknown.
	Size int64
	// Header is that of the last hop.
	Header http.Header
	// Body gives a *ConnectionError when it breaks off and can't be continued.
	Body io.ReadCloser
}

// silence is what a body ends with that gives nothing for too long.
type silence struct{ after time.Duration }

func (e *silence) Error() string { return fmt.Sprintf("no data for %s", e.after) }

// Get opens a file. What comes is never decoded, and never comes from the page
// cache. A body that breaks off is continued by Range while tries are left.
// Errors: *StatusError, *ConnectionError, *ProtocolError, *OfflineError, *URLError.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	u, err := c.accept(r.URL)
	if err != nil {
		return nil, err
	}
	b := &body{client: c, parent: ctx, url: u, request: r}
	var response *Response
	err = c.persist(ctx, func() error {
		response, err = b.open(r.header())
		return err
	})
	if err != nil {
		return nil, err
	}
	b.from, b.partial, b.size = response.From, response.Partial, response.Size
	b.etag, b.modified = response.Header.Get("ETag"), response.Header.Get("Last-Modified")
	response.Body = b
	return response, nil
}

// header asks for the bytes as they are, so that a digest can be checked.
func (r Request) header() http.Header {
	h := http.Header{"Accept-Encoding": {"identity"}, "Accept": {"*/*"}}
	switch {
	case r.Tail > 0:
		h.Set("Range", "bytes=-"+strconv.FormatInt(r.Tail, 10))
	case r.Length > 0:
		h.Set("Range", fmt.Sprintf("bytes=%d-%d", r.From, r.From+r.Length-1))
	case r.From > 0:
		h.Set("Range", fmt.Sprintf("bytes=%d-", r.From))
	}
	if r.ETag != "" {
		h.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		h.Set("If-Modified-Since", r.LastModified)
	}
	return h
}

// body is a file's bytes as they come, over as many connections as it takes.
type body struct {
	client  *Client
	parent  context.Context // of Get, which the body's reads belong to
	url     *url.URL
	request Request

	partial        bool
	from, size     int64
	etag, modified string

	current io.ReadCloser
	timer   *time.Timer
	cancel  context.CancelCauseFunc
	ctx     context.Context // of the current connection

	got     int64 // bytes handed out
	lastGot int64 // as of the last break
	breaks  int   // in a row, without progress between
	failure error // what every further read gives
}

// open sends one request and reads its head.
func (b *body) open(header http.Header) (*Response, error) {
	ctx, cancel := context.WithCancelCause(b.parent)
	shown := redactURL(b.url)
	a, err := b.client.exchange(ctx, b.url, header)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	response := &Response{Header: a.Header, Size: a.ContentLength}
	switch a.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		from, size, ok := contentRange(a.Header.Get("Content-Range"))
		if !ok {
			discard(a.Body)
			cancel(nil)
			return nil, &ProtocolError{URL: shown, Reason: "answered with a part of the file that it does not name"}
		}
		response.Partial, response.From, response.Size = true, from, size
	default:
		err := b.client.statusError(a, shown)
		cancel(nil)
		return nil, err
	}
	b.current, b.ctx, b.cancel = a.Body, ctx, cancel
	timeout := b.client.options.Timeout
	b.timer = time.AfterFunc(timeout, func() { cancel(&silence{after: timeout}) })
	b.timer.Stop()
	return response, nil
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	for b.failure == nil {
		b.timer.Reset(b.client.options.Timeout)
		n, err := b.current.Read(p)
		b.timer.Stop()
		b.got += int64(n)
		if err == nil || errors.Is(err, io.EOF) {
			b.failure = err
			return n, err
		}
		if n > 0 {
			return n, nil // a break shows again at the next read
		}
		b.failure = b.resume(err)
	}
	return 0, b.failure
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.release()
	b.failure = http.ErrBodyReadAfterClose
	return nil
}

func (b *body) release() {
	if b.current != nil {
		b.timer.Stop()
		_ = b.current.Close()
		b.cancel(nil)
		b.current = nil
	}
}

// enough progress between two breaks makes the tries count anew: a large file
// over a bad line is still got, a server that sends a byte at a time is not.
const enough = 64 << 10

// resume opens the rest of the body after it broke off with cause.
func (b *body) resume(cause error) error {
	if b.parent.Err() != nil {
		return context.Cause(b.parent)
	}
	var quiet *silence
	if errors.As(context.Cause(b.ctx), &quiet) {
		cause = quiet
	}
	b.release()
	if b.got-b.lastGot >= enough {
		b.breaks = 0
	}
	b.lastGot = b.got
	var err error = &ConnectionError{URL: redactURL(b.url), Err: bareCause(cause)}
	for {
		b.breaks++
		wait, again := b.client.pause(err, b.breaks)
		if !again || b.breaks > b.client.options.Retries || !b.resumable() {
			return counted(err, b.breaks)
		}
		if err := b.client.options.Sleep(b.parent, wait); err != nil {
			return err
		}
		if err = b.reopen(); err == nil {
			return nil
		}
		if b.parent.Err() != nil {
			return context.Cause(b.parent)
		}
	}
}

// resumable reports whether the rest of the file can be told from the rest of
// another one.
func (b *body) resumable() bool {
	return b.request.Checked || b.validator() != ""
}

// validator is what If-Range takes: a strong ETag, else a date.
func (b *body) validator() string {
	if b.etag != "" && !strings.HasPrefix(b.etag, "W/") {
		return b.etag
	}
	return b.modified
}

func (b *body) reopen() error {
	header := Request{}.header()
	next := b.from + b.got
	if b.partial && b.request.Length > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-%d", next, b.request.From+b.request.Length-1))
	} else {
		header.Set("Range", fmt.Sprintf("bytes=%d-", next))
	}
	if v := b.validator(); v != "" {
		header.Set("If-Range", v)
	}
	response, err := b.open(header)
	if err != nil {
		return err
	}
	refuse := func(reason string) error {
		b.release()
		return &ProtocolError{URL: redactURL(b.url), Reason: reason}
	}
	if b.size >= 0 && response.Size >= 0 && response.Size != b.size || response.Header.Get("ETag") != b.etag {
		return refuse("changed while it was read")
	}
	if response.Partial {
		if response.From != next {
			return refuse("answered with another part than asked for")
		}
		return nil
	}
	// The server sends all of it again. What was handed out is passed over.
	if !b.request.Checked && response.Header.Get("Last-Modified") != b.modified {
		return refuse("changed while it was read")
	}
	if err := b.skip(next); err != nil {
		b.release()
		return &ConnectionError{URL: redactURL(b.url), Err: bareCause(err)}
	}
	return nil
}

func (b *body) skip(n int64) error {
	buffer := make([]byte, 32<<10)
	for n > 0 {
		b.timer.Reset(b.client.options.Timeout)
		read, err := b.current.Read(buffer[:min(n, int64(len(buffer)))])
		b.timer.Stop()
		n -= int64(read)
		if err != nil && n > 0 {
			return err
		}
	}
	return nil
}

// contentRange reads "bytes 0-9/100", where the size may be "*".
func contentRange(text string) (from, size int64, ok bool) {
	text, ok = strings.CutPrefix(text, "bytes ")
	if !ok {
		return 0, 0, false
	}
	span, whole, ok1 := strings.Cut(text, "/")
	first, last, ok2 := strings.Cut(span, "-")
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	from, err1 := strconv.ParseInt(first, 10, 64)
	to, err2 := strconv.ParseInt(last, 10, 64)
	if err1 != nil || err2 != nil || from < 0 || to < from {
		return 0, 0, false
	}
	if whole == "*" {
		return from, -1, true
	}
	size, err := strconv.ParseInt(whole, 10, 64)
	return from, size, err == nil && to < size
}

// slottedBody frees its place among the open answers when it is closed.
type slottedBody struct {
	io.ReadCloser
	once sync.Once
	free func()
}

func (b *slottedBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(b.free)
	return err
}
