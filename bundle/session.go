package bundle

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A session holds what one run shares: the cache folder and what is made from
// the index options. Close it at the end of the run.
type session struct {
	surroundings *Surroundings
	cacheDir     string
	temporary    bool
	release      func()   // the cache may be cleared again
	notes        []string // warnings about the surroundings
}

// A CacheError says that there is no folder to keep the cache in.
type CacheError struct{ Err error }

func (e *CacheError) Error() string { return "making a folder for the cache: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *CacheError) Unwrap() error { return e.Err }

// newSession finds the cache folder and makes it. The error is a [*CacheError].
func newSession(s *Surroundings) (*session, error) {
	if s.NoCache {
		folder, err := os.MkdirTemp("", "gobundle-")
		if err != nil {
			return nil, &CacheError{err}
		}
		return &session{surroundings: s, cacheDir: folder, temporary: true, release: func() {}}, nil
	}
	if s.CacheDir != "" {
		folder := s.path(s.CacheDir)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, &CacheError{err}
		}
		return &session{surroundings: s, cacheDir: folder, release: cache.Share(folder)}, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // a variable may still say where the cache is
	}
	place, err := cache.Find(s.Getenv, runtime.GOOS, home, os.TempDir())
	if err != nil {
		return nil, &CacheError{err}
	}
	found := &session{surroundings: s, cacheDir: place.Dir, release: cache.Share(place.Dir)}
	if place.Fallback != nil {
		found.notes = append(found.notes, fmt.Sprintf("the cache is in %s this time, for it can't be in its place: %v", place.Dir, place.Fallback))
	}
	return found, nil
}

// Close removes the cache of a run that keeps none. Any other may be cleared
// from then on.
func (s *session) Close() error {
	s.release()
	if s.temporary {
		return os.RemoveAll(s.cacheDir)
	}
	return nil
}

// network makes the HTTP client.
func (s *session) network(where Indexes) (*transport.Client, error) {
	certificates, variable := s.certificates(where)
	clientCertificate := where.ClientCertificateFile
	if clientCertificate != "" {
		clientCertificate = s.surroundings.path(clientCertificate)
	}
	client, err := transport.New(transport.Options{
		CacheDir:              filepath.Join(s.cacheDir, "http"),
		Offline:               where.Offline,
		TrustedHosts:          where.TrustedHosts,
		CertificateFile:       certificates,
		ClientCertificateFile: clientCertificate,
		Credentials:           s.credentials(where),
		Timeout:               where.Timeout,
		Retries:               where.Retries,
		UserAgent:             "gobundle/" + s.surroundings.Version,
		Proxy:                 transport.ProxyFrom(s.surroundings.Getenv),
	})
	var unusable *transport.CertificateError
	if variable != "" && errors.As(err, &unusable) && !unusable.Client {
		return nil, fmt.Errorf("following %s: %w", variable, err)
	}
	return client, err
}

// certificates returns the file of the authorities to trust: the one that was
// named, else that of the first variable which pip would follow, and its name.
func (s *session) certificates(where Indexes) (file, variable string) {
	if where.CertificateFile != "" {
		return s.surroundings.path(where.CertificateFile), ""
	}
	for _, name := range []string{"PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"} {
		if file := s.surroundings.Getenv(name); file != "" {
			return s.surroundings.path(file), name
		}
	}
	return "", ""
}

// open makes the index client and the fetcher.
func (s *session) open(where Indexes) (*index.Client, *fetch.Fetcher, error) {
	client, err := s.network(where)
	if err != nil {
		return nil, nil, err
	}
	indexes, err := index.New(index.Options{
		IndexURL:       cmp.Or(where.IndexURL, PublicIndex),
		ExtraIndexURLs: where.ExtraIndexURLs,
		Named:          s.named(where),
		Bindings:       where.Bindings,
		FindLinks:      where.FindLinks,
		NoIndex:        where.NoIndex,
		Strategy:       where.Strategy,
		UploadedBefore: where.UploadedBefore,
		Dir:            s.surroundings.Directory,
		Transport:      client,
	})
	if err != nil {
		return nil, nil, err
	}
	fetcher, err := fetch.New(fetch.Options{
		Store:  filepath.Join(s.cacheDir, "store"),
		Client: client,
		Verify: wheel.Verify,
	})
	if err != nil {
		return nil, nil, err
	}
	return indexes, fetcher, nil
}

// path makes a path of the user absolute.
func (s *Surroundings) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.Directory, name)
}
