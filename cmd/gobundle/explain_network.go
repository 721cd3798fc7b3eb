package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/transport"
)

// explainNetwork is about servers that don't answer, or not as they should.
func explainNetwork(err error, e *explanation) bool {
	if status, ok := asError[*transport.StatusError](err); ok {
		e.hint = statusHint(status)
		return true
	}
	if connection, ok := asError[*transport.ConnectionError](err); ok {
		e.hint = connectionHint(connection)
		return true
	}
	if _, ok := asError[*transport.OfflineError](err); ok {
		e.hint = "run once without --offline, so that the cache has it"
		return true
	}
	if address, ok := asError[*transport.URLError](err); ok {
		e.hint = fmt.Sprintf("write the address as https://HOST/PATH; %s is none", address.URL)
		if address.Password {
			e.hint = "write the characters / ? # @ : % of a user's name or password as %2F %3F %23 %40 %3A %25"
		}
		return true
	}
	if broken, ok := asError[*transport.ProtocolError](err); ok {
		e.hint = fmt.Sprintf("check the address %s; if it is right, tell those who keep the server", broken.URL)
		return true
	}
	if large, ok := asError[*transport.SizeError](err); ok {
		e.hint = fmt.Sprintf("check that %s is what you mean: an index, or a file of requirements", large.URL)
		return true
	}
	if _, ok := asError[*transport.PagesError](err); ok {
		e.hint = "check that the URLs with -i, --index and -f are those of package indexes"
		return true
	}
	if file, ok := asError[*transport.CertificateError](err); ok {
		e.hint = fmt.Sprintf("name a file with certificates in PEM form instead of %s", file.File)
		if file.Client {
			e.hint = fmt.Sprintf("let %s hold the certificate and its key, both in PEM form", file.File)
		}
		return true
	}
	return false
}

func statusHint(status *transport.StatusError) string {
	switch status.Code {
	case http.StatusUnauthorized, http.StatusForbidden:
		if status.Authorized {
			return "check the user and the password, whether they come from the URL, a variable, netrc or the keyring: the server refuses them"
		}
		return "the server wants credentials: put them into the URL as https://USER:PASSWORD@HOST/, or into ~/.netrc or the keyring"
	case http.StatusProxyAuthRequired:
		return "the proxy wants credentials: put them into HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT"
	case http.StatusNotFound, http.StatusGone:
		return "check the URL " + status.URL
	case http.StatusTooManyRequests:
		return "the server is asked too often: try again later"
	}
	if status.Code == http.StatusBadRequest && strings.HasPrefix(status.URL, "http://") {
		return fmt.Sprintf("check that %s is what you mean; servers that want https answer so, too: then write it with https://", status.URL)
	}
	if status.Code < http.StatusInternalServerError {
		return fmt.Sprintf("check that %s is what you mean", status.URL)
	}
	return "the server has a problem: try again later, or name another index with -i"
}

func connectionHint(connection *transport.ConnectionError) string {
	host := connection.URL
	if address, err := url.Parse(connection.URL); err == nil {
		host = address.Host
	}
	if proxy, ok := asError[*transport.ProxyError](connection.Err); ok {
		return proxyHint(proxy, connection.URL, host)
	}
	if _, ok := asError[*tls.CertificateVerificationError](connection.Err); ok {
		return fmt.Sprintf("name a file with the certificate of %s's authority with --cert, or trust it as it is with --trusted-host %s", host, host)
	}
	if _, ok := asError[tls.RecordHeaderError](connection.Err); ok {
		return fmt.Sprintf("%s does not speak https there: write the URL with http://", host)
	}
	if strings.HasPrefix(connection.URL, bundle.PublicIndex) {
		return "check the network (behind a proxy set HTTPS_PROXY), name another index with --index-url, or use none with --no-index -f FOLDER"
	}
	return fmt.Sprintf("check the address %s and the network; behind a proxy set HTTPS_PROXY", connection.URL)
}

// proxyHint is about a proxy that was told of by a variable.
func proxyHint(proxy *transport.ProxyError, asked, host string) string {
	if proxy.Code == http.StatusProxyAuthRequired {
		return statusHint(&transport.StatusError{Code: proxy.Code})
	}
	if _, ok := asError[*tls.CertificateVerificationError](proxy.Err); ok {
		return fmt.Sprintf("name a file with the certificate of the authority of the proxy %s with --cert", proxy.Proxy)
	}
	variable := "HTTPS_PROXY"
	if strings.HasPrefix(asked, "http://") {
		variable = "HTTP_PROXY"
	}
	if strings.HasPrefix(asked, bundle.PublicIndex) {
		return fmt.Sprintf("correct the proxy in %s (or ALL_PROXY), name another index with --index-url, or use none with --no-index -f FOLDER", variable)
	}
	return fmt.Sprintf("correct the proxy in %s (or ALL_PROXY), or put %s into NO_PROXY if no proxy leads there", variable, host)
}
