package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/transport"
)

// guarded serves only who knows the password of its path's first folder.
func guarded(t *testing.T, passwords map[string]string) (server string, requests func() []*http.Request) {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		if folder := strings.Split(r.URL.Path, "/")[1]; password != passwords[folder] {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
}

// Two indexes of one host may have two passwords.
func TestLookupsAreByIndex(t *testing.T) {
	t.Parallel()
	server, _ := guarded(t, map[string]string{"one": "1", "two": "2"})
	var asked []string
	client := newClient(t, newClock(), func(o *transport.Options) {
		o.Credentials = func(_ context.Context, r transport.Refusal) (*url.Userinfo, error) {
			asked = append(asked, strings.TrimPrefix(r.Index, server))
			if strings.HasPrefix(r.Index, server+"/one/") {
				return url.UserPassword("me", "1"), nil
			}
			return url.UserPassword("me", "2"), nil
		}
	})
	for _, folder := range []string{"one", "two"} {
		if _, err := client.Login(server + "/" + folder + "/simple/"); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/one/simple/x/", "/two/simple/x/", "/two/files/x", "/one/simple/y/"} {
		if _, err := readAll(t, client, transport.Request{URL: server + path}); err != nil {
			t.Errorf("Get(%s): %v", path, err)
		}
	}
	if got := strings.Join(asked, " "); got != "/one/simple/ /two/simple/" {
		t.Errorf("asked for %s, want each index once", got)
	}
}

// Only the name stands in the URL: the password is looked for.
func TestLookupOfAPassword(t *testing.T) {
	t.Parallel()
	server, _ := guarded(t, map[string]string{"simple": "secret"})
	var asked []string
	client := newClient(t, newClock(), func(o *transport.Options) {
		o.Credentials = func(_ context.Context, r transport.Refusal) (*url.Userinfo, error) {
			asked = append(asked, r.User)
			return url.UserPassword(r.User, "secret"), nil
		}
	})
	if _, err := client.Login(withUser(server, "me") + "/simple/"); err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(t, client, transport.Request{URL: server + "/simple/"}); err != nil || len(asked) != 1 || asked[0] != "me" {
		t.Errorf("Get: %v, asked for %q, want me once", err, asked)
	}
}

// What a redirect leads to, and plain http that nobody configured, gets nothing.
func TestNobodyIsAskedForStrangers(t *testing.T) {
	t.Parallel()
	stranger, atStranger := guarded(t, map[string]string{"file": "secret"})
	home, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, stranger+"/file", http.StatusFound) })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, stranger+"/file", http.StatusFound)
	}))
	t.Cleanup(secure.Close)
	secureStranger := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(secureStranger.Close)
	secureHome := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secureStranger.URL, http.StatusFound)
	}))
	t.Cleanup(secureHome.Close)
	var asked []transport.Refusal
	client := newClient(t, newClock(), func(o *transport.Options) {
		o.RoundTripper, o.TrustedHosts = nil, []string{"127.0.0.1"}
		o.Credentials = func(_ context.Context, r transport.Refusal) (*url.Userinfo, error) {
			asked = append(asked, r)
			return url.UserPassword("me", "secret"), nil
		}
	})
	for _, index := range []string{home, secure.URL, secureHome.URL} {
		if _, err := client.Login(withUser(index, "me:secret")); err != nil {
			t.Fatal(err)
		}
	}
	for name, link := range map[string]string{
		"another port": home, "from https to http": secure.URL, "another port with https": secureHome.URL, "a link to plain http": stranger + "/file",
	} {
		if _, err := readAll(t, client, transport.Request{URL: link}); !transport.IsStatus(err, http.StatusUnauthorized) {
			t.Errorf("%s: %v, want 401", name, err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("asked for %+v, want nothing", asked)
	}
	for _, r := range atStranger() {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("a stranger got %v", r.Header)
		}
	}
}

// Why nothing could be looked up stands beside the refusal.
func TestLookupFails(t *testing.T) {
	t.Parallel()
	server, _ := guarded(t, map[string]string{"simple": "secret"})
	broken := errors.New("reading .netrc: line 3")
	client := newClient(t, newClock(), func(o *transport.Options) {
		o.Credentials = func(context.Context, transport.Refusal) (*url.Userinfo, error) { return nil, broken }
	})
	if _, err := client.Login(server); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := readAll(t, client, transport.Request{URL: server + "/simple/"})
		if !transport.IsStatus(err, http.StatusUnauthorized) || !strings.Contains(err.Error(), broken.Error()) {
			t.Errorf("Get error = %v, want 401 and %v", err, broken)
		}
	}
}

// That an index doesn't have a project is known offline too.
func TestAbsenceIsKept(t *testing.T) {
	t.Parallel()
	server, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/there/" {
			w.Header().Set("Cache-Control", "max-age=60")
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "here")
	})
	cache, c := t.TempDir(), newClock()
	online := newClient(t, c, func(o *transport.Options) { o.CacheDir = cache })
	offline := newClient(t, c, func(o *transport.Options) { o.CacheDir, o.Offline = cache, true })
	page := func(client *transport.Client, path string) error {
		_, err := client.Page(t.Context(), transport.PageRequest{URL: server + path, Limit: 100})
		return err
	}
	for range 2 {
		if err := page(online, "/gone/"); !transport.IsStatus(err, http.StatusNotFound) {
			t.Errorf("Page: %v, want 404", err)
		}
	}
	if n := len(requests()); n != 1 {
		t.Errorf("%d requests within a minute, want 1", n)
	}
	c.pass(1 << 40)
	if err := page(offline, "/gone/"); !transport.IsStatus(err, http.StatusNotFound) {
		t.Errorf("offline Page: %v, want 404", err)
	}
	var missing *transport.OfflineError
	if err := page(offline, "/never/"); !errors.As(err, &missing) || missing.URL != server+"/never/" {
		t.Errorf("offline Page of what was never asked: %v, want an OfflineError", err)
	}
}

// What all pages together may take is bounded, from servers and from the cache.
func TestPagesLimit(t *testing.T) {
	t.Parallel()
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	})
	cache := t.TempDir()
	for _, from := range []string{"server", "cache"} {
		client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir, o.PagesLimit = cache, 2500 })
		for i, path := range []string{"/a", "/b", "/c"} {
			_, err := client.Page(t.Context(), transport.PageRequest{URL: server + path, Limit: 2000})
			var many *transport.PagesError
			if i < 2 && err != nil || i == 2 && (!errors.As(err, &many) || many.Limit != 2500) {
				t.Errorf("page %d from the %s: %v, want a PagesError at the third", i, from, err)
			}
		}
		full := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir = cache })
		if _, err := full.Page(t.Context(), transport.PageRequest{URL: server + "/c", Limit: 2000}); err != nil {
			t.Error(err)
		}
	}
}
