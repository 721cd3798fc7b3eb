package transport

import (
	"cmp"
	"net/url"
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
	return config.ProxyFunc()
}
