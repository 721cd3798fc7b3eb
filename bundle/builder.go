package bundle

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// Building is the phase in which build backends work, between the others.
const Building Phase = "Building"

// builder makes what builds source distributions for a resolution. The caller
// closes it.
func (s *session) builder(ctx context.Context, o *resolve.Options, read *read) (*build.Builder, error) {
	logs := ""
	if s.temporary {
		logs = os.TempDir() // the log of a failure is for later
	}
	constraints, err := s.buildConstraints(ctx, read)
	if err != nil {
		return nil, err
	}
	requirements := &buildRequirements{constraints: constraints, formats: o.Formats, index: o.Index, repositories: o.Repositories, fetcher: o.Fetcher}
	b, err := build.New(build.Options{
		Resolver:    requirements,
		Fetcher:     o.Fetcher,
		CacheDir:    filepath.Join(s.cacheDir, "builds"),
		LogDir:      logs,
		Host:        s.buildHost,
		Hashes:      sourceHashes(o),
		Settings:    read.builds.Settings,
		NoIsolation: read.builds.NoIsolation,
		Refresh:     read.builds.Refresh,
		Limits:      read.builds.Limits,
		Progress: func(p build.Progress) {
			s.surroundings.progress(Progress{Phase: Building, Item: p.Source})
		},
	})
	if err != nil {
		return nil, err
	}
	requirements.builder = b
	return b, nil
}

// buildHost finds a Python of this machine to build with for a target elsewhere:
// one of the target's own version if there is one, for what a backend does may
// depend on it.
func (s *session) buildHost(ctx context.Context, on *target.Target) (*target.Target, error) {
	var found *interpreter.Interpreter
	var err error
	for _, name := range []string{"python" + majorMinor(on.Environment.PythonFullVersion), "python3"} {
		found, err = s.python(ctx, name)
		var missing *interpreter.NotFoundError
		if err == nil || !errors.As(err, &missing) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return target.FromInterpreter(found)
}

// sourceHashes returns the digests that the user allows for a source
// distribution: they are checked before anything of it is run. Of a file name
// alone it is not always clear where the project's name ends, so that the names
// which have digests are tried.
func sourceHashes(o *resolve.Options) func(index.File) []string {
	allowed := map[string][]string{}
	for _, roots := range [][]resolve.Root{o.Roots, o.Constraints} {
		for _, root := range roots {
			if len(root.Hashes) > 0 {
				name := pep508.NormalizeName(root.Requirement.Name)
				allowed[name] = append(allowed[name], root.Hashes...)
			}
		}
	}
	return func(file index.File) []string {
		var found []string
		for name, hashes := range allowed {
			if _, err := dist.ParseSdistNameFor(file.Name, name); err == nil {
				found = append(found, hashes...)
			}
		}
		return found
	}
}

// buildRequirements finds what build backends need, on the same indexes as all
// else, in the same formats. Constraints, overrides and hashes of the application
// don't count for it.
type buildRequirements struct {
	constraints  []resolve.Root
	formats      func(project string) resolve.Formats
	index        *index.Client
	repositories resolve.Repositories
	fetcher      *fetch.Fetcher
	builder      *build.Builder
}

// Wheels implements build.Resolver.
func (r *buildRequirements) Wheels(ctx context.Context, requirements []pep508.Requirement, on *target.Target) ([]fetch.Wheel, error) {
	o := resolve.Options{Index: r.index, Fetcher: r.fetcher, Targets: []*target.Target{on}, Builder: r.builder, Repositories: r.repositories,
		Constraints: r.constraints, Formats: r.formats}
	for _, requirement := range requirements {
		o.Roots = append(o.Roots, resolve.Root{Requirement: requirement, From: "to build"})
	}
	solution, err := resolve.Resolve(ctx, o)
	if err != nil {
		return nil, err
	}
	wheels, err := resolve.Fetch(ctx, o, solution.Resolutions)
	if err != nil {
		return nil, err
	}
	return wheels[0], nil
}
