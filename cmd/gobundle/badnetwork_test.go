//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// trouble is what a bad network does to one answer.
type trouble int

const (
	noTrouble      trouble = iota
	late                   // the answer comes after a while
	reset                  // the connection is reset in the middle of the body
	cut                    // the connection is closed in the middle of the body
	busy                   // 503
	limited                // 429, to come again at once
	limitedForLong         // 429, to come again in an hour
)

// badNetwork stands before a server and troubles its answers.
type badNetwork struct {
	*httptest.Server
	mu   sync.Mutex
	next func(path string) trouble
}

func newBadNetwork(t *testing.T, host string, next func(path string) trouble) *badNetwork {
	t.Helper()
	n := &badNetwork{next: next}
	behind := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		now := n.next(r.URL.Path)
		n.mu.Unlock()
		switch now {
		case late:
			time.Sleep(20 * time.Millisecond)
		case busy:
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		case limited, limitedForLong:
			w.Header().Set("Retry-After", map[trouble]string{limited: "0", limitedForLong: "3600"}[now])
			http.Error(w, "too often", http.StatusTooManyRequests)
			return
		case reset, cut:
			w = &breakingWriter{ResponseWriter: w, reset: now == reset}
		}
		behind.ServeHTTP(w, r)
	}))
	t.Cleanup(n.Close)
	return n
}

func (n *badNetwork) index() string { return n.URL + "/simple/" }

// becomes changes what happens to the answers.
func (n *badNetwork) becomes(next func(path string) trouble) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next = next
}

// breakingWriter lets half of the first piece of a body through and then ends
// the connection.
type breakingWriter struct {
	http.ResponseWriter
	reset bool
}

func (w *breakingWriter) Write(p []byte) (int, error) {
	_, _ = w.ResponseWriter.Write(p[:len(p)/2])
	control := http.NewResponseController(w.ResponseWriter)
	_ = control.Flush()
	connection, _, err := control.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok && w.reset {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
	return 0, http.ErrAbortHandler
}

// everySecond troubles every second answer for each path.
func everySecond(what trouble) func(string) trouble {
	asked := map[string]int{}
	return func(path string) trouble {
		asked[path]++
		if asked[path]%2 == 1 {
			return what
		}
		return noTrouble
	}
}

func always(what trouble) func(string) trouble { return func(string) trouble { return what } }

// onFiles troubles answers with files only.
func onFiles(what trouble) func(string) trouble {
	return func(path string) trouble {
		if strings.HasSuffix(path, ".whl") {
			return what
		}
		return noTrouble
	}
}

// byChance troubles most answers in all ways but the hopeless one.
func byChance(seed uint64) func(string) trouble {
	chance := rand.New(rand.NewPCG(seed, 0))
	return func(string) trouble { return trouble(chance.IntN(int(limitedForLong)+2)) % limitedForLong }
}

// A bad network before a real server: the bundle is the right one, or there is a
// clear error and no bundle; and afterwards the cache holds nothing wrong.
func TestBadNetwork(t *testing.T) {
	t.Parallel()
	server := startNginx(t)
	want, said := newVisitor(t).build(t, nil, "-i", "http://"+server.host+"/simple/")
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	type test struct {
		name    string
		next    func(string) trouble
		refusal string // part of the error that there must be; "?" if there may be one
	}
	tests := []test{
		{"late", always(late), ""},
		{"reset now and then", everySecond(reset), ""},
		{"cut now and then", everySecond(cut), ""},
		{"busy now and then", everySecond(busy), ""},
		{"limited now and then", everySecond(limited), ""},
		{"always reset", always(reset), "(tried 4 times)"},
		{"always cut", always(cut), "(tried 4 times)"},
		{"always busy", always(busy), "503 Service Unavailable (tried 4 times)"},
		{"always limited", always(limited), "429 Too Many Requests"},
		{"limited for long", always(limitedForLong), "asks to wait 1h0m0s"},
		{"files always busy", onFiles(busy), "503 Service Unavailable"},
		{"files limited for long", onFiles(limitedForLong), "asks to wait 1h0m0s"},
	}
	for seed := range uint64(4) {
		tests = append(tests, test{fmt.Sprintf("storm %d", seed), byChance(seed), "?"})
	}
	t.Run("build", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				v := newVisitor(t)
				network := newBadNetwork(t, server.host, test.next)
				got, said := v.build(t, nil, "-i", network.index(), "--retries", "3")
				judge(t, got, want, said, test.refusal)
				network.becomes(always(noTrouble))
				if again, said := v.build(t, nil, "-i", network.index()); !bytes.Equal(again, want) {
					t.Errorf("once the network is good it is not the right bundle: %s", said)
				}
			})
		}
	})
	resumed := regexp.MustCompile(` 206 /files/helper-1\.1\S* "bytes=[1-9][0-9]*-"`)
	if all := strings.Join(server.requests(t, "helper-1.1"), "\n"); !resumed.MatchString(all) {
		t.Errorf("no download was continued where it broke off:\n%s", all)
	}
}

// judge holds that a build over a bad network has given the right bundle, or none and
// an error with the refusal in it. "" allows no refusal, and "?" any outcome of the two.
func judge(t *testing.T, got, want []byte, said, refusal string) {
	t.Helper()
	switch {
	case got != nil && !bytes.Equal(got, want):
		t.Error("the bundle is a wrong one")
	case got != nil && refusal != "" && refusal != "?":
		t.Errorf("there is a bundle, want an error with %q", refusal)
	case got == nil && (refusal == "" || !strings.Contains(said, "gobundle: error: ") || !strings.Contains(said, "gobundle: hint: ")):
		t.Errorf("gobundle says %q", said)
	case got == nil && refusal != "?" && !strings.Contains(said, refusal):
		t.Errorf("gobundle says %q, want %q in it", said, refusal)
	}
}
