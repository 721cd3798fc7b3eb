package transport_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve/transport"
)

func withUser(raw, user string) string { return strings.Replace(raw, "://", "://"+user+"@", 1) }

func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	t.Parallel()
	other, atOther := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "other") })
	home, atHome := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/away"):
			http.Redirect(w, r, other+"/file", http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/within"):
			http.Redirect(w, r, "/file", http.StatusFound)
		default:
			_, _ = io.WriteString(w, "home")
		}
	})
	client := newClient(t, newClock(), nil)
	bare, err := client.Login(withUser(home, "me:s%40cret") + "/simple/")
	if err != nil || bare != home+"/simple/" {
		t.Fatalf("Login = %q, %v, want %q", bare, err, home+"/simple/")
	}
	for _, test := range []struct{ path, want string }{{"/simple/", "home"}, {"/files/x", "home"}, {"/within", "home"}, {"/away", "other"}} {
		if got, err := readAll(t, client, transport.Request{URL: home + test.path}); got != test.want || err != nil {
			t.Errorf("Get(%s) = %q, %v, want %s", test.path, got, err, test.want)
		}
	}
	for _, r := range atHome() {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "s@cret" {
			t.Errorf("%s was asked with %q, %q, want the credentials", r.URL, user, password)
		}
	}
	for _, r := range atOther() {
		if r.Header.Get("Authorization") != "" || strings.Contains(r.Header.Get("Referer"), "s%40cret") {
			t.Errorf("another host got %v", r.Header)
		}
	}
}

func TestCredentialsOfOneHost(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := newClient(t, newClock(), nil)
	for _, index := range []string{"a:1@/one/simple/", "b:2@/two/simple/"} {
		user, path, _ := strings.Cut(index, "@")
		if _, err := client.Login(withUser(url, user) + path); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ path, user, want string }{
		{"/one/simple/x/", "", "a"},
		{"/two/simple/x/", "", "b"},
		{"/two/files/x", "", "b"},
		{"/three", "", "a"},
		{"/two/simple/y/", "c:3", "c"}, // a link that has its own
		{"/two/simple/y/", "", "c"},
		{"/two/simple/z/", "", "b"},
	}
	for i, test := range tests {
		request := url + test.path
		if test.user != "" {
			request = withUser(request, test.user)
		}
		if _, err := readAll(t, client, transport.Request{URL: request}); err != nil {
			t.Fatal(err)
		}
		if user, _, _ := requests()[i].BasicAuth(); user != test.want {
			t.Errorf("%s was asked for as %q, want %q", test.path, user, test.want)
		}
	}
}

func TestCredentialsAreLookedUpOnce(t *testing.T) {
	t.Parallel()
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		server, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if user, _, _ := r.BasicAuth(); user != "me" {
				w.WriteHeader(code)
			}
		})
		lookups := 0
		client := newClient(t, newClock(), func(o *transport.Options) {
			o.Credentials = func(_ context.Context, r transport.Refusal) (*url.Userinfo, error) {
				lookups++
				if want := (transport.Refusal{Host: "127.0.0.1", HostPort: strings.TrimPrefix(server, "http://"), Index: server + "/simple/", Configured: true}); r != want {
					t.Errorf("asked for the credentials of %+v, want %+v", r, want)
				}
				return url.UserPassword("me", "secret"), nil
			}
		})
		if _, err := client.Login(server + "/simple/"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := readAll(t, client, transport.Request{URL: server}); err != nil {
				t.Errorf("Get: %v", err)
			}
		}
		if n := len(requests()); lookups != 1 || n != 3 {
			t.Errorf("%d lookups and %d requests, want 1 and 3", lookups, n)
		}
	}
}

func TestNothingTellsSecrets(t *testing.T) {
	t.Parallel()
	server, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/ok") {
			_, _ = io.WriteString(w, "here")
			return
		}
		w.WriteHeader(http.StatusForbidden)
	})
	closed := httptest.NewServer(nil)
	closed.Close()
	cache := t.TempDir()
	client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir, o.Retries = cache, 0 })
	for _, raw := range []string{server + "/ok", server, closed.URL, "ftp://index.example/", "https://index.example:port/", "https:///"} {
		secret := withUser(raw, "sesame:open") + "?token=sesame#sesame"
		_, err := client.Page(t.Context(), transport.PageRequest{URL: secret, Limit: 100})
		_, err2 := client.Get(t.Context(), transport.Request{URL: secret})
		_, err3 := client.Login(secret)
		for _, err := range []error{err, err2, err3} {
			if err != nil && (strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "open")) {
				t.Errorf("error of %s tells a secret: %v", raw, err)
			}
		}
	}
	kept := files(t, cache)
	if len(kept) != 1 {
		t.Errorf("cache files = %v, want one", kept)
	}
	for _, path := range kept {
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(path+string(text), "sesame") {
			t.Errorf("cache file %s tells a secret: %q, %v", path, text, err)
		}
	}
	_, err := newClient(t, newClock(), func(o *transport.Options) {
		o.RoundTripper = nil
		o.Proxy = transport.ProxyFrom(func(name string) string {
			if name == "HTTPS_PROXY" {
				return "http://sesame:open@proxy:port"
			}
			return ""
		})
	}).Get(t.Context(), transport.Request{URL: "https://index.example/"})
	if err == nil || strings.Contains(err.Error(), "sesame") {
		t.Errorf("error = %v, want one without secrets", err)
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, want string }{
		{"https://index.example/simple/", "https://index.example/simple/"},
		{"https://token@index.example/simple/", "https://index.example/simple/"},
		{"https://me:pass@index.example:8443/simple/?a=b&c=d#sha256=00", "https://index.example:8443/simple/?***"},
		{"https://me:p/ss@index.example/", "https://index.example/"},
		{"https://me:p ss@index.example/", "https://index.example/"},
		{"file:///srv/wheels", "file:///srv/wheels"},
		{"index.example/simple", "index.example/simple"},
		{"git+https://token@git.example/x.git@v1", "git+https://git.example/x.git@v1"},
		{"https://me:%zz@index.example/?q=x", "https://index.example/"},
		{"", ""},
	}
	for _, test := range tests {
		if got := transport.Redact(test.raw); got != test.want {
			t.Errorf("Redact(%q) = %q, want %q", test.raw, got, test.want)
		}
	}
}

