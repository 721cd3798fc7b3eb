package lockfile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Narrow returns the part of the lock that the wanted extras and groups leave: without
// these in its markers, and without what is not installed then. What the lock was made
// of is left out. The environment doesn't count.
//
// Errors: *UnknownNameError, *pep508.EvaluationError.
func (l *Lock) Narrow(w Wanted) (*Lock, error) {
	groups, err := l.groups(w)
	if err != nil {
		return nil, err
	}
	narrowed := *l
	narrowed.Extras, narrowed.DependencyGroups, narrowed.DefaultGroups = nil, nil, nil
	narrowed.Environments, narrowed.Packages = nil, nil
	narrowed.Tool = maps.Clone(l.Tool)
	delete(narrowed.Tool, "gobundle")
	keep := func(m *pep508.Marker) (*pep508.Marker, bool, error) {
		if m == nil {
			return nil, true, nil
		}
		left, truth, err := narrow(m, w.Extras, groups)
		return left, truth == nil || *truth, err
	}
	for _, marker := range l.Environments {
		left, holds, err := keep(marker)
		if err != nil {
			return nil, fmt.Errorf("evaluating an environment: %w", err)
		}
		if holds && left == nil {
			narrowed.Environments = nil
			break
		}
		if holds {
			narrowed.Environments = append(narrowed.Environments, left)
		}
	}
	for _, p := range l.Packages {
		left, holds, err := keep(p.Marker)
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of %s: %w", p.Name, err)
		}
		if p.Marker = left; holds {
			narrowed.Packages = append(narrowed.Packages, p)
		}
	}
	return &narrowed, nil
}

// Rewrite changes all paths and all URLs of the lock, as the functions say.
func (l *Lock) Rewrite(path, address func(string) string) {
	change := func(place *string, to func(string) string) {
		if *place != "" {
			*place = to(*place)
		}
	}
	changed := func(place, url *string) {
		change(place, path)
		change(url, address)
	}
	for i := range l.Packages {
		p := &l.Packages[i]
		change(&p.Index, address)
		if p.VCS != nil {
			v := *p.VCS
			changed(&v.Path, &v.URL)
			p.VCS = &v
		}
		if p.Directory != nil {
			d := *p.Directory
			change(&d.Path, path)
			p.Directory = &d
		}
		for _, place := range []**File{&p.Archive, &p.Sdist} {
			if *place != nil {
				f := **place
				changed(&f.Path, &f.URL)
				*place = &f
			}
		}
		p.Wheels = slices.Clone(p.Wheels)
		for j := range p.Wheels {
			changed(&p.Wheels[j].Path, &p.Wheels[j].URL)
		}
	}
}
