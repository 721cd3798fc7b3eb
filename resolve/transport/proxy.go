package transport

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// ProxyFrom returns the proxy choice that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and
// NO_PROXY ask for, in upper or lower case, for Options.Proxy.
func ProxyFrom(getenv func(string) string) func(*url.URL) (*url.URL, error) {
	either := func(name string) string { return cmp.Or(getenv(strings.ToLower(name)), getenv(name)) }
	// As Go and curl do: below a CGI server HTTP_PROXY is set by the request's
	// Proxy header, so that only the lower-case name can be believed.
	http := getenv("http_proxy")
	if http == "" && getenv("REQUEST_METHOD") == "" {
		http = getenv("HTTP_PROXY")
	}
	all := either("ALL_PROXY")
	config := httpproxy.Config{
		HTTPProxy:  cmp.Or(http, all),
		HTTPSProxy: cmp.Or(either("HTTPS_PROXY"), all),
		NoProxy:    either("NO_PROXY"),
	}
	choose := config.ProxyFunc()
	return func(u *url.URL) (*url.URL, error) {
		proxy, err := choose(u)
		if err == nil && proxy == nil && !direct(config, u) {
			return nil, errNoProxyURL
		}
		return proxy, err
	}
}

var errNoProxyURL = errors.New("a proxy's address is no URL")

// direct reports whether no proxy was asked for. A Config passes over an address that
// makes no sense, but whoever has set one doesn't want to do without it.
func direct(config httpproxy.Config, u *url.URL) bool {
	set := config.HTTPProxy
	if u.Scheme == "https" {
		set = config.HTTPSProxy
	}
	if set == "" {
		return true
	}
	sane := httpproxy.Config{HTTPProxy: "http://localhost", HTTPSProxy: "http://localhost", NoProxy: config.NoProxy}
	proxy, err := sane.ProxyFunc()(u)
	return err == nil && proxy == nil
}

// proxy returns the proxy for a URL, nil for none. The error is a *ProxyError.
func (o *Options) proxy(u *url.URL) (*url.URL, error) {
	proxy, err := o.Proxy(u)
	switch {
	case err != nil:
		return nil, &ProxyError{Err: errors.New("its address is no URL")} // err shows it, password and all
	case proxy == nil:
		return nil, nil
	}
	_, portErr := strconv.ParseUint(cmp.Or(proxy.Port(), "1"), 10, 16)
	known := slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme)
	if name := proxy.Hostname(); !known || strings.Trim(proxy.Path, "/") != "" || name == "" || portErr != nil || strings.Contains(name, ":") && net.ParseIP(name) == nil {
		return nil, &ProxyError{Err: errors.New("its address is none of the form http://HOST:PORT; https:// and socks5:// are known, too")}
	}
	return proxy, nil
}

func shownProxy(proxy *url.URL) string { return proxy.Scheme + "://" + proxy.Host }

// proxyCause says of an error which proxy it came from, if it came from one.
func (o *Options) proxyCause(u *url.URL, err error) error {
	var dial *net.OpError
	if o.Proxy == nil || !errors.As(err, &dial) || dial.Op != "proxyconnect" && dial.Op != "socks connect" {
		return err
	}
	proxy, unusable := o.proxy(u)
	if unusable != nil || proxy == nil {
		return err
	}
	return &ProxyError{Proxy: shownProxy(proxy), Err: dial.Err}
}
