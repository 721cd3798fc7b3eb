package resolve

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// A provider answers the solver's questions for one target out of the shared
// catalog. It is used by the solver's goroutine; prefetching runs beside it.
type provider struct {
	*resolver
	on     *target.Target
	direct map[string]pick      // by URL, once the solver asked
	asked  map[string]bool      // the releases whose metadata the solver asked for
	picks  once[string, []pick] // per project, beside its releases
	// wishing treats every release as if it had a wheel for the target.
	wishing   bool
	elsewhere elsewhere
}

func newProvider(r *resolver, on *target.Target) *provider {
	return &provider{resolver: r, on: on, direct: map[string]pick{}, asked: map[string]bool{}, elsewhere: r.learned(on)}
}

// picked returns a project with what suits the target of each release.
func (p *provider) picked(ctx context.Context, name string) (*project, []pick, error) {
	project, err := p.catalog.project(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	picks, err := p.picks.do(ctx, name, func() ([]pick, error) {
		picks := make([]pick, len(project.releases))
		for i, r := range project.releases {
			picks[i] = p.options.pickFile(name, r, p.on, p.hashes[name])
			if p.wishing {
				picks[i] = p.standIn(project, r, picks[i])
			}
		}
		return picks, nil
	})
	return project, picks, err
}

// Candidates implements solve.Provider.
func (p *provider) Candidates(ctx context.Context, name string) ([]solve.Candidate, error) {
	p.options.progress(Progress{Phase: Resolving, Item: name, Done: p.catalog.listed.Load()}) // before the wait
	project, picks, err := p.picked(ctx, name)
	if err != nil {
		return nil, candidatesError(name, err)
	}
	candidates := make([]solve.Candidate, len(picks))
	for i, chosen := range picks {
		candidates[i] = chosen.candidate(project.releases[i].version)
	}
	return candidates, nil
}

// candidatesError makes an unknown project a matter of solving; any other
// error ends the solve.
func candidatesError(name string, err error) error {
	var missing *index.NotFoundError
	if errors.As(err, &missing) {
		return &solve.NotFound{Name: name, Near: missing.Near, Remedy: missing.Remedy, Where: missing.Where}
	}
	return err
}

// file returns what stands for a version, or for a direct reference.
func (p *provider) file(ctx context.Context, name string, version pep440.Version, direct string) (pick, error) {
	if direct != "" {
		return p.direct[direct], nil
	}
	project, picks, err := p.picked(ctx, name)
	if err != nil {
		return pick{}, err
	}
	i := project.find(version)
	if i < 0 {
		return pick{}, fmt.Errorf("%s %s is on no index", name, version)
	}
	return picks[i], nil
}

// Metadata implements solve.Provider.
func (p *provider) Metadata(ctx context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	return p.DirectMetadata(ctx, name, solve.Candidate{Version: version})
}

// DirectMetadata implements solve.DirectMetadata.
func (p *provider) DirectMetadata(ctx context.Context, name string, candidate solve.Candidate) (solve.Metadata, error) {
	p.asked[releaseKey(name, candidate.Version)] = true
	chosen, err := p.file(ctx, name, candidate.Version, candidate.Direct)
	if err != nil {
		return solve.Metadata{}, err
	}
	if chosen.wished && chosen.wheel == nil && !chosen.native {
		return solve.Metadata{}, nil // it is not known
	}
	m, err := p.read(ctx, name, chosen)
	if err != nil {
		return solve.Metadata{}, err
	}
	if candidate.Direct == "" {
		if err := p.buildable(ctx, name, chosen, m); err != nil {
			return solve.Metadata{}, err
		}
	}
	if !m.Version.Equal(candidate.Version) {
		return solve.Metadata{}, &solve.Unusable{Reason: fmt.Sprintf("its metadata says that it is %s %s", m.Name, m.Version)}
	}
	return solve.Metadata{RequiresPython: m.RequiresPython, Requires: p.rewired(m.RequiresDist), Extras: m.Extras}, nil
}

func releaseKey(name string, version pep440.Version) string { return name + " " + version.Key() }

// read reads a file's metadata, once for all targets unless it must be built.
func (p *provider) read(ctx context.Context, name string, chosen pick) (dist.Metadata, error) {
	key := chosen.file.URL
	if chosen.isSource() {
		key += " " + p.on.Name
	}
	return p.catalog.metadata.do(ctx, key, func() (dist.Metadata, error) {
		var text []byte
		var err error
		switch {
		case chosen.isSource() && chosen.origin != nil:
			text, err = p.options.Builder.SourceMetadata(ctx, chosen.origin.build, p.on)
		case chosen.isSource():
			text, err = p.options.Builder.Metadata(ctx, *chosen.file, p.on)
		default:
			text, err = p.catalog.files.Metadata(ctx, *chosen.file)
		}
		if err != nil {
			return dist.Metadata{}, fmt.Errorf("reading metadata of %s: %w", chosen.file.Name, err)
		}
		m, err := dist.ParseMetadata(text)
		if err != nil {
			return dist.Metadata{}, &solve.Unusable{Reason: fmt.Sprintf("its metadata cannot be read (%v)", err)}
		}
		if pep508.NormalizeName(m.Name) != name {
			return dist.Metadata{}, &solve.Unusable{Reason: "its metadata says that it is " + m.Name}
		}
		return m, nil
	})
}

// Direct implements solve.Provider: a wheel or a source by URL or path.
func (p *provider) Direct(ctx context.Context, requirement pep508.Requirement) (solve.Candidate, error) {
	name := pep508.NormalizeName(requirement.Name)
	chosen, err := p.reference(ctx, name, requirement)
	if err != nil {
		return solve.Candidate{}, err
	}
	chosen.wished = p.wishing && chosen.reason != ""
	p.direct[requirement.URL] = chosen
	if chosen.reason != "" && !chosen.wished {
		return solve.Candidate{Version: chosen.wheel.Version, Unusable: chosen.reason, Direct: requirement.URL}, nil
	}
	m, err := p.read(ctx, name, chosen)
	if err != nil {
		return solve.Candidate{}, err
	}
	return solve.Candidate{Version: m.Version, RequiresPython: m.RequiresPython.String(), Direct: requirement.URL}, nil
}

// Prefetch implements solve.Provider. It returns at once.
func (p *provider) Prefetch(name string, versions []pep440.Version) {
	if len(versions) == 0 {
		if !p.catalog.projects.started(name) {
			p.prefetch(func(ctx context.Context) { _, _ = p.catalog.project(ctx, name) })
		}
		return
	}
	p.prefetch(func(ctx context.Context) {
		project, picks, err := p.picked(ctx, name)
		if err != nil {
			return // the solver meets the same error when it asks
		}
		for _, version := range versions {
			if i := project.find(version); i >= 0 && picks[i].wheel != nil {
				_, _ = p.read(ctx, name, picks[i])
			}
		}
	})
}
