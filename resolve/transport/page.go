package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"time"
)

// PageRequest is a page to be read whole, through the cache.
type PageRequest struct {
	// URL may hold credentials; they are sent with this URL only.
	URL string
	// Accept is the header of that name; "" accepts all.
	Accept string
	// Limit is the largest body to read, in bytes; it must be above zero.
	Limit int64
}

// Page is a page at hand.
type Page struct {
	// URL is where the page was found after all redirects, which relative links
	// on it refer to. It has no credentials, and hides what the query holds.
	URL string
	// ContentType is the media type, lower-case and without parameters.
	ContentType string
	Body        string
}

// Page reads a page, from the cache where the server's words allow it. That a
// page is not there is kept as well. Errors: those of Get, *SizeError
// and *PagesError.
func (c *Client) Page(ctx context.Context, r PageRequest) (*Page, error) {
	u, err := c.accept(r.URL)
	if err != nil {
		return nil, err
	}
	key := pageKey(u, r.Accept)
	kept := c.load(key, r.Limit)
	if kept != nil && !kept.usable(c.options.Offline, c.options.Now()) {
		kept = nil // it is not held in vain: it may be large
	}
	if kept != nil {
		if err := c.hold(len(kept.Body)); err != nil {
			return nil, err
		}
	}
	if kept != nil && (c.options.Offline || kept.fresh(c.options.Now())) {
		return kept.page(u)
	}
	var got *entry
	err = c.persist(ctx, func() error {
		got, err = c.ask(ctx, u, r, kept, key)
		var changed *movedError
		if errors.As(err, &changed) {
			kept = nil
			got, err = c.ask(ctx, u, r, nil, key)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return got.page(u)
}

// usable reports whether an entry is of any use: as it is, or to ask whether the
// page has changed.
func (e *entry) usable(offline bool, now time.Time) bool {
	return offline || e.fresh(now) || e.ETag != "" || e.LastModified != ""
}

// page is what was kept of the answer to u.
func (e *entry) page(u *url.URL) (*Page, error) {
	if e.Absent != 0 {
		return nil, &StatusError{URL: redactURL(u), Code: e.Absent}
	}
	return &Page{URL: e.URL, ContentType: e.ContentType, Body: e.Body}, nil
}

// movedError says that "not modified" was said of another page than the kept one.
type movedError struct{}

func (*movedError) Error() string { return "a page that moved is said not to have changed" }

// ask asks the server for a page, or whether the kept one is still good.
func (c *Client) ask(ctx context.Context, u *url.URL, r PageRequest, kept *entry, key string) (*entry, error) {
	header := http.Header{}
	if r.Accept != "" {
		header.Set("Accept", r.Accept)
	}
	if kept != nil && kept.ETag != "" {
		header.Set("If-None-Match", kept.ETag)
	}
	if kept != nil && kept.LastModified != "" {
		header.Set("If-Modified-Since", kept.LastModified)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a, err := c.exchange(ctx, u, header)
	if err != nil {
		return nil, err
	}
	shown := redactURL(u)
	fresh, keep := a.lifetime.lifetime(a.Header, c.options.Now())
	until := c.options.Now().Add(fresh)
	switch {
	case a.StatusCode == http.StatusNotModified && kept != nil:
		discard(a.Body)
		if redactURL(a.url) != kept.URL {
			return nil, &movedError{}
		}
		if fresh > 0 {
			kept.Until = until
			c.save(key, kept)
		}
		return kept, nil
	case a.StatusCode == http.StatusNotFound || a.StatusCode == http.StatusGone:
		discard(a.Body)
		absent := &entry{URL: redactURL(a.url), Until: until, Absent: a.StatusCode}
		if keep {
			c.save(key, absent)
		}
		return absent, nil
	case a.StatusCode != http.StatusOK:
		return nil, c.statusError(a, shown)
	}
	body, err := c.readAll(ctx, cancel, a, r.Limit)
	if err != nil {
		return nil, err
	}
	got := &entry{
		URL:          redactURL(a.url),
		ContentType:  mediaType(a.Header.Get("Content-Type")),
		ETag:         a.Header.Get("ETag"),
		LastModified: a.Header.Get("Last-Modified"),
		Until:        until,
		Body:         body,
	}
	if keep {
		c.save(key, got)
	}
	return got, nil
}

// readAll reads a body of at most limit bytes and closes it.
func (c *Client) readAll(ctx context.Context, cancel context.CancelCauseFunc, a *answer, limit int64) (string, error) {
	defer a.Body.Close()
	shown := redactURL(a.url)
	if a.ContentLength > limit {
		return "", &SizeError{URL: shown, Limit: limit}
	}
	timeout := c.options.Timeout
	timer := time.AfterFunc(timeout, func() { cancel(&silence{after: timeout}) })
	defer timer.Stop()
	var text pieces
	text.announced(int(max(a.ContentLength, 0)))
	n, err := io.Copy(&text, io.LimitReader(&ticking{Reader: a.Body, timer: timer, timeout: timeout, hold: c.hold}, limit+1))
	var quiet *silence
	var many *PagesError
	switch {
	case errors.As(err, &many):
		return "", many
	case errors.As(context.Cause(ctx), &quiet):
		return "", &ConnectionError{URL: shown, Err: quiet}
	case err != nil && ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", &ConnectionError{URL: shown, Err: bareCause(err)}
	case n > limit:
		return "", &SizeError{URL: shown, Limit: limit}
	}
	whole := text.String()
	if n > largePage {
		runtime.GC() // the pieces are as much again, which what is made of the page can take
	}
	return whole, nil
}

// largePage is a size in bytes far above that of any page which people mean to have.
const largePage = 32 << 20

// hold counts bytes of pages, which may live as long as the client does.
func (c *Client) hold(bytes int) error {
	if limit := c.options.PagesLimit; c.held.Add(int64(bytes)) > limit {
		return &PagesError{Limit: limit}
	}
	return nil
}

// ticking puts a timer off with each read that gave something, and counts it.
type ticking struct {
	io.Reader
	timer   *time.Timer
	timeout time.Duration
	hold    func(bytes int) error
}

func (t *ticking) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.timer.Reset(t.timeout)
	}
	if many := t.hold(n); many != nil {
		return n, many
	}
	return n, err
}
