package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout  = 30 * time.Second
	DefaultRetries  = 3
	DefaultParallel = 16
	// DefaultPagesLimit is far above what hundreds of large projects have.
	DefaultPagesLimit = 512 << 20
)

// Options say how the network is used. The zero value sends anonymous requests
// with the system's certificates, tries each once and caches nothing.
type Options struct {
	// CacheDir is the folder of the page cache; "" keeps nothing.
	CacheDir string
	// Offline refuses every request. Pages are answered from the cache, however old.
	Offline bool
	// Retries is how often a request is tried again after a connection error or a
	// status that may pass; negative is DefaultRetries.
	Retries int
	// Timeout bounds connecting, waiting for the head of an answer, and each
	// silence within a body; 0 is DefaultTimeout.
	Timeout time.Duration
	// Parallel bounds the answers that are open at once; 0 is DefaultParallel.
	Parallel int
	// PagesLimit is the most bytes of pages that are read in all, for they may be
	// held as long as the client is; 0 is DefaultPagesLimit.
	PagesLimit int64
	// UserAgent is sent with each request; "" is "gobundle".
	UserAgent string

	// CertificateFile is a PEM file of the authorities to trust instead of the
	// system's, or a folder of such files; "" trusts the system's, which on Unix
	// honour SSL_CERT_FILE.
	CertificateFile string
	// ClientCertificateFile is a PEM file with a client certificate and its key.
	ClientCertificateFile string
	// TrustedHosts are hosts, or host:port, whose certificates are not checked.
	TrustedHosts []string
	// Proxy returns the proxy for a URL, nil for none. A nil Proxy uses none;
	// see ProxyFrom.
	Proxy func(*url.URL) (*url.URL, error)
	// Credentials is asked for the user and password of a server after it
	// answered 401 or 403 to a request without a password, once for each index
	// and each other origin. It is not asked where a redirect led to another
	// origin, nor for http, unless that origin is one that Login was told of. It
	// may be nil, and must be safe for concurrent use.
	Credentials func(ctx context.Context, r Refusal) (*url.Userinfo, error)

	// RoundTripper replaces the connections, so that the options about
	// certificates and proxies have no effect. For tests.
	RoundTripper http.RoundTripper
	// Now, Sleep and Random (of [0, 1)) replace the clock, waiting and chance;
	// nil is the real thing.
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error
	Random func() float64
}

// Refusal is what credentials are wanted for.
type Refusal struct {
	// Host is the host's name in lower case, HostPort has the port if the URL does.
	Host, HostPort string
	// Index is the URL given to Login that the refused one belongs to, without
	// credentials; "" when there is none.
	Index string
	// User is the user's name if it is known, and only a password is missing.
	User string
	// Configured says that Login was told of this origin.
	Configured bool
}

// complete fills in the defaults.
func (o *Options) complete() error {
	if o.Retries < 0 {
		o.Retries = DefaultRetries
	}
	if o.Timeout < 0 || o.Parallel < 0 {
		return errors.New("preparing the network: a negative timeout or number of requests")
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Parallel == 0 {
		o.Parallel = DefaultParallel
	}
	if o.PagesLimit <= 0 {
		o.PagesLimit = DefaultPagesLimit
	}
	if o.UserAgent == "" {
		o.UserAgent = "gobundle"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// roundTrippers returns the connections for hosts whose certificate is checked
// and for trusted ones.
func (o *Options) roundTrippers() (strict, lax http.RoundTripper, err error) {
	if o.RoundTripper != nil {
		return o.RoundTripper, o.RoundTripper, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	var trusted authorities
	if o.CertificateFile != "" {
		if trusted, err = readAuthorities(o.CertificateFile); err != nil {
			return nil, nil, err
		}
	}
	if o.ClientCertificateFile != "" {
		pair, err := tls.LoadX509KeyPair(o.ClientCertificateFile, o.ClientCertificateFile)
		if err != nil {
			return nil, nil, &CertificateError{File: o.ClientCertificateFile, Client: true, Err: err}
		}
		config.Certificates = []tls.Certificate{pair}
	}
	strict = deferred(sync.OnceValue(func() http.RoundTripper {
		checked := config.Clone()
		if trusted != nil {
			checked.RootCAs = trusted.pool()
		}
		return o.connections(checked)
	}))
	lax = strict
	if len(o.TrustedHosts) > 0 {
		unchecked := config.Clone()
		unchecked.InsecureSkipVerify = true // only for hosts that the user trusts by name
		lax = o.connections(unchecked)
	}
	return strict, lax, nil
}

// A deferred is made when the first request is sent.
type deferred func() http.RoundTripper

func (d deferred) RoundTrip(r *http.Request) (*http.Response, error) { return d().RoundTrip(r) }

func (o *Options) connections(config *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout}
	t := &http.Transport{
		DialContext:           dialer.DialContext,
		TLSClientConfig:       config,
		TLSHandshakeTimeout:   o.Timeout,
		ResponseHeaderTimeout: o.Timeout,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   o.Parallel,
		ForceAttemptHTTP2:     true,
	}
	if o.Proxy != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) { return o.proxy(r.URL) }
		t.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			return &ProxyError{Proxy: shownProxy(proxy), Code: answer.StatusCode}
		}
	}
	return t
}

// trusts reports whether the certificate of the URL's host is not to be checked.
func (o *Options) trusts(u *url.URL) bool {
	for _, host := range o.TrustedHosts {
		if strings.EqualFold(host, u.Host) || strings.EqualFold(strings.Trim(host, "[]"), u.Hostname()) {
			return true
		}
	}
	return false
}
