package transport_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/transport"
)

// breaking serves a text with ranges, and breaks off after each of the first
// len(cuts) answers' bytes.
type breaking struct {
	text   string
	cuts   []int
	header func(n int, h http.Header) // changes the head of the nth answer
	whole  bool                       // ranges are not served
	stall  chan struct{}              // if not nil, broken answers stay open and silent until it is closed
	n      int
}

func (b *breaking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := b.n
	b.n++
	h := w.Header()
	h.Set("ETag", `"one"`)
	change := func() {
		if b.header != nil {
			b.header(n, h)
		}
	}
	text := b.text
	if asked := r.Header.Get("Range"); asked != "" && !b.whole {
		from, to := 0, len(b.text)-1
		if _, err := fmt.Sscanf(asked, "bytes=%d-%d", &from, &to); err != nil {
			from, to = 0, len(b.text)-1
			_, _ = fmt.Sscanf(asked, "bytes=%d-", &from)
		}
		text = b.text[from : to+1]
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(b.text)))
		h.Set("Content-Length", fmt.Sprint(len(text)))
		change()
		w.WriteHeader(http.StatusPartialContent)
	} else {
		h.Set("Content-Length", fmt.Sprint(len(text)))
		change()
	}
	if n < len(b.cuts) {
		_, _ = io.WriteString(w, text[:b.cuts[n]])
		_ = http.NewResponseController(w).Flush()
		if b.stall != nil {
			<-b.stall
		}
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(w, text)
}

func TestBrokenBodiesAreContinued(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789", 40)
	none := func(_ int, h http.Header) { h.Del("ETag") }
	tests := []struct {
		name    string
		server  breaking
		request transport.Request
		want    string
		ranges  []string // of all requests
		error   any      // a target for errors.As
	}{
		{name: "whole", want: text, ranges: []string{""}},
		{name: "broken twice", server: breaking{cuts: []int{100, 50}}, want: text, ranges: []string{"", "bytes=100-", "bytes=150-"}},
		{name: "a part broken", server: breaking{cuts: []int{5}}, request: transport.Request{From: 10, Length: 20}, want: text[10:30], ranges: []string{"bytes=10-29", "bytes=15-29"}},
		{name: "the rest broken", server: breaking{cuts: []int{5}}, request: transport.Request{From: 390}, want: text[390:], ranges: []string{"bytes=390-", "bytes=395-"}},
		{name: "no ranges", server: breaking{cuts: []int{100}, whole: true}, want: text, ranges: []string{"", "bytes=100-"}},
		{name: "too often", server: breaking{cuts: []int{1, 1, 1, 1, 1}}, ranges: []string{"", "bytes=1-", "bytes=2-", "bytes=3-"}, error: new(*transport.ConnectionError)},
		{name: "changed", server: breaking{cuts: []int{100}, header: func(n int, h http.Header) { h.Set("ETag", fmt.Sprintf("%q", fmt.Sprint(n))) }}, ranges: []string{"", "bytes=100-"}, error: new(*transport.ProtocolError)},
		{name: "changed, whole", server: breaking{cuts: []int{100}, whole: true, header: func(n int, h http.Header) { h.Set("ETag", fmt.Sprintf("%q", fmt.Sprint(n))) }}, ranges: []string{"", "bytes=100-"}, error: new(*transport.ProtocolError)},
		{name: "nothing to tell by", server: breaking{cuts: []int{100}, header: none}, ranges: []string{""}, error: new(*transport.ConnectionError)},
		{name: "a digest will tell", server: breaking{cuts: []int{100}, header: none}, request: transport.Request{Checked: true}, want: text, ranges: []string{"", "bytes=100-"}},
		{name: "a weak ETag", server: breaking{cuts: []int{100}, header: func(_ int, h http.Header) { h.Set("ETag", `W/"1"`) }}, ranges: []string{""}, error: new(*transport.ConnectionError)},
		{name: "a wrong part", server: breaking{cuts: []int{100}, header: func(n int, h http.Header) {
			if n == 1 {
				h.Set("Content-Range", "bytes 0-1/400")
			}
		}}, ranges: []string{"", "bytes=100-"}, error: new(*transport.ProtocolError)},
		{name: "an unnamed part", server: breaking{header: func(_ int, h http.Header) { h.Del("Content-Range") }}, request: transport.Request{From: 1}, ranges: []string{"bytes=1-"}, error: new(*transport.ProtocolError)},
	}
	for i := range tests {
		test := &tests[i]
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.server.text = text
			url, requests := serve(t, test.server.ServeHTTP)
			test.request.URL = url
			got, err := readAll(t, newClient(t, newClock(), nil), test.request)
			if test.error != nil {
				if !errors.As(err, test.error) {
					t.Errorf("error = %v (%T), want %T", err, err, test.error)
				}
			} else if got != test.want || err != nil {
				t.Errorf("got %d bytes, %v, want %d", len(got), err, len(test.want))
			}
			var ranges []string
			for _, r := range requests() {
				ranges = append(ranges, r.Header.Get("Range"))
				if r.Header.Get("Accept-Encoding") != "identity" {
					t.Errorf("Accept-Encoding = %q, want identity", r.Header.Get("Accept-Encoding"))
				}
				if len(ranges) > 1 && test.server.header == nil && r.Header.Get("If-Range") != `"one"` {
					t.Errorf("If-Range = %q, want the ETag", r.Header.Get("If-Range"))
				}
			}
			if fmt.Sprint(ranges) != fmt.Sprint(test.ranges) {
				t.Errorf("ranges asked for = %q, want %q", ranges, test.ranges)
			}
		})
	}
}

func TestLargeBodiesMayBreakOften(t *testing.T) {
	t.Parallel()
	server := breaking{text: strings.Repeat("x", 1<<20), cuts: []int{100_000, 100_000, 100_000, 100_000, 100_000, 100_000}}
	url, _ := serve(t, server.ServeHTTP)
	got, err := readAll(t, newClient(t, newClock(), func(o *transport.Options) { o.Retries = 1 }), transport.Request{URL: url})
	if got != server.text || err != nil {
		t.Errorf("got %d bytes, %v, want all of %d", len(got), err, len(server.text))
	}
}

func TestSilenceWithinABody(t *testing.T) {
	t.Parallel()
	server := breaking{text: strings.Repeat("x", 1000), cuts: []int{100}, stall: make(chan struct{})}
	url, _ := serve(t, server.ServeHTTP)
	t.Cleanup(func() { close(server.stall) })
	client := newClient(t, newClock(), func(o *transport.Options) { o.Timeout = 50 * time.Millisecond })
	got, err := readAll(t, client, transport.Request{URL: url})
	if got != server.text || err != nil {
		t.Errorf("got %d bytes, %v, want all of %d", len(got), err, len(server.text))
	}
	server.n = 0
	page, err := client.Page(t.Context(), transport.PageRequest{URL: url, Limit: 2000})
	if err != nil || page.Body != server.text {
		t.Errorf("Page: %v, want all", err)
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("0123456789"))
	})
	response, err := newClient(t, newClock(), nil).Get(t.Context(), transport.Request{URL: url, Tail: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if string(text) != "6789" || err != nil || !response.Partial || response.From != 6 || response.Size != 10 {
		t.Errorf("got %q, %v, %+v, want the last 4 of 10 bytes", text, err, response)
	}
	if got := requests()[0].Header.Get("Range"); got != "bytes=-4" {
		t.Errorf("Range = %q, want bytes=-4", got)
	}
}
