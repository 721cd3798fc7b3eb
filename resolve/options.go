package resolve

import (
	"context"
	"errors"
	"slices"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// A Root is one requirement of the user.
type Root struct {
	Requirement pep508.Requirement
	// From says where the requirement stands, as in "requirements.txt line 3".
	// It is empty for one given on the command line.
	From string
	// Hashes are the digests that a file of this project may have, each as
	// "sha256:hex". Empty means any.
	Hashes []string
}

// Options says what to resolve and with what. Index, Fetcher and Targets must
// be set; everything else has a useful zero value.
type Options struct {
	Roots       []Root
	Constraints []Root
	Overrides   []pep508.Requirement
	// Exclusions are project names whose requirements are dropped wherever
	// they stand.
	Exclusions []string
	Targets    []*target.Target

	Index   *index.Client
	Fetcher *fetch.Fetcher

	// Preferences are versions to keep where the requirements allow it, by
	// normalised project name, beside Targets; nil has none.
	Preferences    []map[string]pep440.Version
	Prereleases    solve.Prereleases
	Mode           solve.Mode
	NoDependencies bool
	// RequireHashes refuses any distribution that no Root or constraint
	// gives a hash for.
	RequireHashes bool

	// Formats says which files of a project may be picked, by its normalised
	// name; nil allows all. Direct references are not asked about.
	Formats func(project string) Formats

	// Builder turns sources into metadata and wheels. Without one, versions
	// that have no wheel cannot be picked.
	Builder Builder
	// Repositories has the trees of direct references to repositories. Without
	// it these are errors.
	Repositories Repositories

	// Progress is told about the work; nil for nobody. It must be safe for
	// concurrent use and quick.
	Progress func(Progress)
}

// Progress is one step of the work.
type Progress struct {
	Phase Phase
	// Item is what was just done: a project or a file name.
	Item string
	// Done and Total are projects while resolving and bytes while fetching;
	// Total is 0 where it is unknown.
	Done, Total int64
}

// A Phase is a part of the work that takes time.
type Phase int

// The phases of a resolution, in order.
const (
	Resolving Phase = iota
	Fetching
)

// A Builder makes wheels out of source distributions (PEP 517).
type Builder interface {
	// Metadata returns the core metadata of the source distribution, built
	// if it must be.
	Metadata(ctx context.Context, file index.File, on *target.Target) ([]byte, error)
	// Wheel builds the source distribution and returns the path of the wheel.
	Wheel(ctx context.Context, file index.File, on *target.Target) (fetch.Wheel, error)
	SourceBuilder
}

func (o *Options) validate() error {
	switch {
	case o.Index == nil:
		return errors.New("resolving: no index client")
	case o.Fetcher == nil:
		return errors.New("resolving: no fetcher")
	case len(o.Targets) == 0:
		return errors.New("resolving: no target")
	}
	return nil
}

// excludes reports whether a project, by its normalised name, is left out.
func (o *Options) excludes(project string) bool {
	return slices.ContainsFunc(o.Exclusions, func(name string) bool { return pep508.NormalizeName(name) == project })
}

// preferences returns those of the i-th target.
func (o *Options) preferences(i int) map[string]pep440.Version {
	if i >= len(o.Preferences) {
		return nil
	}
	return o.Preferences[i]
}

func (o *Options) progress(p Progress) {
	if o.Progress != nil {
		o.Progress(p)
	}
}

// hashes returns the digests allowed per normalised project name.
func (o *Options) hashes() map[string][]string {
	allowed := map[string][]string{}
	for _, roots := range [][]Root{o.Roots, o.Constraints} {
		for _, root := range roots {
			if len(root.Hashes) > 0 {
				name := pep508.NormalizeName(root.Requirement.Name)
				allowed[name] = append(allowed[name], root.Hashes...)
			}
		}
	}
	return allowed
}
