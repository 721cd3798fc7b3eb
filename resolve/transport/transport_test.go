package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/transport"
)

// clock is a time that passes only while somebody sleeps.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	sleeps []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)} }

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.sleeps = append(c.sleeps, d)
	c.mu.Unlock()
	c.pass(d)
	return ctx.Err()
}

// newClient makes a client whose pauses are exact and take no time.
func newClient(t *testing.T, c *clock, change func(*transport.Options)) *transport.Client {
	t.Helper()
	o := transport.Options{
		Retries: 3, Now: c.time, Sleep: c.sleep, Random: func() float64 { return 1 },
		RoundTripper: &http.Transport{}, Timeout: 10 * time.Second,
	}
	if change != nil {
		change(&o)
	}
	client, err := transport.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return client
}

// serve starts a server and counts its requests.
func serve(t *testing.T, handler http.HandlerFunc) (url string, requests func() []*http.Request) {
	t.Helper()
	var mu sync.Mutex
	var seen []*http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Clone(context.Background()))
		mu.Unlock()
		handler(w, r)
	}))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	return server.URL, func() []*http.Request {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

func readAll(t *testing.T, client *transport.Client, r transport.Request) (string, error) {
	t.Helper()
	response, err := client.Get(t.Context(), r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

func TestRetries(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	tests := []struct {
		name    string
		codes   []int // of the first answers; 200 follows
		after   string
		sleeps  []time.Duration
		code    int // of the error, 0 for none
		retries int
	}{
		{name: "at once", retries: 3},
		{name: "once unavailable", codes: []int{503}, sleeps: []time.Duration{250 * ms}, retries: 3},
		{name: "pauses double", codes: []int{500, 502, 504}, sleeps: []time.Duration{250 * ms, 500 * ms, time.Second}, retries: 3},
		{name: "tries used up", codes: []int{500, 500, 500, 500}, sleeps: []time.Duration{250 * ms, 500 * ms, time.Second}, code: 500, retries: 3},
		{name: "no tries", codes: []int{500}, code: 500},
		{name: "timeout and limits", codes: []int{408, 429}, sleeps: []time.Duration{250 * ms, 500 * ms}, retries: 3},
		{name: "not found", codes: []int{404}, code: 404, retries: 3},
		{name: "forbidden", codes: []int{403}, code: 403, retries: 3},
		{name: "not implemented", codes: []int{501}, code: 501, retries: 3},
		{name: "unknown codes above 500", codes: []int{520}, sleeps: []time.Duration{250 * ms}, retries: 3},
		{name: "Retry-After in seconds", codes: []int{429}, after: "7", sleeps: []time.Duration{7 * time.Second}, retries: 3},
		{name: "Retry-After as a date", codes: []int{503}, after: "Mon, 06 May 2024 07:08:14 GMT", sleeps: []time.Duration{5 * time.Second}, retries: 3},
		{name: "Retry-After in the past", codes: []int{503}, after: "Mon, 06 May 2023 07:08:14 GMT", sleeps: []time.Duration{250 * ms}, retries: 3},
		{name: "Retry-After too long", codes: []int{429}, after: "3600", code: 429, retries: 3},
		{name: "Retry-After makes no sense", codes: []int{503}, after: "soon", sleeps: []time.Duration{250 * ms}, retries: 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			codes := test.codes
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if len(codes) > 0 {
					if test.after != "" {
						w.Header().Set("Retry-After", test.after)
					}
					w.WriteHeader(codes[0])
					codes = codes[1:]
					return
				}
				_, _ = io.WriteString(w, "here")
			})
			c := newClock()
			client := newClient(t, c, func(o *transport.Options) { o.Retries = test.retries })
			for _, how := range []string{"file", "page"} {
				codes, c.sleeps = test.codes, nil
				c.now = newClock().now
				var got string
				var err error
				if how == "file" {
					got, err = readAll(t, client, transport.Request{URL: url})
				} else {
					var page *transport.Page
					if page, err = client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 100}); err == nil {
						got = page.Body
					}
				}
				if test.code != 0 {
					if !transport.IsStatus(err, test.code) {
						t.Errorf("%s: error = %v, want status %d", how, err, test.code)
					}
				} else if got != "here" || err != nil {
					t.Errorf("%s = %q, %v, want here", how, got, err)
				}
				if !slices.Equal(c.sleeps, test.sleeps) {
					t.Errorf("%s slept %v, want %v", how, c.sleeps, test.sleeps)
				}
			}
		})
	}
}