// Whatever stands before the host as user and password is never shown, and
// redacting twice is redacting once.
func TestRedactHidesAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.StringMatching(`[a-z:/ %\[\]]{0,8}`)
		secret := rapid.Custom(func(t *rapid.T) string {
			return noise.Draw(t, "before") + "SECRET" + noise.Draw(t, "after")
		}).Filter(func(secret string) bool {
			// A port before a slash ends the host, so that the rest is the path.
			u, err := url.Parse("https://me:" + secret + "@index.example/simple/")
			return err != nil || u.User != nil
		}).Draw(t, "secret")
		raw := "https://me:" + secret + "@index.example/simple/"
		got := transport.Redact(raw)
		if strings.Contains(got, "SECRET") || !strings.HasSuffix(got, "index.example/simple/") {
			t.Fatalf("Redact(%q) = %q", raw, got)
		}
		if again := transport.Redact(got); again != got {
			t.Fatalf("Redact(%q) = %q, want the same", got, again)
		}
	})
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.Symlink("gone", filepath.Join(filepath.Dir(authority), "0a1b2c3d.0")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	host := server.Listener.Addr().String()
	tests := []struct {
		name   string
		change func(*transport.Options)
		ok     bool
	}{
		{"unknown authority", func(*transport.Options) {}, false},
		{"known authority", func(o *transport.Options) { o.CertificateFile = authority }, true},
		{"folder of authorities", func(o *transport.Options) { o.CertificateFile = filepath.Dir(authority) }, true},
		{"trusted host", func(o *transport.Options) { o.TrustedHosts = []string{"127.0.0.1"} }, true},
		{"trusted host and port", func(o *transport.Options) { o.TrustedHosts = []string{host} }, true},
		{"another trusted host", func(o *transport.Options) { o.TrustedHosts = []string{"index.example", "127.0.0.1:1"} }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			client := newClient(t, c, func(o *transport.Options) {
				o.RoundTripper = nil
				test.change(o)
			})
			got, err := readAll(t, client, transport.Request{URL: server.URL})
			if test.ok && (got != "here" || err != nil) {
				t.Errorf("Get = %q, %v, want here", got, err)
			}
			var connection *transport.ConnectionError
			if !test.ok && (!errors.As(err, &connection) || len(c.sleeps) > 0) {
				t.Errorf("Get error = %v after %d pauses, want a ConnectionError at once", err, len(c.sleeps))
			}
		})
	}
	for _, o := range []transport.Options{
		{CertificateFile: "absent.pem"}, {CertificateFile: "secrets_test.go"}, {CertificateFile: t.TempDir()}, {ClientCertificateFile: authority},
	} {
		var unusable *transport.CertificateError
		if _, err := transport.New(o); !errors.As(err, &unusable) {
			t.Errorf("New(%+v): %v, want a CertificateError", o, err)
		}
	}
	var plain bytes.Buffer
	plain.WriteString("https" + strings.TrimPrefix(httpServer(t), "http"))
	c := newClock()
	if _, err := readAll(t, newClient(t, c, func(o *transport.Options) { o.RoundTripper = nil }), transport.Request{URL: plain.String()}); err == nil || len(c.sleeps) > 0 {
		t.Errorf("https to a server without: %v after %d pauses, want an error at once", err, len(c.sleeps))
	}
}

func httpServer(t *testing.T) string {
	t.Helper()
	url, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	return url
}

func TestProxyFrom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		env  map[string]string
		url  string
		want string
	}{
		{"none", nil, "https://index.example/", ""},
		{"https", map[string]string{"HTTPS_PROXY": "http://proxy.example:1"}, "https://index.example/", "http://proxy.example:1"},
		{"lower case wins", map[string]string{"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:1"}, "https://index.example/", "http://b:1"},
		{"other scheme", map[string]string{"HTTPS_PROXY": "http://proxy.example:1"}, "http://index.example/", ""},
		{"all", map[string]string{"ALL_PROXY": "socks5://proxy.example:1"}, "http://index.example/", "socks5://proxy.example:1"},
		{"but one", map[string]string{"ALL_PROXY": "http://proxy.example:1", "NO_PROXY": "index.example"}, "http://index.example/", ""},
		{"below CGI", map[string]string{"HTTP_PROXY": "http://proxy.example:1", "REQUEST_METHOD": "GET"}, "http://index.example/", ""},
	}
	for _, test := range tests {
		u, err := url.Parse(test.url)
		if err != nil {
			t.Fatal(err)
		}
		proxy, err := transport.ProxyFrom(func(name string) string { return test.env[name] })(u)
		got := ""
		if proxy != nil {
			got = proxy.String()
		}
		if got != test.want || err != nil {
			t.Errorf("%s: proxy of %s = %q, %v, want %q", test.name, test.url, got, err, test.want)
		}
	}
}
