package resolve

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// digests finds the digests of files that are announced without one.
type digests struct {
	options *Options
	files   map[string]index.File // by place in the lock
}

func newDigests(o *Options) *digests { return &digests{options: o, files: map[string]index.File{}} }

// placeKey tells files of a lock apart.
func placeKey(f *lockfile.File) string { return f.URL + " " + f.Path }

// run fetches what has no strong digest yet, and completes the lock.
func (d *digests) run(ctx context.Context, l *lockfile.Lock) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(downloads)
	for i := range l.Packages {
		p := &l.Packages[i]
		files := []*lockfile.File{p.Sdist, p.Archive}
		for w := range p.Wheels {
			files = append(files, &p.Wheels[w])
		}
		for _, f := range files {
			if f == nil || f.IsVerifiable() {
				continue
			}
			group.Go(func() error { return d.complete(ctx, f) })
		}
	}
	return group.Wait()
}

// complete fetches one file.
func (d *digests) complete(ctx context.Context, f *lockfile.File) error {
	file := d.files[placeKey(f)]
	fetched, err := d.options.Fetcher.Wheel(ctx, file, nil, nil)
	if err != nil {
		return fmt.Errorf("finding the digest of %s: %w", file.Name, err)
	}
	if f.Hashes == nil {
		f.Hashes = map[string]string{}
	}
	f.Hashes["sha256"], f.Size = fetched.SHA256, fetched.Size
	return nil
}