func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(nil)
		server.Close()
		c := newClock()
		_, err := readAll(t, newClient(t, c, nil), transport.Request{URL: server.URL})
		var connection *transport.ConnectionError
		if !errors.As(err, &connection) || connection.Tries != 4 || len(c.sleeps) != 3 {
			t.Errorf("error = %v after %d pauses, want a ConnectionError of 4 tries", err, len(c.sleeps))
		}
	})
	t.Run("the connection breaks once", func(t *testing.T) {
		t.Parallel()
		first := true
		url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if first {
				first = false
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, "here")
		})
		got, err := readAll(t, newClient(t, newClock(), nil), transport.Request{URL: url})
		if got != "here" || err != nil {
			t.Errorf("got %q, %v, want here", got, err)
		}
	})
	t.Run("the caller gives up", func(t *testing.T) {
		t.Parallel()
		url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
		ctx, cancel := context.WithCancel(t.Context())
		client := newClient(t, newClock(), func(o *transport.Options) {
			o.Sleep = func(ctx context.Context, _ time.Duration) error {
				cancel()
				return ctx.Err()
			}
		})
		if _, err := client.Get(ctx, transport.Request{URL: url}); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	})
	t.Run("silence before the answer", func(t *testing.T) {
		t.Parallel()
		end := make(chan struct{})
		url, _ := serve(t, func(http.ResponseWriter, *http.Request) { <-end })
		t.Cleanup(func() { close(end) })
		client := newClient(t, newClock(), func(o *transport.Options) {
			o.RoundTripper, o.Timeout, o.Retries = nil, 50*time.Millisecond, 0
		})
		var connection *transport.ConnectionError
		if _, err := client.Get(t.Context(), transport.Request{URL: url}); !errors.As(err, &connection) {
			t.Errorf("error = %v, want a ConnectionError", err)
		}
	})
	for _, url := range []string{"ftp://index.example/x", "https:///x", "index.example/x", "http://[::1", "https://u:p w@index.example:x/"} {
		var invalid *transport.URLError
		if _, err := newClient(t, newClock(), nil).Get(t.Context(), transport.Request{URL: url}); !errors.As(err, &invalid) {
			t.Errorf("Get(%q) error = %v, want a URLError", url, err)
		}
	}
}

func TestParallelIsBounded(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		_, _ = io.WriteString(w, "here")
	})
	client := newClient(t, newClock(), func(o *transport.Options) { o.Parallel = 3 })
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 10}); err != nil {
				t.Errorf("Page: %v", err)
			}
		})
	}
	group.Wait()
	if most > 3 || most < 2 {
		t.Errorf("%d requests were under way at once, want 2 or 3", most)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case r.URL.Path == "/away":
			http.Redirect(w, r, "ftp://index.example/", http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/old/"):
			http.Redirect(w, r, "../new/page?key=1", http.StatusMovedPermanently)
		default:
			_, _ = io.WriteString(w, "here")
		}
	})
	client := newClient(t, newClock(), nil)
	page, err := client.Page(t.Context(), transport.PageRequest{URL: url + "/old/page", Limit: 10})
	if err != nil || page.URL != url+"/new/page?***" {
		t.Errorf("page = %+v, %v, want one at /new/page", page, err)
	}
	for _, path := range []string{"/loop", "/away"} {
		var protocol *transport.ProtocolError
		if _, err := client.Get(t.Context(), transport.Request{URL: url + path}); !errors.As(err, &protocol) {
			t.Errorf("Get(%s) error = %v, want a ProtocolError", path, err)
		}
	}
}
