//go:build unix

package main

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// largeIndex serves indexes that are larger than most: /many/ lists so many projects,
// /files/ has a project with so many files, /huge/ one whose page has so many bytes.
// The newest file of each project is there, too.
func largeIndex(b *testing.B, projects, files, size int) *httptest.Server {
	b.Helper()
	folder := b.TempDir()
	if err := indextest.WriteFolder(folder, indextest.Dist{Name: "large", Version: "9999999"}); err != nil {
		b.Fatal(err)
	}
	page := func(w http.ResponseWriter, until func(files, bytes int) bool) {
		w.Header().Set("Content-Type", "application/vnd.pypi.simple.v1+json")
		w.Header().Set("Cache-Control", "max-age=600")
		out := bufio.NewWriterSize(w, 1<<20)
		defer out.Flush()
		_, _ = out.WriteString(`{"meta":{"api-version":"1.1"},"name":"large","files":[{"filename":"large-9999999-py3-none-any.whl","url":"/wheels/large-9999999-py3-none-any.whl","hashes":{}}`)
		for n, written := 0, 0; !until(n, written); n++ {
			name := fmt.Sprintf("large-%d.%d-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", n/10, n%10)
			sum := fmt.Sprintf("%064x", n*7919)
			more, _ := fmt.Fprintf(out, `,{"core-metadata":{"sha256":"%s"},"filename":"%s","hashes":{"sha256":"%s"},"requires-python":">=3.8","size":%d,"upload-time":"2024-05-06T07:08:09.123456Z","url":"https://files.example/packages/%s/%s/%s","yanked":false}`,
				sum, name, sum, 1000000+n, sum[60:], strings.Repeat("ab", 30), name)
			written += more
		}
		_, _ = out.WriteString(`]}`)
	}
	mux := http.NewServeMux()
	mux.Handle("/wheels/", http.StripPrefix("/wheels/", http.FileServer(http.Dir(folder))))
	mux.HandleFunc("/many/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for i := range projects {
			fmt.Fprintf(w, "<a href=\"/many/project-%d-of-many/\">project-%d-of-many</a>\n", i, i)
		}
	})
	mux.HandleFunc("/files/large/", func(w http.ResponseWriter, _ *http.Request) {
		page(w, func(n, _ int) bool { return n == files-1 })
	})
	mux.HandleFunc("/huge/large/", func(w http.ResponseWriter, _ *http.Request) {
		page(w, func(_, bytes int) bool { return bytes >= size })
	})
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	return server
}

// BenchmarkLargeIndex runs gobundle on large indexes: the time of a run, and the most
// memory that a process had, as the system counts both.
func BenchmarkLargeIndex(b *testing.B) {
	python, err := realPython()
	if err != nil {
		b.Fatal(err)
	}
	gobundle, err := exec.LookPath("gobundle") // which TestMain has put there
	if err != nil {
		b.Fatal(err)
	}
	server := largeIndex(b, 10_000, 5_000, 200<<20)
	for _, test := range []struct {
		name      string
		arguments []string
		exit      int
		cached    bool
	}{
		{"nothing", []string{"-f", server.URL + "/wheels/", "--no-index"}, exitDone, false},
		{"10000 projects, misspelt", []string{"project-7000-of-mny", "-i", server.URL + "/many/"}, exitNoSolution, false},
		{"5000 files", []string{"-i", server.URL + "/files/"}, exitDone, false},
		{"5000 files, again", []string{"-i", server.URL + "/files/"}, exitDone, true},
		{"200 MB page", []string{"-i", server.URL + "/huge/"}, exitDone, false},
		{"200 MB page, again", []string{"-i", server.URL + "/huge/"}, exitDone, true},
	} {
		b.Run(test.name, func(b *testing.B) {
			folder := b.TempDir()
			p := &place{gobundle: gobundle}
			anew := func() {
				p.settings = []string{"PATH=" + filepath.Dir(python), "HOME=" + folder, "GOBUNDLE_CACHE_DIR=" + b.TempDir(), "PIP_CONFIG_FILE=" + os.DevNull}
			}
			anew()
			var most int64
			var busy time.Duration
			run := func() {
				command := p.command(b.Context(), p.gobundle, append([]string{"large", "-o", filepath.Join(folder, "app.pyz")}, test.arguments...)...)
				said, _ := command.CombinedOutput()
				if command.ProcessState == nil || command.ProcessState.ExitCode() != test.exit {
					b.Fatalf("%v: %s", command.ProcessState, said)
				}
				busy += command.ProcessState.UserTime() + command.ProcessState.SystemTime()
				most = max(most, command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
			}
			if test.cached {
				run()
				busy = 0
			}
			for b.Loop() {
				if !test.cached {
					b.StopTimer()
					anew()
					b.StartTimer()
				}
				run()
			}
			b.ReportMetric(float64(busy.Milliseconds())/float64(b.N), "CPU-ms/op")
			b.ReportMetric(float64(most)/1000, "MB-peak")
		})
	}
}
