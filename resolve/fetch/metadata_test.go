package fetch_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/transport"
)

// many has a directory that is longer than what is read of its end at first.
func many() indextest.Dist {
	files := map[string]string{}
	for i := range 1500 {
		files["many/module_with_a_long_name_"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/26)+".py"] = "pass\n"
	}
	return indextest.Dist{Name: "many", Version: "1", Files: files, Requires: []string{"six"}}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	large := indextest.Dist{Name: "large", Version: "1", Requires: []string{"six"}, Padding: 300_000}
	small := indextest.Dist{Name: "small", Version: "1", Requires: []string{"six"}}
	noMetadata := func(b *indextest.Behaviour) { b.NoMetadata = true }
	tests := []struct {
		name     string
		dist     indextest.Dist
		set      func(*indextest.Behaviour)
		file     func(*index.File)
		faults   []indextest.Fault
		requests []string // each with the kind of range asked for, without folder
	}{
		{name: "beside the wheel", dist: large, requests: []string{"large-1-py3-none-any.whl.metadata"}},
		{name: "beside the wheel, no digest of the wheel", dist: large, file: func(f *index.File) { f.Hashes = nil }, requests: []string{"large-1-py3-none-any.whl.metadata"}},
		{name: "beside the wheel, without its digest", dist: large, file: func(f *index.File) { f.MetadataHashes = nil }, requests: []string{"large-1-py3-none-any.whl.metadata"}},
		{
			name: "announced, but not there", dist: large, set: noMetadata, file: func(f *index.File) { f.HasMetadata = true },
			requests: []string{"large-1-py3-none-any.whl.metadata", "large-1-py3-none-any.whl part"},
		},
		{name: "by ranges", dist: large, set: noMetadata, requests: []string{"large-1-py3-none-any.whl part"}},
		{name: "by ranges, size unknown", dist: large, set: func(b *indextest.Behaviour) { b.NoMetadata, b.NoSizes = true, true }, requests: []string{"large-1-py3-none-any.whl tail"}},
		{
			name: "by ranges, no tails", dist: large, set: func(b *indextest.Behaviour) { b.NoMetadata, b.NoSizes, b.NoTails = true, true, true },
			requests: []string{"large-1-py3-none-any.whl tail", "large-1-py3-none-any.whl"},
		},
		{name: "by ranges, small", dist: small, set: noMetadata, requests: []string{"small-1-py3-none-any.whl part"}},
		{
			name: "by ranges, long directory", dist: many(), set: noMetadata,
			requests: []string{"many-1-py3-none-any.whl part", "many-1-py3-none-any.whl part", "many-1-py3-none-any.whl part"},
		},
		{name: "whole, for there are no ranges", dist: large, set: func(b *indextest.Behaviour) { b.NoMetadata, b.NoRanges = true, true }, requests: []string{"large-1-py3-none-any.whl part"}},
		{
			name: "whole, for ranges are refused", dist: large, set: noMetadata, faults: []indextest.Fault{{Path: ".whl", Status: 416, Times: 1}},
			requests: []string{"large-1-py3-none-any.whl part", "large-1-py3-none-any.whl"},
		},
		{
			name: "after a while", dist: large, faults: []indextest.Fault{{Path: ".metadata", Status: 503, Times: 2}},
			requests: []string{"large-1-py3-none-any.whl.metadata", "large-1-py3-none-any.whl.metadata", "large-1-py3-none-any.whl.metadata"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.client = w.newClient(transport.Options{CacheDir: t.TempDir()})
			w.options.Client = w.client
			if test.set != nil {
				w.srv.Behave(test.set)
			}
			file := w.file(test.dist)
			if test.file != nil {
				test.file(&file)
			}
			w.srv.Fail(test.faults...)
			text, err := w.fetcher().Metadata(t.Context(), file)
			if err != nil || !strings.Contains(string(text), "Requires-Dist: six\n") || !strings.HasPrefix(string(text), "Metadata-Version:") {
				t.Fatalf("Metadata = %q, %v", text, err)
			}
			var requests []string
			for _, r := range w.srv.Requests() {
				requests = append(requests, filepath.Base(r.Path)+kindOf(r.Header.Get("Range")))
			}
			if strings.Join(requests, "; ") != strings.Join(test.requests, "; ") {
				t.Errorf("requests = %q, want %q", requests, test.requests)
			}
			// The second time nothing is asked, or whether it has changed.
			w.srv.Forget()
			again, err := w.fetcher().Metadata(t.Context(), file)
			if err != nil || string(again) != string(text) {
				t.Errorf("the second time: %q, %v", again, err)
			}
			for _, r := range w.srv.Requests() {
				if file.Hashes != nil || r.Status != http.StatusNotModified {
					t.Errorf("the second time %s was asked for: %d", r.Path, r.Status)
				}
			}
		})
	}
}

