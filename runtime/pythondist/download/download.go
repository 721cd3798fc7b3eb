// Package download lets a launcher fetch a Python of its own. It is apart from
// package pythondist because it brings HTTP and TLS along, which are more than all
// the rest of a launcher: only the launchers that fetch have it.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// silence is how long a server may take to begin an answer.
const silence = time.Minute

// tries is how often an archive is asked for, and pause what lies between.
const (
	tries = 3
	pause = time.Second
)

// A StatusError says that a server doesn't have an archive.
type StatusError struct{ Status string }

func (e *StatusError) Error() string { return "the server answers " + e.Status }

// To writes what is at an address to a file, by the proxies of the environment and
// the certificates of the system. What is more than limit bytes is an error. A
// connection that breaks is tried again from where it broke.
func To(ctx context.Context, address string, to io.Writer, limit int64) error {
	client := &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: silence}).DialContext,
		TLSHandshakeTimeout:   silence,
		ResponseHeaderTimeout: silence,
	}}
	defer client.CloseIdleConnections()
	done := int64(0)
	for try := 1; ; try++ {
		n, err := receive(ctx, client, address, to, done, limit)
		done += n
		if err == nil || try == tries || ctx.Err() != nil || !passes(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// receive writes what lies behind the first done bytes, and returns how much that was.
func receive(ctx context.Context, client *http.Client, address string, to io.Writer, done, limit int64) (int64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	if done > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", done))
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	switch {
	case done == 0 && response.StatusCode == http.StatusOK:
	case done > 0 && response.StatusCode == http.StatusPartialContent:
	case done > 0 && response.StatusCode == http.StatusOK:
		if _, err := io.CopyN(io.Discard, response.Body, done); err != nil {
			return 0, &brokenError{err}
		}
	default:
		return 0, &StatusError{response.Status}
	}
	watch := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watch.Stop()
	body := &counted{r: io.LimitReader(response.Body, limit-done+1), alive: func() { watch.Reset(silence) }}
	n, err := io.Copy(to, body)
	switch {
	case done+n > limit:
		return n, fmt.Errorf("it has more than %d bytes", limit)
	case errors.Is(context.Cause(ctx), errSilent):
		return n, &brokenError{errSilent}
	case body.err != nil:
		return n, &brokenError{body.err}
	}
	return n, err
}

var errSilent = errors.New("no data for a minute")

// counted remembers whether it was reading that failed, not writing.
type counted struct {
	r     io.Reader
	alive func() // is called when there are bytes
	err   error
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.alive()
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// A brokenError is that of a connection that broke.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return "the connection broke: " + e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// passes reports whether another try may do better.
func passes(err error) bool {
	var broken *brokenError
	var request *url.Error
	var status *StatusError
	switch {
	case errors.As(err, &status):
		return status.Status[0] == '5'
	case errors.As(err, &broken):
		return true
	case errors.As(err, &request):
		var refused net.Error
		return errors.As(request.Err, &refused) && refused.Timeout()
	}
	return false
}
