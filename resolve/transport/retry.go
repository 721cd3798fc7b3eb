package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstPause  = 250 * time.Millisecond
	longestWait = 30 * time.Second // between tries, whatever the server asks for
)

// persist calls try until it gives no passing error, or the tries are used up.
func (c *Client) persist(ctx context.Context, try func() error) error {
	for n := 1; ; n++ {
		err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		wait, again := c.pause(err, n)
		if !again || n > c.options.Retries {
			return counted(err, n)
		}
		if err := c.options.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// counted puts the number of tries into the error.
func counted(err error, n int) error {
	var status *StatusError
	var connection *ConnectionError
	switch {
	case errors.As(err, &status):
		status.Tries = n
	case errors.As(err, &connection):
		connection.Tries = n
	}
	return err
}

// pause returns how long to wait after the nth try, and whether another try may
// help. Pauses double from a quarter of a second, spread by chance so that
// clients that failed together don't return together.
func (c *Client) pause(err error, n int) (time.Duration, bool) {
	if !passing(err) {
		return 0, false
	}
	wait := min(firstPause<<min(n-1, 20), longestWait)
	wait = time.Duration(float64(wait) * (0.5 + c.options.Random()/2))
	var status *StatusError
	if errors.As(err, &status) && status.RetryAfter > 0 {
		if status.RetryAfter > longestWait {
			return 0, false
		}
		wait = max(wait, status.RetryAfter)
	}
	return wait, true
}

// passing reports whether an error may be gone at the next try.
func passing(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		switch status.Code {
		case http.StatusRequestTimeout, http.StatusTooManyRequests:
			return true
		case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
			return false
		}
		return status.Code >= 500
	}
	var connection *ConnectionError
	if !errors.As(err, &connection) {
		return false
	}
	var proxy *ProxyError
	if errors.As(err, &proxy) && (proxy.Proxy == "" || proxy.Code != 0 && proxy.Code < 500) {
		return false
	}
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		header      tls.RecordHeaderError
		unknown     x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &name):
		return !name.IsNotFound
	case errors.As(err, &certificate), errors.As(err, &header), errors.As(err, &unknown):
		return false
	}
	return !errors.Is(err, http.ErrSchemeMismatch)
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now).Round(time.Second))
	}
	return 0
}
