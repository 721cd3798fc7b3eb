package bundle

import (
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
}

// newSession finds the cache folder. Nothing is written before it is needed.
func newSession(s *Surroundings) (*session, error) {
	if s.NoCache {
		folder, err := os.MkdirTemp("", "gobundle-")
		if err != nil {
			return nil, err
		}
		return &session{surroundings: s, cacheDir: folder, temporary: true}, nil
	}
	if s.CacheDir != "" {
		return &session{surroundings: s, cacheDir: s.path(s.CacheDir)}, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // a variable may still say where the cache is
	}
	place, err := cache.Find(s.Getenv, runtime.GOOS, home, os.TempDir())
	if err != nil {
		return nil, fmt.Errorf("finding the cache: %w", err)
	}
	return &session{surroundings: s, cacheDir: place.Dir}, nil
}

// Close removes the cache of a run that keeps none.
func (s *session) Close() error {
	if s.temporary {
		return os.RemoveAll(s.cacheDir)
	}
	return nil
}

// network makes the HTTP client.
func (s *session) network(where Indexes) (*transport.Client, error) {
	return transport.New(transport.Options{
		CacheDir:        filepath.Join(s.cacheDir, "http"),
		Offline:         where.Offline,
		TrustedHosts:    where.TrustedHosts,
		CertificateFile: where.CertificateFile,
		Timeout:         where.Timeout,
		Retries:         where.Retries,
		UserAgent:       "gobundle/" + s.surroundings.Version,
		Proxy:           transport.ProxyFrom(s.surroundings.Getenv),
	})
}

// open makes the index client and the fetcher.
func (s *session) open(where Indexes) (*index.Client, *fetch.Fetcher, error) {
	client, err := s.network(where)
	if err != nil {
		return nil, nil, err
	}
	indexes, err := index.New(index.Options{
		IndexURL:       where.IndexURL,
		ExtraIndexURLs: where.ExtraIndexURLs,
		FindLinks:      where.FindLinks,
		NoIndex:        where.NoIndex,
		Strategy:       where.Strategy,
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
