package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

const mostRedirects = 10

// Client is safe for concurrent use.
type Client struct {
	options     Options
	strict, lax http.RoundTripper
	slots       chan struct{} // one for each open answer
	credentials credentials
	held        atomic.Int64 // bytes of pages read so far
}

// New checks the options and reads the certificates that they name. It sends nothing.
func New(o Options) (*Client, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	strict, lax, err := o.roundTrippers()
	if err != nil {
		return nil, err
	}
	return &Client{options: o, strict: strict, lax: lax, slots: make(chan struct{}, o.Parallel)}, nil
}

// Offline reports whether requests are refused.
func (c *Client) Offline() bool { return c.options.Offline }

// Login takes the credentials out of a URL that the user configured, to be sent
// from now on with every request to its origin. Where several such URLs have one
// origin, a request uses those of the URL that shares most of its path.
func (c *Client) Login(raw string) (bare string, err error) {
	u, err := parse(raw)
	if err != nil {
		return "", err
	}
	c.credentials.configure(u)
	c.credentials.add(u, false)
	u.User = nil
	return u.String(), nil
}

// LoginOnce remembers the credentials in a URL that a page wrote into a link, to
// be sent with requests for exactly this URL.
func (c *Client) LoginOnce(link *url.URL) { c.credentials.add(link, true) }

// parse reads a URL that can be fetched from.
func parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		shown := Redact(raw)
		_, bare := url.Parse(shown)
		return nil, &URLError{URL: shown, Reason: "is no URL", Password: bare == nil && strings.Contains(raw, "@")}
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &URLError{URL: redactURL(u), Reason: "is no http or https URL"}
	case u.Hostname() == "":
		return nil, &URLError{URL: redactURL(u), Reason: "names no host"}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// accept takes a URL's own credentials out: they are for it alone.
func (c *Client) accept(raw string) (*url.URL, error) {
	u, err := parse(raw)
	if err != nil {
		return nil, err
	}
	c.credentials.add(u, true)
	u.User = nil
	return u, nil
}

// answer is what one exchange gave. Closing its body frees its slot.
type answer struct {
	*http.Response
	url      *url.URL // of the last hop
	lifetime hops     // what the redirects on the way say about caching
	unasked  error    // why the user's sources of credentials gave none after a refusal
}

// exchange sends one GET and follows its redirects. Any status but a redirect
// is an answer. Errors are *ConnectionError, or of the context.
func (c *Client) exchange(ctx context.Context, u *url.URL, header http.Header) (*answer, error) {
	if c.options.Offline {
		return nil, &OfflineError{URL: redactURL(u)}
	}
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	a, err := c.follow(ctx, u, header)
	if err != nil {
		<-c.slots
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, err
	}
	a.Body = &slottedBody{ReadCloser: a.Body, free: func() { <-c.slots }}
	return a, nil
}

func (c *Client) follow(ctx context.Context, first *url.URL, header http.Header) (*answer, error) {
	shown := redactURL(first)
	way := hops{}
	for u := first; ; {
		response, unasked, err := c.authorized(ctx, u, header, origin(u) == origin(first))
		if err != nil {
			return nil, &ConnectionError{URL: shown, Err: err}
		}
		location := response.Header.Get("Location")
		if !redirects(response.StatusCode) || location == "" {
			return &answer{Response: response, url: u, lifetime: way, unasked: unasked}, nil
		}
		discard(response.Body)
		way.add(response, c.options.Now())
		next, err := u.Parse(location)
		if err != nil {
			return nil, &ProtocolError{URL: shown, Reason: "redirects to what is no URL"}
		}
		if next, err = c.accept(next.String()); err != nil {
			return nil, &ProtocolError{URL: shown, Reason: fmt.Sprintf("redirects to where no file can be: %v", err)}
		}
		if way.count > mostRedirects {
			return nil, &ProtocolError{URL: shown, Reason: fmt.Sprintf("redirects more than %d times", mostRedirects)}
		}
		u = next
	}
}

func redirects(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// authorized sends one request, with what credentials its origin has. One that
// is refused for want of a password is sent again once the user's other sources
// of credentials have been asked; unasked is why that gave nothing.
func (c *Client) authorized(ctx context.Context, u *url.URL, header http.Header, home bool) (response *http.Response, unasked, err error) {
	known := c.credentials.find(u)
	response, err = c.send(ctx, u, header, known.user)
	if err != nil || c.options.Credentials == nil || known.complete {
		return response, nil, err
	}
	if response.StatusCode != http.StatusUnauthorized && response.StatusCode != http.StatusForbidden {
		return response, nil, nil
	}
	refusal, ask := c.credentials.refusal(u, known, home)
	if !ask {
		return response, nil, nil
	}
	user, err := c.credentials.once(u, refusal, func() (*url.Userinfo, error) { return c.options.Credentials(ctx, refusal) })
	if err != nil || user == nil || same(user, known.user) {
		return response, err, nil
	}
	discard(response.Body)
	response, err = c.send(ctx, u, header, user)
	return response, nil, err
}

func same(a, b *url.Userinfo) bool { return b != nil && a.String() == b.String() }

func (c *Client) send(ctx context.Context, u *url.URL, header http.Header, user *url.Userinfo) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, bareCause(err)
	}
	request.Header = header.Clone()
	request.Header.Set("User-Agent", c.options.UserAgent)
	if user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	connections := c.strict
	if c.options.trusts(u) {
		connections = c.lax
	}
	response, err := connections.RoundTrip(request)
	if err != nil {
		return nil, c.options.proxyCause(u, bareCause(err))
	}
	return response, nil
}

// discard reads the little that an unwanted body may hold, so that its
// connection can be used again.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 16<<10)
	_ = body.Close()
}

// statusError makes an error of an answer that is no success, and closes it.
func (c *Client) statusError(a *answer, shown string) error {
	discard(a.Body)
	authorized := a.Request != nil && a.Request.Header.Get("Authorization") != ""
	return &StatusError{URL: shown, Code: a.StatusCode, RetryAfter: retryAfter(a.Header, c.options.Now()), Authorized: authorized, Credentials: a.unasked}
}

// IsStatus reports whether err says that a server answered with one of the codes.
func IsStatus(err error, codes ...int) bool {
	var status *StatusError
	if !errors.As(err, &status) {
		return false
	}
	for _, code := range codes {
		if status.Code == code {
			return true
		}
	}
	return false
}

// mediaType is a Content-Type without its parameters, in lower case.
func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
