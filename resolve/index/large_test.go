package index_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
)

// writeLarge writes a project's page of about size bytes, as the public index
// would, and returns the number of files on it.
func writeLarge(w http.ResponseWriter, size int) int {
	w.Header().Set("Content-Type", "application/vnd.pypi.simple.v1+json")
	out := bufio.NewWriterSize(w, 1<<20)
	defer out.Flush()
	_, _ = out.WriteString(`{"meta":{"api-version":"1.1"},"name":"large","files":[`)
	written, files := 0, 0
	for ; written < size; files++ {
		if files > 0 {
			_ = out.WriteByte(',')
		}
		name := fmt.Sprintf("large-1.%d.%d-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", files/10, files%10)
		sum := fmt.Sprintf("%064x", files*7919)
		n, _ := fmt.Fprintf(out, `{"core-metadata":{"sha256":"%s"},"data-dist-info-metadata":{"sha256":"%s"},"filename":"%s","hashes":{"sha256":"%s"},"provenance":null,"requires-python":">=3.8","size":%d,"upload-time":"2024-05-06T07:08:09.123456Z","url":"https://files.example/packages/%s/%s/%s/%s","yanked":false}`,
			sum, sum, name, sum, 1000000+files, sum[60:62], sum[62:], strings.Repeat("ab", 30), name)
		written += n
	}
	_, _ = out.WriteString(`]}`)
	return files
}

// peak samples how much memory the process uses until done is called, which
// returns the most, in bytes, above what it was before.
func peak() (done func() uint64) {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-finished
		return most.Load() - min(before.HeapInuse, most.Load())
	}
}

// BenchmarkLargePage reads pages over http: time, and the most memory in use.
func BenchmarkLargePage(b *testing.B) {
	for _, size := range []int{10, 200} {
		b.Run(fmt.Sprintf("%dMB", size), func(b *testing.B) {
			var files int
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { files = writeLarge(w, size<<20) }))
			defer server.Close()
			b.SetBytes(int64(size << 20))
			for b.Loop() {
				client, err := index.New(index.Options{IndexURL: server.URL})
				if err != nil {
					b.Fatal(err)
				}
				most := peak()
				p, err := client.Project(b.Context(), "large")
				b.ReportMetric(float64(most()>>20), "MB-peak")
				if err != nil || len(p.Files) != files {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRoot reads an index's list of 10,000 projects to guess at a misspelt name.
func BenchmarkRoot(b *testing.B) {
	for _, form := range []string{"JSON", "HTML"} {
		b.Run(form, func(b *testing.B) {
			var page strings.Builder
			for i := range 10000 {
				if form == "JSON" {
					fmt.Fprintf(&page, `,{"name":"project-%d-of-many"}`, i)
				} else {
					fmt.Fprintf(&page, "<a href=\"/simple/project-%d-of-many/\">project-%d-of-many</a>\n", i, i)
				}
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path != "/":
					http.NotFound(w, r)
				case form == "JSON":
					w.Header().Set("Content-Type", "application/vnd.pypi.simple.v1+json")
					fmt.Fprintf(w, `{"meta":{"api-version":"1.0"},"projects":[%s]}`, page.String()[1:])
				default:
					w.Header().Set("Content-Type", "text/html")
					fmt.Fprint(w, "<!DOCTYPE html>", page.String())
				}
			}))
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				client, err := index.New(index.Options{IndexURL: server.URL})
				if err != nil {
					b.Fatal(err)
				}
				_, err = client.Project(b.Context(), "project-7000-of-mny")
				if err == nil || !strings.Contains(fmt.Sprintf("%+v", err), "not found") {
					b.Fatal(err)
				}
			}
		})
	}
}
