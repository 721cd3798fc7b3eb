package resolve

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// A Solution is what the targets get.
type Solution struct {
	// Resolutions are in the order of Options.Targets.
	Resolutions []Resolution
	// Differences are the projects of which not all targets get the same
	// version, sorted by name.
	Differences []Difference
	// Held are the projects of which some target could have a newer version,
	// if all had not to have the same, sorted by name.
	Held []Held
	// Roots are the requirements that the resolutions are of.
	Roots []Root

	catalog *catalog
	indexes map[string]string // by project, where a lock says which announced it
}

// A Resolution is what one target gets.
type Resolution struct {
	Target *target.Target
	// Pins is sorted by name.
	Pins []Pin
	// Consulted is what the picks depend on besides the requirements: the
	// markers and Requires-Python met on the way, with their truth here.
	Consulted []solve.Consulted
	// Warnings are sentences for the user.
	Warnings []string
}

// A Pin is one distribution of a resolution.
type Pin struct {
	solve.Pin
	File index.File
	// Source reports that the file is a source distribution, to be built.
	Source bool
	// Hashes are the digests allowed for the file; empty means any.
	Hashes []string
	// Origin is what a direct reference came to, nil for a file of an index.
	Origin *Origin
}

// Resolve solves the requirements for every target. All targets get the same
// version of a project, unless that is impossible. The result does not depend
// on the order of the targets.
//
// A set of requirements without a solution is a [*solve.Conflict], wrapped in
// a [*TargetError] when there are several targets. If there is none because
// wheels are missing, the error is a [*MissingWheelsError] about all targets.
func Resolve(ctx context.Context, o Options) (*Solution, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends prefetching that nobody waits for any more
	var err error
	if o.Roots, err = o.named(ctx, o.Roots); err != nil {
		return nil, err
	}
	return newResolver(ctx, &o, o.Index, o.Fetcher).resolve(ctx)
}

// A TargetError says on which of several targets resolving failed.
type TargetError struct {
	Target string
	Err    error
}

func (e *TargetError) Error() string { return fmt.Sprintf("for target %s: %v", e.Target, e.Err) }
func (e *TargetError) Unwrap() error { return e.Err }

// prefetches bounds the requests under way that nobody waits for yet.
const prefetches = 32

// A resolver is what the solves of one Resolve share.
type resolver struct {
	options *Options
	catalog *catalog
	targets []*provider         // beside Options.Targets
	hashes  map[string][]string // allowed, by normalised project name
	// directs are what direct references lead to, by project, where a lock says so.
	// With rewire, requirements without a URL get theirs.
	directs map[string]lockedDirect
	rewire  bool
	// prefetch runs a job in the background, unless too many are waiting.
	prefetch func(func(context.Context))
}

// newResolver returns a resolver whose background work ends with ctx.
func newResolver(ctx context.Context, o *Options, indexes lister, files reader) *resolver {
	slots := semaphore.NewWeighted(prefetches)
	r := &resolver{
		options: o,
		catalog: &catalog{index: indexes, files: files},
		hashes:  o.hashes(),
		prefetch: func(job func(context.Context)) {
			go func() {
				if slots.Acquire(ctx, 1) != nil {
					return
				}
				defer slots.Release(1)
				job(ctx)
			}()
		},
	}
	for _, on := range o.Targets {
		r.targets = append(r.targets, newProvider(r, on))
	}
	return r
}

func (r *resolver) resolve(ctx context.Context) (*Solution, error) {
	resolutions, err := r.separately(ctx)
	if err != nil {
		return nil, err
	}
	var solution *Solution
	if r.kept(resolutions) {
		solution, err = r.explained(ctx, resolutions, resolutions)
	} else {
		solution, err = r.agree(ctx, resolutions)
	}
	if err != nil {
		return nil, err
	}
	solution.Roots, solution.catalog = r.options.Roots, r.catalog
	for _, resolution := range solution.Resolutions {
		if err := r.options.checkHashed(resolution.Pins); err != nil {
			return nil, err
		}
	}
	return solution, nil
}

// kept reports whether the targets get nothing but the versions they prefer: those
// differ only where they were found to have to.
func (r *resolver) kept(resolutions []Resolution) bool {
	for i, resolution := range resolutions {
		preferred := r.options.preferences(i)
		for _, pin := range resolution.Pins {
			if version, ok := preferred[pin.Name]; !ok || !version.Equal(pin.Version) {
				return false
			}
		}
	}
	return true
}

// separately solves for each target as if it were the only one.
func (r *resolver) separately(ctx context.Context) ([]Resolution, error) {
	resolutions := make([]Resolution, len(r.options.Targets))
	failures := make([]error, len(resolutions))
	r.each(func(i int, _ *target.Target) {
		resolutions[i], failures[i] = r.solve(ctx, r.targets[i], r.options.preferences(i))
	})
	if err := r.failure(ctx, failures); err != nil {
		return nil, err
	}
	return resolutions, nil
}

// each calls solve for all targets, some at a time.
func (r *resolver) each(solve func(i int, on *target.Target)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, on := range r.options.Targets {
		group.Go(func() error {
			solve(i, on)
			return nil
		})
	}
	_ = group.Wait()
}

// solve solves for one target.
func (r *resolver) solve(ctx context.Context, p *provider, preferences map[string]pep440.Version) (Resolution, error) {
	problem := r.problem(preferences)
	problem.Environment, problem.Python = p.on.Environment, p.on.Python
	solution, err := solve.Solve(ctx, problem, p)
	if err != nil {
		return Resolution{}, err
	}
	resolution := Resolution{Target: p.on, Consulted: solution.Consulted, Warnings: solution.Warnings}
	for _, pin := range solution.Pins {
		chosen, err := p.file(ctx, pin.Name, pin.Version, pin.Direct)
		if err != nil {
			return Resolution{}, err
		}
		resolution.Pins = append(resolution.Pins, Pin{Pin: pin, File: *chosen.file, Source: chosen.isSource(), Hashes: r.hashes[pin.Name], Origin: chosen.origin})
	}
	return resolution, nil
}

// problem is what to solve, but for the target.
func (r *resolver) problem(preferences map[string]pep440.Version) solve.Problem {
	o := r.options
	problem := solve.Problem{
		Overrides:      o.Overrides,
		Exclusions:     o.Exclusions,
		Preferences:    preferences,
		Prereleases:    o.Prereleases,
		Mode:           o.Mode,
		NoDependencies: o.NoDependencies,
	}
	for _, root := range o.Roots {
		problem.Requirements = append(problem.Requirements, solve.Root{Requirement: root.Requirement, From: root.From})
	}
	for _, constraint := range o.Constraints {
		problem.Constraints = append(problem.Constraints, solve.Root{Requirement: constraint.Requirement, From: constraint.From})
	}
	return problem
}
