//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// toxiproxy is a running toxiproxy-server, which forwards connections and does to them
// what it is told.
type toxiproxy struct{ api string }

// toxic is something that happens to what flows, by toxiproxy's own names.
type toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"`
	Toxicity   float64        `json:"toxicity"` // the part of connections that it happens to
	Attributes map[string]int `json:"attributes"`
}

// startToxiproxy starts one that ends with the test, which is left out where there is none.
func startToxiproxy(t *testing.T) *toxiproxy {
	t.Helper()
	program, err := exec.LookPath("toxiproxy-server")
	if err != nil {
		t.Skip("there is no toxiproxy-server")
	}
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	command := exec.CommandContext(t.Context(), program, "-host", host, "-port", port)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	p := &toxiproxy{api: "http://" + net.JoinHostPort(host, port)}
	for { // it can't say that it listens but by answering
		response, err := http.Get(p.api + "/version")
		if err == nil {
			_ = response.Body.Close()
			return p
		}
		if t.Context().Err() != nil || command.ProcessState != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *toxiproxy) call(t *testing.T, method, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, p.api+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s, %v: %s", method, path, response.Status, err, text)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatal(err)
		}
	}
}

// before forwards a new address to a host, with toxics on the way.
func (p *toxiproxy) before(t *testing.T, name, host string, toxics ...toxic) (address string) {
	t.Helper()
	var made struct{ Listen string }
	p.call(t, http.MethodPost, "/proxies", map[string]any{"name": name, "listen": "127.0.0.1:0", "upstream": host, "enabled": true}, &made)
	for i, one := range toxics {
		if one.Toxicity == 0 {
			one.Toxicity = 1
		}
		if one.Stream == "" {
			one.Stream = "downstream"
		}
		p.call(t, http.MethodPost, "/proxies/"+name+"/toxics", struct {
			Name string `json:"name"`
			toxic
		}{fmt.Sprint("toxic", i), one}, nil)
	}
	return made.Listen
}

// cure takes all toxics off a proxy.
func (p *toxiproxy) cure(t *testing.T, name string) {
	t.Helper()
	var toxics []struct{ Name string }
	p.call(t, http.MethodGet, "/proxies/"+name+"/toxics", nil, &toxics)
	for _, one := range toxics {
		p.call(t, http.MethodDelete, "/proxies/"+name+"/toxics/"+one.Name, nil, nil)
	}
}

// What can happen to a connection on its way to a real server, by http and by https:
// either the bundle is the right one, or there is a clear error and no bundle. Once
// all is well again, what the cache has kept does no harm.
func TestToxiproxy(t *testing.T) {
	t.Parallel()
	server, proxy := startNginx(t), startToxiproxy(t)
	want, said := newVisitor(t).build(t, nil, "-i", "http://"+server.host+"/simple/")
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	type test struct {
		name    string
		toxics  []toxic
		refusal string // part of the error that there must be; "?" if there may be one
	}
	limit := func(bytes int) []toxic {
		return []toxic{{Type: "limit_data", Attributes: map[string]int{"bytes": bytes}}}
	}
	tests := []test{
		{"latency", []toxic{{Type: "latency", Attributes: map[string]int{"latency": 30, "jitter": 20}}, {Type: "latency", Stream: "upstream", Attributes: map[string]int{"latency": 20}}}, ""},
		{"bandwidth", []toxic{{Type: "bandwidth", Attributes: map[string]int{"rate": 2000}}}, ""},
		{"slices", []toxic{{Type: "slicer", Attributes: map[string]int{"average_size": 200, "size_variation": 100, "delay": 1}}}, ""},
		{"slow close", []toxic{{Type: "slow_close", Attributes: map[string]int{"delay": 50}}}, ""},
		{"silence", []toxic{{Type: "timeout", Attributes: map[string]int{"timeout": 0}}}, "(tried 2 times)"},
		{"silence towards the server", []toxic{{Type: "timeout", Stream: "upstream", Attributes: map[string]int{"timeout": 0}}}, "(tried 2 times)"},
		{"reset at once", []toxic{{Type: "reset_peer", Attributes: map[string]int{"timeout": 0}}}, "(tried 2 times)"},
		{"reset after a while", []toxic{{Type: "reset_peer", Attributes: map[string]int{"timeout": 15}}}, "?"},
		{"reset of some", []toxic{{Type: "reset_peer", Toxicity: 0.3, Attributes: map[string]int{"timeout": 0}}}, "?"},
		{"slow, and cut", append(limit(9000), toxic{Type: "bandwidth", Attributes: map[string]int{"rate": 1000}}), "?"},
		{"cut in every file, but far in it", limit(120_000), ""},
	}
	for _, bytes := range []int{0, 50, 300, 5000, 20_000} {
		refusal := "?"
		if bytes < 100 {
			refusal = "(tried 2 times)"
		}
		tests = append(tests, test{fmt.Sprintf("cut after %d bytes", bytes), limit(bytes), refusal})
	}
	t.Run("build", func(t *testing.T) {
		for _, scheme := range []string{"http", "https"} {
			host := map[string]string{"http": server.host, "https": server.https}[scheme]
			for i, test := range tests {
				t.Run(scheme+" "+test.name, func(t *testing.T) {
					t.Parallel()
					name := fmt.Sprintf("%s%d", scheme, i)
					where := []string{"-i", scheme + "://" + proxy.before(t, name, host, test.toxics...) + "/simple/", "--cert", filepath.Join(server.folder, "authority.pem")}
					v := newVisitor(t)
					got, said := v.build(t, nil, append(where, "--retries", "1", "--timeout", longestWait(test.refusal))...)
					judge(t, got, want, said, test.refusal)
					proxy.cure(t, name)
					if again, said := v.build(t, nil, where...); !bytes.Equal(again, want) {
						t.Errorf("once all is well it is not the right bundle: %s", said)
					}
				})
			}
		}
	})
}

// longestWait is a --timeout: short where nothing will ever come.
func longestWait(refusal string) string {
	if refusal == "" || refusal == "?" {
		return "30"
	}
	return "0.3"
}
