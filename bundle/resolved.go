package bundle

import (
	"context"
	"slices"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/resolve/transport"
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
	// project is the path of the folder whose commands are offered, "" for none.
	project string
	notes   []string
	built   map[string]build.Built // by the wheel
}

// resolve reads the requirements, solves them and brings the wheels here.
func (s *session) resolve(ctx context.Context, in *Inputs, targets []*target.Target) (*resolved, error) {
	p, err := s.prepare(ctx, in, targets)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	solution, err := s.solution(ctx, in, p)
	if err != nil {
		return nil, in.Lock.mismatch(err)
	}
	wheels, err := resolve.Fetch(ctx, p.options, solution.Resolutions)
	if err != nil {
		return nil, in.Lock.mismatch(err)
	}
	r := &resolved{Solution: solution, wheels: wheels, folders: p.read.folders, project: p.read.project, notes: p.read.notes}
	for _, root := range solution.Roots {
		r.requirements = append(r.requirements, withoutSecrets(root.Requirement))
	}
	r.keepBuilt(p.builder.Built())
	return r, nil
}

// solution resolves, or takes what a lock has.
func (s *session) solution(ctx context.Context, in *Inputs, p *prepared) (*resolve.Solution, error) {
	if in.Lock.Path != "" {
		return s.replay(ctx, in.Lock, p)
	}
	return s.solve(ctx, in, p.options)
}

// versionLines are the differences and what is held back, a line each.
func (r *resolved) versionLines() (differences, held []string) {
	for _, d := range r.Differences {
		differences = append(differences, d.String())
	}
	for _, h := range r.Held {
		held = append(held, h.String())
	}
	return differences, held
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
			key := r.wheels[i][j].SHA256 + " " + r.wheels[i][j].Name
			place, ok := places[key]
			if !ok {
				w, err := stagedWheel(pin, r.wheels[i][j], resolution.Consulted)
				if err != nil {
					return stage.Input{}, err
				}
				w.Built = r.noteOf(r.wheels[i][j])
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

// withoutSecrets writes a requirement as a bundle may have it: its URL may hold a
// password.
func withoutSecrets(requirement pep508.Requirement) string {
	if requirement.URL != "" {
		shown := transport.Redact(requirement.URL)
		if reference, err := source.Parse(requirement.URL); err == nil {
			shown = reference.String()
		}
		requirement.URL = shown
	}
	return requirement.String()
}
