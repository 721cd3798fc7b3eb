package transport_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/transport"
)

// What is wrong with a proxy is said of the proxy, without its password, and is not
// tried again where that can't help.
func TestBadProxies(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(refusing.Close)
	for _, test := range []struct {
		name, proxy string
		want        string // part of the error
		code, tries int
	}{
		{"nobody there", "http://me:s3cret@127.0.0.1:1", "the proxy http://127.0.0.1:1: dial tcp 127.0.0.1:1", 0, 4},
		{"no tunnel", strings.Replace(refusing.URL, "://", "://me:s3cret@", 1), "the proxy " + refusing.URL + " answered 403 Forbidden", http.StatusForbidden, 1},
		{"another scheme", "socks4://me:s3cret@127.0.0.1:1", "the proxy: its address is none of the form", 0, 1},
		{"no host", "nonsense:::///", "the proxy: its address is none of the form http://HOST:PORT", 0, 1},
		{"no URL", "http://me:s3cret%zz@127.0.0.1:1", "the proxy: its address is no URL", 0, 1},
		{"socks", "socks5://me:s3cret@127.0.0.1:1", "the proxy socks5://127.0.0.1:1: ", 0, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, newClock(), func(o *transport.Options) {
				o.RoundTripper = nil
				o.Proxy = transport.ProxyFrom(func(name string) string { return map[string]string{"HTTPS_PROXY": test.proxy}[name] })
			})
			_, err := client.Get(t.Context(), transport.Request{URL: "https://index.example/"})
			var proxy *transport.ProxyError
			var connection *transport.ConnectionError
			switch {
			case !errors.As(err, &proxy) || !errors.As(err, &connection):
				t.Fatalf("Get through it = %v, want a *ProxyError in a *ConnectionError", err)
			case !strings.Contains(err.Error(), test.want) || proxy.Code != test.code || connection.Tries != test.tries:
				t.Errorf("Get through it = %v, code %d, want %q and %d, tried %d times", err, proxy.Code, test.want, test.code, test.tries)
			case strings.Contains(err.Error(), "s3cret"):
				t.Errorf("Get through it = %v, which shows the password", err)
			}
		})
	}
}

// A password whose characters are not encoded is named as what is wrong.
func TestUnencodedPasswords(t *testing.T) {
	t.Parallel()
	client := newClient(t, newClock(), nil)
	for raw, want := range map[string]bool{
		"https://me:50%off@index.example/": true,
		"https://me:a[b@index.example:x/":  false, // it is not the password alone
		"https://index.example:x/":         false,
	} {
		_, err := client.Login(raw)
		var wrong *transport.URLError
		if !errors.As(err, &wrong) || wrong.Password != want || strings.Contains(err.Error(), "off") {
			t.Errorf("Login(%s) = %v (password %v), want a *URLError that says %v of the password", raw, err, wrong != nil && wrong.Password, want)
		}
	}
}