// kindOf tells a range that counts from the end from another one.
func kindOf(header string) string {
	switch {
	case header == "":
		return ""
	case strings.HasPrefix(header, "bytes=-"):
		return " tail"
	}
	return " part"
}

// A server without ranges is asked for a part of a file once only.
func TestRangelessHostsAreRemembered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.srv.Behave(func(b *indextest.Behaviour) { b.NoMetadata, b.NoRanges = true, true })
	f := w.fetcher()
	asked := 0
	for _, name := range []string{"a", "b", "c"} {
		file := w.file(indextest.Dist{Name: name, Version: "1", Padding: 100_000})
		if _, err := f.Metadata(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Wheel(t.Context(), file, nil, nil); err != nil {
			t.Fatal(err)
		}
		for _, r := range w.srv.Requests() {
			if r.Header.Get("Range") != "" {
				asked++
			}
		}
		if n := len(w.srv.Requests()); n != 1 {
			t.Errorf("%s took %d requests, want one: what came whole is kept", name, n)
		}
	}
	if asked != 1 {
		t.Errorf("%d requests for a part, want one", asked)
	}
}

func TestMetadataErrors(t *testing.T) {
	t.Parallel()
	noMetadata := func(b *indextest.Behaviour) { b.NoMetadata = true }
	dist := indextest.Dist{Name: "x", Version: "1", Padding: 100_000}
	broken := dist
	broken.Truncate = 50
	tests := []struct {
		name  string
		dist  indextest.Dist
		set   func(*indextest.Behaviour)
		fault indextest.Fault
		error any
	}{
		{"another digest", indextest.Dist{Name: "x", Version: "1", WrongMetadataHash: true}, nil, indextest.Fault{}, new(*fetch.HashError)},
		{"unavailable", dist, nil, indextest.Fault{Path: ".metadata", Status: 500}, new(*fetch.StatusError)},
		{"forbidden", dist, nil, indextest.Fault{Path: ".metadata", Status: 403}, new(*fetch.StatusError)},
		{"cut", dist, nil, indextest.Fault{Path: ".metadata", Cut: 5}, new(*transport.ConnectionError)},
		{"a part cut", dist, noMetadata, indextest.Fault{Path: ".whl", Cut: 100}, new(*transport.ConnectionError)},
		{"wheel not there", dist, noMetadata, indextest.Fault{Path: ".whl", Status: 404}, new(*fetch.StatusError)},
		{"wheel of another digest", indextest.Dist{Name: "x", Version: "1", WrongHash: true, Truncate: 30}, noMetadata, indextest.Fault{}, new(*fetch.HashError)},
		{"wheel truncated at its source", broken, noMetadata, indextest.Fault{}, new(*fetch.FileError)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.set != nil {
				w.srv.Behave(test.set)
			}
			file := w.file(test.dist)
			if test.fault != (indextest.Fault{}) {
				w.srv.Fail(test.fault)
			}
			text, err := w.fetcher().Metadata(t.Context(), file)
			if !errors.As(err, test.error) {
				t.Errorf("Metadata = %q, %v (%T), want a %T", text, err, err, test.error)
			}
		})
	}
}

