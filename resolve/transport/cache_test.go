package transport_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/transport"
)

func TestPageCache(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header http.Header
		after  time.Duration // between the first and the second reading
		change bool          // the page changes meanwhile
		want   string        // of the second reading
		// codes are what the server answered
		codes []int
	}{
		{name: "fresh", header: http.Header{"Cache-Control": {"max-age=600"}}, after: 599 * time.Second, change: true, want: "page 0", codes: []int{200}},
		{name: "no longer fresh", header: http.Header{"Cache-Control": {"max-age=600"}}, after: 600 * time.Second, want: "page 0", codes: []int{200, 304}},
		{name: "changed", header: http.Header{"Cache-Control": {"max-age=600"}}, after: 600 * time.Second, change: true, want: "page 1", codes: []int{200, 200}},
		{name: "nothing said", want: "page 0", codes: []int{200, 304}},
		{name: "no-cache", header: http.Header{"Cache-Control": {"no-cache, max-age=600"}}, want: "page 0", codes: []int{200, 304}},
		{name: "no-store", header: http.Header{"Cache-Control": {"no-store"}}, want: "page 0", codes: []int{200, 200}},
		{name: "in several lines and cases", header: http.Header{"Cache-Control": {"public", `Max-Age="600"`}}, want: "page 0", codes: []int{200}},
		{name: "for shared caches", header: http.Header{"Cache-Control": {"s-maxage=600"}}, want: "page 0", codes: []int{200, 304}},
		{name: "broken max-age", header: http.Header{"Cache-Control": {"max-age=long"}}, want: "page 0", codes: []int{200, 304}},
		{name: "Expires", header: http.Header{"Expires": {"Mon, 06 May 2024 07:18:09 GMT"}, "Date": {"Mon, 06 May 2024 07:08:09 GMT"}}, after: 9 * time.Minute, want: "page 0", codes: []int{200}},
		{name: "Expires passed", header: http.Header{"Expires": {"Mon, 06 May 2024 07:18:09 GMT"}, "Date": {"Mon, 06 May 2024 07:08:09 GMT"}}, after: 10 * time.Minute, want: "page 0", codes: []int{200, 304}},
		{name: "Expires broken", header: http.Header{"Expires": {"0"}}, want: "page 0", codes: []int{200, 304}},
		{name: "old already", header: http.Header{"Cache-Control": {"max-age=600"}, "Age": {"500"}}, after: 100 * time.Second, want: "page 0", codes: []int{200, 304}},
		{name: "Vary by what is sent alike", header: http.Header{"Cache-Control": {"max-age=600"}, "Vary": {"Accept, Accept-Encoding"}}, want: "page 0", codes: []int{200}},
		{name: "Vary by other things", header: http.Header{"Cache-Control": {"max-age=600"}, "Vary": {"Accept", "Cookie"}}, want: "page 0", codes: []int{200, 304}},
		{name: "Vary by all", header: http.Header{"Cache-Control": {"max-age=600"}, "Vary": {"*"}}, want: "page 0", codes: []int{200, 200}},
		{name: "by date", header: http.Header{"Etag": nil, "Last-Modified": {"Mon, 06 May 2024 07:08:09 GMT"}}, want: "page 0", codes: []int{200, 304}},
		{name: "by nothing", header: http.Header{"Etag": nil}, want: "page 0", codes: []int{200, 200}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			version := 0
			var codes []int
			url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				h := w.Header()
				h["Date"] = nil
				h.Set("ETag", fmt.Sprintf("%q", fmt.Sprint(version)))
				for key, values := range test.header {
					h[key] = values
				}
				if h.Get("ETag") != "" && r.Header.Get("If-None-Match") == h.Get("ETag") || h.Get("Last-Modified") != "" && r.Header.Get("If-Modified-Since") == h.Get("Last-Modified") {
					codes = append(codes, 304)
					w.WriteHeader(304)
					return
				}
				codes = append(codes, 200)
				h.Set("Content-Type", "Text/HTML; charset=utf-8")
				_, _ = fmt.Fprintf(w, "page %d", version)
			})
			c := newClock()
			client := newClient(t, c, func(o *transport.Options) { o.CacheDir = t.TempDir() })
			request := transport.PageRequest{URL: url, Accept: "text/html", Limit: 100}
			if page, err := client.Page(t.Context(), request); err != nil || page.Body != "page 0" || page.ContentType != "text/html" {
				t.Fatalf("first page = %+v, %v", page, err)
			}
			c.pass(test.after)
			if test.change {
				version++
			}
			page, err := client.Page(t.Context(), request)
			if err != nil || page.Body != test.want || page.ContentType != "text/html" || page.URL != url {
				t.Errorf("second page = %+v, %v, want %q", page, err, test.want)
			}
			if fmt.Sprint(codes) != fmt.Sprint(test.codes) {
				t.Errorf("the server answered %v, want %v", codes, test.codes)
			}
		})
	}
}

