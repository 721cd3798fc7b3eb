package solve_test

import (
	"context"
	"fmt"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// memory is a Provider with everything at hand. It counts what it is asked.
type memory struct {
	projects map[string][]distribution
	near     map[string][]string
	directs  map[string]distribution // by URL

	listed, read int
	hints        []string
}

// distribution is one version with all that is known of it.
type distribution struct {
	solve.Candidate
	solve.Metadata
	broken string // why its metadata can't be used
}

func (m *memory) Candidates(_ context.Context, name string) ([]solve.Candidate, error) {
	m.listed++
	versions, ok := m.projects[name]
	if !ok {
		return nil, &solve.NotFound{Name: name, Near: m.near[name]}
	}
	candidates := make([]solve.Candidate, len(versions))
	for i, d := range versions {
		candidates[i] = d.Candidate
	}
	return candidates, nil
}

func (m *memory) Metadata(_ context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	m.read++
	for _, d := range m.projects[name] {
		if d.Version.Equal(version) {
			if d.broken != "" {
				return solve.Metadata{}, &solve.Unusable{Reason: d.broken}
			}
			return d.Metadata, nil
		}
	}
	return solve.Metadata{}, fmt.Errorf("there is no %s %s", name, version)
}

func (m *memory) Direct(_ context.Context, requirement pep508.Requirement) (solve.Candidate, error) {
	d, ok := m.directs[requirement.URL]
	if !ok {
		return solve.Candidate{}, &solve.Unusable{Reason: "it holds another project"}
	}
	return d.Candidate, nil
}

func (m *memory) DirectMetadata(_ context.Context, _ string, candidate solve.Candidate) (solve.Metadata, error) {
	return m.directs[candidate.Direct].Metadata, nil
}

func (m *memory) Prefetch(name string, versions []pep440.Version) {
	hint := name
	for _, v := range versions {
		hint += " " + v.String()
	}
	m.hints = append(m.hints, hint)
}
