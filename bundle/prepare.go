package bundle

import (
	"context"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/target"
)

// prepared is all that resolving needs. Close it when nothing is built any more.
type prepared struct {
	options resolve.Options
	read    *read
	builder *build.Builder
	sources *source.Client
}

// prepare reads the requirements, and makes what resolves them.
func (s *session) prepare(ctx context.Context, in *Inputs, targets []*target.Target) (*prepared, error) {
	read, err := s.read(ctx, in)
	if err != nil {
		return nil, err
	}
	if in.Lock.Path == "" { // a lock has the digests
		if err := read.checkHashes(targets); err != nil {
			return nil, err
		}
	}
	if err := read.checkPython(targets); err != nil {
		return nil, err
	}
	indexes, fetcher, err := s.open(read.indexes)
	if err != nil {
		return nil, err
	}
	prereleases := solve.IfNecessary
	if read.prereleases {
		prereleases = solve.Allow
	}
	p := &prepared{read: read, options: resolve.Options{
		Roots:          read.roots,
		Constraints:    read.constraints,
		Overrides:      read.overrides,
		Exclusions:     in.Exclusions,
		Targets:        targets,
		Index:          indexes,
		Fetcher:        fetcher,
		Prereleases:    prereleases,
		NoDependencies: in.NoDependencies,
		Mode:           in.Mode,
		RequireHashes:  read.requireHashes,
		Formats:        read.builds.formats,
		Progress: func(p resolve.Progress) {
			phase := Resolving
			if p.Phase == resolve.Fetching {
				phase = Fetching
			}
			s.surroundings.progress(Progress{Phase: phase, Item: p.Item, Done: p.Done, Total: p.Total})
		},
	}}
	if p.sources, err = s.repositories(read.indexes); err != nil {
		return nil, err
	}
	p.options.Repositories = p.sources
	if p.builder, err = s.builder(ctx, &p.options, read); err != nil {
		return nil, err
	}
	p.options.Builder = p.builder
	return p, nil
}

// Close removes what is temporary.
func (p *prepared) Close() {
	p.builder.Close()
	p.sources.Close()
}
