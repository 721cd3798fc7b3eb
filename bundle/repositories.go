package bundle

import (
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/transport"
)

// repositories makes what checks repositories out. The caller closes it.
func (s *session) repositories(where Indexes) (*source.Client, error) {
	return source.New(source.Options{
		CacheDir: filepath.Join(s.cacheDir, "repositories"),
		Environ:  os.Environ(),
		Offline:  where.Offline,
		Progress: func(reference string) { s.surroundings.progress(Progress{Phase: Fetching, Item: reference}) },
	})
}

// shownRequirement writes a requirement as it may be stored: without the
// credentials of a URL.
func shownRequirement(q pep508.Requirement) string {
	if q.URL == "" {
		return q.String()
	}
	if r, err := source.Parse(q.URL); err == nil {
		q.URL = r.String()
	} else {
		q.URL = transport.Redact(q.URL)
	}
	return q.String()
}
