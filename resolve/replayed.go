package resolve

import (
	"context"
	"slices"

	"github.com/gobundle/gobundle/resolve/index"
)

// replays are what a lock has for all targets: an index of its own.
type replays struct {
	targets []*replay
	indexes map[string]string // by project, where its files are announced
}

func (all *replays) add(r *replay) {
	all.targets = append(all.targets, r)
	for name, p := range r.packages {
		if p.Index != "" {
			all.indexes[name] = p.Index
		}
	}
}

// Project implements lister.
func (all *replays) Project(ctx context.Context, name string) (*index.Project, error) {
	var found *index.Project
	for _, r := range all.targets {
		if r.packages[name] == nil {
			continue
		}
		project, err := r.Project(ctx, name)
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = &index.Project{Name: name, Index: project.Index}
		}
		for _, f := range project.Files {
			if !slices.ContainsFunc(found.Files, func(other index.File) bool { return other.URL == f.URL }) {
				found.Files = append(found.Files, f)
			}
		}
	}
	if found == nil {
		return nil, &index.NotFoundError{Name: name}
	}
	return found, nil
}
