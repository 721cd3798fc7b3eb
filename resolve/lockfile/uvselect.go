package lockfile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Select implements Source: it walks the graph from the project. What the project
// needs for development is left out, unless a group is named.
func (l *uvLock) Select(w Wanted) (*Selection, error) {
	if !l.requiresPython.Contains(w.Python) {
		return nil, &UncoveredError{Reason: fmt.Sprintf("it needs Python %s", l.requiresPython)}
	}
	v := &uvWalk{uvLock: l, wanted: w, selection: &Selection{}, extras: map[int]map[string]bool{}, chosen: map[string]bool{}}
	groups, extras := map[string]bool{}, map[string]bool{}
	for _, root := range l.roots {
		p := &l.packages[root]
		maps.Copy(groups, boolKeys(p.groups))
		maps.Copy(extras, boolKeys(p.extras))
	}
	if err := known("extra", w.Extras, slices.Collect(maps.Keys(extras))); err != nil {
		return nil, err
	}
	if err := known("dependency group", w.Groups, slices.Collect(maps.Keys(groups))); err != nil {
		return nil, err
	}
	for _, root := range l.roots {
		v.choose(root)
	}
	for _, root := range l.roots {
		if !w.NoDefaultGroups {
			if err := v.visit(root, normalised(w.Extras)); err != nil {
				return nil, err
			}
		}
		for _, group := range w.Groups {
			if err := v.follow(l.packages[root].groups[pep508.NormalizeName(group)]); err != nil {
				return nil, err
			}
		}
	}
	seen := map[string]bool{}
	for i := range l.packages {
		p := &l.packages[i]
		if v.extras[i] == nil || p.skipped {
			continue
		}
		if seen[p.Name] {
			return nil, &AmbiguousError{Name: p.Name}
		}
		seen[p.Name] = true
		v.selection.Packages = append(v.selection.Packages, &p.Package)
	}
	return v.selection, nil
}

func boolKeys(m map[string][]uvDependency) map[string]bool {
	set := map[string]bool{}
	for name := range m {
		set[name] = true
	}
	return set
}

// uvWalk is what was reached, with the extras that were asked for.
type uvWalk struct {
	*uvLock
	wanted    Wanted
	selection *Selection
	extras    map[int]map[string]bool
	// chosen are the extras and groups of the project as they are called in the
	// markers of projects some of whose extras exclude each other.
	chosen map[string]bool
}

// choose notes the extras and groups that are taken of the i-th package. In markers
// they are extras with names that begin with a kind and the length of the project's name.
func (v *uvWalk) choose(i int) {
	name := v.packages[i].Name
	for _, kind := range []struct {
		word  string
		names []string
	}{{"extra", v.wanted.Extras}, {"group", v.wanted.Groups}} {
		for _, chosen := range normalised(kind.names) {
			v.chosen[fmt.Sprintf("%s-%d-%s-%s", kind.word, len(name), name, chosen)] = true
		}
	}
	if !v.wanted.NoDefaultGroups {
		v.chosen[fmt.Sprintf("project-%d-%s", len(name), name)] = true
	}
}

// holds evaluates a marker, and notes what of it depends on the environment.
func (v *uvWalk) holds(m *pep508.Marker) (bool, error) {
	if m == nil {
		return true, nil
	}
	left, truth, err := narrowBy(m, func(c pep508.Comparison) (truth, settled bool, err error) {
		if c.Variable() != "extra" {
			return false, false, nil
		}
		named := v.chosen[c.Left.Value+c.Right.Value] // of which one is empty
		return named == (c.Op == "=="), true, nil
	})
	if err != nil || truth != nil {
		return truth != nil && *truth, err
	}
	return v.selection.evaluate(left, Wanted{Environment: v.wanted.Environment})
}

func (v *uvWalk) visit(i int, extras []string) error {
	p := &v.packages[i]
	if v.extras[i] == nil {
		v.extras[i] = map[string]bool{}
		if err := v.follow(p.dependencies); err != nil {
			return err
		}
	}
	for _, extra := range extras {
		if v.extras[i][extra] {
			continue
		}
		v.extras[i][extra] = true
		if err := v.follow(p.extras[extra]); err != nil {
			return err
		}
	}
	return nil
}

func (v *uvWalk) follow(dependencies []uvDependency) error {
	for _, d := range dependencies {
		holds, err := v.holds(d.marker)
		if err != nil {
			return fmt.Errorf("evaluating the marker of %s: %w", d.name, err)
		}
		if !holds {
			continue
		}
		i := slices.IndexFunc(v.packages, func(p uvPackage) bool {
			return p.Name == d.name && (d.version.IsZero() || p.Version.IsZero() || p.Version.Equal(d.version)) && (d.source == "" || d.source == p.source)
		})
		if i < 0 {
			return &FieldError{Field: "package", Reason: "there is no " + d.name + ", which another one needs"}
		}
		if err := v.visit(i, d.extras); err != nil {
			return err
		}
	}
	return nil
}