func TestConfirmedPagesAreFreshAgain(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("here"))
	})
	c := newClock()
	client := newClient(t, c, func(o *transport.Options) { o.CacheDir = t.TempDir() })
	for range 4 {
		c.pass(40 * time.Second)
		if page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 10}); err != nil || page.Body != "here" {
			t.Fatalf("page = %+v, %v", page, err)
		}
	}
	if n := len(requests()); n != 2 {
		t.Errorf("%d requests, want 2: one at 40 s, one at 120 s", n)
	}
}

func TestCacheIsByAccept(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		_, _ = io.WriteString(w, r.Header.Get("Accept"))
	})
	client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir = t.TempDir() })
	for _, accept := range []string{"text/html", "application/json", "text/html"} {
		if page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Accept: accept, Limit: 100}); err != nil || page.Body != accept {
			t.Errorf("page = %+v, %v, want %q", page, err, accept)
		}
	}
}

// files returns the paths of all files below a folder.
func files(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDamagedEntriesAreMisses(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		_, _ = io.WriteString(w, "here")
	})
	cache := t.TempDir()
	client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir = cache })
	read := func() {
		t.Helper()
		if page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 10}); err != nil || page.Body != "here" {
			t.Fatalf("page = %+v, %v", page, err)
		}
	}
	read()
	entries := files(t, cache)
	if len(entries) != 1 {
		t.Fatalf("cache files = %v, want one", entries)
	}
	whole, err := os.ReadFile(entries[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		damaged := []byte(string(whole))
		damaged[at] ^= 0x10
		for _, text := range [][]byte{damaged, whole[:at], append(whole[:len(whole):len(whole)], byte(at))} {
			if err := os.WriteFile(entries[0], text, 0o600); err != nil {
				t.Fatal(err)
			}
			before := len(requests())
			read()
			if len(requests()) != before+1 {
				t.Errorf("entry damaged at %d was believed", at)
			}
		}
	}
	info, err := os.Stat(entries[0])
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode = %v, %v, want it closed to others", info.Mode(), err)
	}
}

func TestBrokenPagesAreNotKept(t *testing.T) {
	t.Parallel()
	n := 0
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		if n++; n == 1 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			return
		}
		_, _ = io.WriteString(w, "whole")
	})
	client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir = t.TempDir() })
	if page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 100}); err != nil || page.Body != "whole" {
		t.Errorf("page = %+v, %v, want the whole", page, err)
	}
}

func TestOffline(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	cache := t.TempDir()
	c := newClock()
	if _, err := newClient(t, c, func(o *transport.Options) { o.CacheDir = cache }).Page(t.Context(), transport.PageRequest{URL: url, Limit: 10}); err != nil {
		t.Fatal(err)
	}
	c.pass(1000 * time.Hour)
	client := newClient(t, c, func(o *transport.Options) { o.CacheDir, o.Offline = cache, true })
	if page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 10}); err != nil || page.Body != "here" {
		t.Errorf("page = %+v, %v, want the kept one", page, err)
	}
	var offline *transport.OfflineError
	if _, err := client.Page(t.Context(), transport.PageRequest{URL: url + "/other", Limit: 10}); !errors.As(err, &offline) {
		t.Errorf("error = %v, want an OfflineError", err)
	}
	if _, err := client.Get(t.Context(), transport.Request{URL: url}); !errors.As(err, &offline) {
		t.Errorf("error = %v, want an OfflineError", err)
	}
}

func TestPageLimit(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if chunked {
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = io.WriteString(w, strings.Repeat("x", 101))
		})
		var size *transport.SizeError
		if _, err := newClient(t, newClock(), nil).Page(t.Context(), transport.PageRequest{URL: url, Limit: 100}); !errors.As(err, &size) {
			t.Errorf("error = %v, want a SizeError", err)
		}
		if page, err := newClient(t, newClock(), nil).Page(t.Context(), transport.PageRequest{URL: url, Limit: 101}); err != nil || len(page.Body) != 101 {
			t.Errorf("Page: %v, want all", err)
		}
	}
}

// A page behind a redirect is only as fresh as the redirect, and "not modified"
// of another page is not believed.
func TestRedirectsInTheCache(t *testing.T) {
	t.Parallel()
	target := "/a"
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, target, http.StatusFound)
			return
		}
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("ETag", `"same"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(r.URL.Path))
	})
	client := newClient(t, newClock(), func(o *transport.Options) { o.CacheDir = t.TempDir() })
	for _, target = range []string{"/a", "/a", "/b"} {
		page, err := client.Page(t.Context(), transport.PageRequest{URL: url + "/", Limit: 10})
		if err != nil || page.Body != target {
			t.Errorf("page = %+v, %v, want %s", page, err, target)
		}
	}
}