// A digest that doesn't match must not be met again once the server is right.
func TestWrongMetadataIsNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.client = w.newClient(transport.Options{CacheDir: t.TempDir()})
	w.options.Client = w.client
	file := w.file(flask)
	w.srv.Fail(indextest.Fault{Path: ".metadata", Times: 1, Body: "Name: evil\n", ContentType: "text/plain"})
	var hash *fetch.HashError
	if _, err := w.fetcher().Metadata(t.Context(), file); !errors.As(err, &hash) || hash.File != file.Name+".metadata" {
		t.Errorf("error = %v, want a HashError of the metadata", err)
	}
	if text, err := w.fetcher().Metadata(t.Context(), file); err != nil || !strings.Contains(string(text), "Name: flask\n") {
		t.Errorf("Metadata = %q, %v", text, err)
	}
}

func TestDamagedMetadataMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	want, err := w.fetcher().Metadata(t.Context(), file)
	must(t, err)
	kept, err := filepath.Glob(filepath.Join(w.store, "metadata", "*", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept = %q, %v, want one file", kept, err)
	}
	text, err := os.ReadFile(kept[0])
	must(t, err)
	for _, damaged := range []string{"", "x", string(text[:len(text)-1]), string(text) + "x", strings.Replace(string(text), "flask", "evil!", 1)} {
		must(t, os.WriteFile(kept[0], []byte(damaged), 0o600))
		if got, err := w.fetcher().Metadata(t.Context(), file); err != nil || string(got) != string(want) {
			t.Errorf("Metadata = %q, %v, want it fetched again", got, err)
		}
	}
}

func TestMetadataOfStoredWheels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	_, err := w.wheel(file)
	must(t, err)
	w.options.Client = nil
	text, err := w.fetcher().Metadata(t.Context(), file)
	if err != nil || !strings.Contains(string(text), "Name: flask\n") {
		t.Errorf("Metadata = %q, %v", text, err)
	}
}

func TestMetadataOfLocalWheels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, d := range []indextest.Dist{flask, many()} {
		file := localFile(t, d)
		text, err := w.fetcher().Metadata(t.Context(), file)
		if err != nil || !strings.Contains(string(text), "Name: "+d.Name+"\n") {
			t.Errorf("Metadata = %q, %v", text, err)
		}
	}
}

// Credentials of the index are sent for files on its host, and are in no error
// and no file of the store.
func TestCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.srv.Behave(func(b *indextest.Behaviour) { b.User, b.Password = "me", "sesame" })
	w.srv.Add(flask)
	client, err := index.New(index.Options{IndexURL: w.srv.URLFor("me", "sesame"), Transport: w.client})
	must(t, err)
	p, err := client.Project(t.Context(), "flask")
	must(t, err)
	if _, err := w.wheel(p.Files[0]); err != nil {
		t.Errorf("Wheel: %v", err)
	}
	if _, err := w.fetcher().Metadata(t.Context(), p.Files[0]); err != nil {
		t.Errorf("Metadata: %v", err)
	}
	// As a direct reference, which may hold credentials itself.
	direct := index.File{Name: p.Files[0].Name, URL: strings.Replace(p.Files[0].URL, "://", "://me:sesame@", 1), Size: -1}
	w.client = w.newClient(transport.Options{})
	w.options.Client = w.client
	if _, err := w.wheel(direct); err != nil {
		t.Errorf("Wheel of %s: %v", direct.URL, err)
	}
	direct.URL = strings.Replace(direct.URL, "sesame", "sesame2", 1)
	_, err = w.wheel(direct)
	_, err2 := w.wheel(direct, "sha256:"+strings.Repeat("0", 64))
	_, err3 := w.fetcher().Metadata(t.Context(), direct)
	for _, err := range []error{err, err2, err3} {
		if err == nil || strings.Contains(err.Error(), "sesame") {
			t.Errorf("error = %v, want one without the password", err)
		}
	}
	for _, pattern := range []string{"*/*", "*/*/*", "*/*/*/*"} {
		files, err := filepath.Glob(filepath.Join(w.store, pattern))
		must(t, err)
		for _, path := range files {
			if text, err := os.ReadFile(path); err == nil && strings.Contains(path+string(text), "sesame") {
				t.Errorf("%s tells the password", path)
			}
		}
	}
}
