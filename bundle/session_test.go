package bundle

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/transport"
)

// sessionWith makes a session with an environment and a cache of its own.
func sessionWith(t *testing.T, environment map[string]string) *session {
	t.Helper()
	s, err := newSession(&Surroundings{
		Directory: t.TempDir(),
		CacheDir:  t.TempDir(),
		Getenv:    func(name string) string { return environment[name] },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Without an index the public one is asked, which here is behind a proxy that lets
// nothing through.
func TestPublicIndex(t *testing.T) {
	t.Parallel()
	public, err := url.Parse(PublicIndex)
	if err != nil || public.Scheme != "https" {
		t.Fatalf("Parse(%q) = %v, %v", PublicIndex, public, err)
	}
	folder := indextest.Folder(t)
	tests := []struct {
		name  string
		where Indexes
		want  []string // hosts that the proxy is asked for
	}{
		{"nothing said", Indexes{}, []string{public.Host + ":443"}},
		{"find-links", Indexes{FindLinks: []string{folder}}, []string{public.Host + ":443"}},
		{"another index", Indexes{IndexURL: "https://index.example/simple/"}, []string{"index.example:443"}},
		{"a further index", Indexes{ExtraIndexURLs: []string{"https://index.example/simple/"}}, []string{"index.example:443"}},
		{"none", Indexes{NoIndex: true, FindLinks: []string{folder}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var asked []string
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				asked = append(asked, r.Host)
				w.WriteHeader(http.StatusForbidden)
			}))
			t.Cleanup(proxy.Close)
			indexes, _, err := sessionWith(t, map[string]string{"HTTPS_PROXY": proxy.URL}).open(test.where)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := indexes.Project(t.Context(), "absent"); err == nil {
				t.Error("a project is found behind a proxy that lets nothing through")
			}
			mu.Lock()
			defer mu.Unlock()
			if got := slices.Compact(asked); !slices.Equal(got, test.want) {
				t.Errorf("the proxy was asked for %q, want %q", got, test.want)
			}
		})
	}
}

// Certificates are those that were named, else those that pip would trust.
func TestCertificates(t *testing.T) {
	t.Parallel()
	server := indextest.NewTLS(t)
	server.Add(indextest.Dist{Name: "helper", Version: "1.0"})
	good, other := filepath.Join(t.TempDir(), "good.pem"), filepath.Join(t.TempDir(), "other.pem")
	for file, pem := range map[string][]byte{good: server.Certificate(), other: []byte("none\n")} {
		if err := os.WriteFile(file, pem, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name        string
		environment map[string]string
		named       string
		want        any // a pointer to the kind of error, nil for none
	}{
		{"nothing", nil, "", new(*transport.ConnectionError)},
		{"--cert", nil, good, nil},
		{"--cert before variables", map[string]string{"PIP_CERT": other}, good, nil},
		{"PIP_CERT", map[string]string{"PIP_CERT": good, "REQUESTS_CA_BUNDLE": other}, "", nil},
		{"REQUESTS_CA_BUNDLE", map[string]string{"REQUESTS_CA_BUNDLE": good, "CURL_CA_BUNDLE": other}, "", nil},
		{"CURL_CA_BUNDLE", map[string]string{"CURL_CA_BUNDLE": good, "SSL_CERT_FILE": other}, "", nil},
		{"SSL_CERT_FILE", map[string]string{"SSL_CERT_FILE": good}, "", nil},
		{"a folder", map[string]string{"SSL_CERT_FILE": filepath.Dir(good)}, "", nil},
		{"none in it", map[string]string{"SSL_CERT_FILE": other}, "", new(*transport.CertificateError)},
		{"not there", nil, "missing.pem", new(*transport.CertificateError)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			indexes, _, err := sessionWith(t, test.environment).open(Indexes{IndexURL: server.URL(), CertificateFile: test.named})
			if err == nil {
				_, err = indexes.Project(t.Context(), "helper")
			}
			if test.want == nil && err != nil || test.want != nil && !errors.As(err, test.want) {
				t.Errorf("error = %v, want %T", err, test.want)
			}
		})
	}
}

// A cache that can't be where it was asked for is an error; one that can't be in its
// usual place is elsewhere, and a note says so.
func TestCacheFolder(t *testing.T) { // not parallel: it sets the folder for temporary files
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var unusable *CacheError
	if _, err := newSession(&Surroundings{CacheDir: filepath.Join(file, "cache")}); !errors.As(err, &unusable) {
		t.Errorf("newSession in a file: %v, want a CacheError", err)
	}
	s, err := newSession(&Surroundings{Getenv: func(name string) string {
		if name == "GOBUNDLE_CACHE_DIR" {
			return filepath.Join(file, "cache")
		}
		return ""
	}})
	if err != nil || filepath.Dir(s.cacheDir) != temporary || len(s.notes) != 1 {
		t.Errorf("newSession = %+v, %v, want a cache in %s and a note", s, err, temporary)
	}
	if s, err = newSession(&Surroundings{NoCache: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.cacheDir); err != nil {
		t.Error(err)
	}
	s.Close()
	if _, err := os.Stat(s.cacheDir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the cache of a run that keeps none is there after its end: %v", err)
	}
}
