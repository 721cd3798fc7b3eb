package bundle

import (
	"context"
	"slices"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// resolved is what the requirements came to: a resolution per target, and its
// wheels at hand.
type resolved struct {
	*resolve.Solution
	wheels [][]fetch.Wheel // beside each resolution's pins
	// requirements are the user's own, as they go into the manifest.
	requirements []string
	// folders are where the application's own code may lie.
	folders []string
	notes   []string
}

// resolve reads the requirements, solves them and brings the wheels here.
func (s *session) resolve(ctx context.Context, in *Inputs, targets []*target.Target) (*resolved, error) {
	read, err := s.read(ctx, in)
	if err != nil {
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
	o := resolve.Options{
		Roots:          read.roots,
		Constraints:    read.constraints,
		Overrides:      read.overrides,
		Exclusions:     in.Exclusions,
		Targets:        targets,
		Index:          indexes,
		Fetcher:        fetcher,
		Prereleases:    prereleases,
		NoDependencies: in.NoDependencies,
		RequireHashes:  read.requireHashes,
		Progress: func(p resolve.Progress) {
			phase := Resolving
			if p.Phase == resolve.Fetching {
				phase = Fetching
			}
			s.surroundings.progress(Progress{Phase: phase, Item: p.Item, Done: p.Done, Total: p.Total})
		},
	}
	builder, err := s.builder(&o)
	if err != nil {
		return nil, err
	}
	defer builder.Close()
	o.Builder = builder
	solution, err := resolve.Resolve(ctx, o)
	if err != nil {
		return nil, err
	}
	wheels, err := resolve.Fetch(ctx, o, solution.Resolutions)
	if err != nil {
		return nil, err
	}
	r := &resolved{Solution: solution, wheels: wheels, folders: read.folders, notes: read.notes}
	for _, root := range read.roots {
		r.requirements = append(r.requirements, root.Requirement.String())
	}
	return r, nil
}

// stageInput lists the wheels, each once, and the targets.
func (r *resolved) stageInput() (stage.Input, error) {
	input := stage.Input{Requirements: r.requirements}
	places := map[string]int{}
	record := newRecorder()
	for i, resolution := range r.Resolutions {
		on := resolution.Target
		t := manifest.Target{
			Name:           on.Name,
			Python:         on.Environment.PythonFullVersion,
			Implementation: on.Environment.ImplementationName,
		}
		for j, pin := range resolution.Pins {
			w, err := stagedWheel(pin, r.wheels[i][j], resolution.Consulted)
			if err != nil {
				return stage.Input{}, err
			}
			key := w.SHA256 + " " + w.File
			place, ok := places[key]
			if !ok {
				place = len(input.Wheels)
				places[key] = place
				input.Wheels = append(input.Wheels, w)
			}
			t.Wheels = append(t.Wheels, place)
		}
		slices.Sort(t.Wheels)
		var err error
		t.Conditions, err = record.conditions(resolution.Consulted, on.Environment)
		if err != nil {
			return stage.Input{}, err
		}
		input.Targets = append(input.Targets, t)
	}
	input.Targets = sortTargets(input.Targets, input.Wheels, r.Resolutions)
	return input, nil
}
