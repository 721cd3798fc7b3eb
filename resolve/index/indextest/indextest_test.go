package indextest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

var rich = indextest.Dist{
	Name: "Rich.App", Version: "1.0+local.1", Tag: "cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64", Build: "2b",
	Requires: []string{"six", `colour ; extra == "all"`}, Extras: []string{"all"}, RequiresPython: ">=3.8",
	Files:   map[string]string{"rich/__init__.py": "", "rich/data, with \"quotes\".txt": "x"},
	Scripts: map[string]string{"rich": "rich:main"}, GUIScripts: map[string]string{"richw": "rich:main"},
	EntryPoints: map[string]map[string]string{"rich.plugins": {"a": "rich.a"}},
	DataScripts: map[string]string{"rich-sh": "#!python\n"}, Data: map[string]string{"share/rich.txt": "x"}, Padding: 1000,
}

// The wheels are such as real installers take, but for the faults asked for.
func TestWheelsAreValid(t *testing.T) {
	t.Parallel()
	name, data := indextest.Wheel(rich)
	if want := "rich_app-1.0+local.1-2b-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"; name != want {
		t.Errorf("name = %q, want %q", name, want)
	}
	for _, d := range []indextest.Dist{rich, {Name: "x", Version: "1"}} {
		name, data := indextest.Wheel(d)
		if err := wheel.Verify(t.Context(), bytes.NewReader(data), int64(len(data)), name); err != nil {
			t.Errorf("Verify(%s): %v", name, err)
		}
		_, again := indextest.Wheel(d)
		if !bytes.Equal(data, again) {
			t.Errorf("%s differs when it is made again", name)
		}
	}
	w, err := wheel.Open(bytes.NewReader(data), int64(len(data)), name)
	if err != nil {
		t.Fatal(err)
	}
	points, err := w.EntryPoints()
	if err != nil || len(points) != 3 {
		t.Errorf("entry points = %+v, %v, want 3", points, err)
	}
	for _, change := range []func(*indextest.Dist){
		func(d *indextest.Dist) { d.WrongRecord = true },
		func(d *indextest.Dist) { d.MissingRecord = true },
	} {
		d := rich
		change(&d)
		name, data := indextest.Wheel(d)
		var record *wheel.RecordError
		if err := wheel.Verify(t.Context(), bytes.NewReader(data), int64(len(data)), name); !errors.As(err, &record) {
			t.Errorf("Verify: %v, want a RecordError", err)
		}
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return nil, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, ""
	}
	return response, string(text)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := indextest.New(t)
	names := srv.Add(rich)
	url := srv.FileURL(strings.ReplaceAll(names[0], "+", "%2B"))
	_, data := indextest.Wheel(rich)
	tests := []struct {
		name   string
		fault  indextest.Fault
		status int // 0 for a broken connection
		text   string
	}{
		{"none", indextest.Fault{Path: "/other"}, 200, string(data)},
		{"status", indextest.Fault{Status: 503, RetryAfter: "7"}, 503, ""},
		{"garbage", indextest.Fault{ContentType: "text/html", Body: "garbage"}, 200, "garbage"},
		{"reset", indextest.Fault{Reset: true}, 0, ""},
		{"cut", indextest.Fault{Cut: 10}, 0, ""},
		{"slow", indextest.Fault{Delay: time.Millisecond}, 200, string(data)},
		{"stalled", indextest.Fault{Cut: 10, Stall: time.Millisecond}, 0, ""},
		{"away", indextest.Fault{Path: "/files/", Redirect: srv.URL()}, 200, "Simple index"},
	}
	for _, test := range tests {
		srv.Recover()
		srv.Forget()
		srv.Fail(test.fault)
		response, text := get(t, url)
		switch {
		case response == nil:
			if test.status != 0 {
				t.Errorf("%s: the connection broke, want status %d", test.name, test.status)
			}
		case response.StatusCode != test.status || !strings.Contains(text, test.text) || response.Header.Get("Retry-After") != test.fault.RetryAfter:
			t.Errorf("%s: %d with %d bytes, want %d", test.name, response.StatusCode, len(text), test.status)
		}
		if requests := srv.Requests(); len(requests) == 0 || requests[0].Method != http.MethodGet || !strings.HasPrefix(requests[0].Path, "/files/rich_app-1.0+local.1") {
			t.Errorf("%s: requests = %+v", test.name, requests)
		}
	}
	srv.Recover()
	srv.Fail(indextest.Fault{Status: 500, Times: 1}, indextest.Fault{Status: 503, Times: 1})
	var codes []int
	for range 3 {
		response, _ := get(t, url)
		codes = append(codes, response.StatusCode)
	}
	if codes[0] != 500 || codes[1] != 503 || codes[2] != 200 {
		t.Errorf("answers = %v, want the faults in their order, and then none", codes)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	srv, err := indextest.Start()
	if err != nil {
		t.Fatal(err)
	}
	srv.AddEmpty("nothing")
	if response, text := get(t, srv.URL()); response == nil || !strings.Contains(text, "nothing") {
		t.Errorf("root = %q, want the empty project listed", text)
	}
	srv.Close()
	if response, _ := get(t, srv.URL()); response != nil {
		t.Error("a closed server answers")
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	srv := indextest.NewTLS(t)
	if !strings.HasPrefix(srv.URL(), "https://127.0.0.1:") || !bytes.Contains(srv.Certificate(), []byte("BEGIN CERTIFICATE")) {
		t.Errorf("URL = %s, certificate = %q", srv.URL(), srv.Certificate())
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	folder := indextest.Folder(t, rich, indextest.Dist{Name: "x", Version: "1", Sdist: true}, indextest.Dist{FileName: "odd.whl", Raw: []byte("odd")})
	name, data := indextest.Wheel(rich)
	if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !bytes.Equal(text, data) {
		t.Errorf("%s: %d bytes, %v", name, len(text), err)
	}
	for _, name := range []string{"x-1.tar.gz", "odd.whl"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
}
