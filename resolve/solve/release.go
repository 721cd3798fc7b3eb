package solve

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// release is what one version says about itself, in the form the solver works with.
type release struct {
	metadata Metadata
	// problem says why the version can't be used after all; nil if it can.
	problem  *problem
	provides map[string]bool // extras
	requires []dependency    // without extras
	byExtra  map[string][]dependency
}

// release returns what the provider knows of a candidate.
func (k *knowledge) release(ctx context.Context, name string, c *Candidate) (*release, error) {
	key := releaseKey{name, c.Version.Key(), c.Direct}
	if r, ok := k.releases[key]; ok {
		return r, nil
	}
	metadata, err := k.metadata(ctx, name, c)
	var unusable *Unusable
	switch {
	case errors.As(err, &unusable):
		metadata = Metadata{}
	case err != nil:
		return nil, fmt.Errorf("reading the metadata of %s %s: %w", name, c.Version, err)
	}
	r := &release{metadata: metadata, provides: make(map[string]bool), byExtra: make(map[string][]dependency)}
	for _, extra := range metadata.Extras {
		r.provides[pep508.NormalizeName(extra)] = true
	}
	switch {
	case unusable != nil:
		r.problem = &problem{kind: unusableMetadata, text: unusable.Reason}
	case !metadata.RequiresPython.Contains(k.rules.Python):
		r.problem = &problem{kind: wrongPython, text: metadata.RequiresPython.String()}
	case !k.rules.NoDependencies:
		if r.requires, err = k.rules.requirements(metadata, ""); err != nil {
			r.problem = &problem{kind: unusableMetadata, text: err.Error()}
		}
	}
	k.releases[key] = r
	return r, nil
}

func (k *knowledge) metadata(ctx context.Context, name string, c *Candidate) (Metadata, error) {
	if p, ok := k.provider.(DirectMetadata); ok && c.Direct != "" {
		return p.DirectMetadata(ctx, name, *c)
	}
	return k.provider.Metadata(ctx, name, c.Version)
}

// extra returns what r requires for an extra alone. known is whether r says anything about the extra.
func (k *knowledge) extra(r *release, extra string) (requires []dependency, known bool) {
	requires, ok := r.byExtra[extra]
	if !ok && !k.rules.NoDependencies {
		// A marker that can't be evaluated was found when r was read.
		requires, _ = k.rules.requirements(r.metadata, extra)
		r.byExtra[extra] = requires
	}
	return requires, r.provides[extra] || len(requires) > 0
}

// requirements returns what applies of a distribution's requirements: without extras, or for one extra alone.
func (r *rules) requirements(m Metadata, extra string) ([]dependency, error) {
	var found []dependency
	for _, q := range m.Requires {
		if extra != "" {
			if q.Marker == nil {
				continue
			}
			if always, err := r.holds(q.Marker, ""); always || err != nil {
				continue
			}
		}
		applied, err := r.apply(q, extra, false)
		if err != nil {
			return nil, fmt.Errorf("its requirement %s: %w", q, err)
		}
		found = append(found, applied...)
	}
	return found, nil
}
