package resolve

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/target"
)

// rounds bounds the solves that look for fewer differences.
const rounds = 12

// agree gives all targets the same version of a project, unless that is
// impossible. Separate are the resolutions that the targets have when nothing
// is asked of them together; they stand if they agree.
//
// First it looks for a solution without any difference but in projects of which
// no version suits all. If there is none, the differences of separate are
// taken away one after the other, as far as that goes.
func (r *resolver) agree(ctx context.Context, separate []Resolution) (*Solution, error) {
	best := separate
	differing := differences(separate)
	if len(differing) == 0 {
		return &Solution{Resolutions: separate}, nil
	}
	a := agreement{r, r.joint(separate)}
	hopeless := map[string]bool{}
	for _, name := range differing {
		common, err := r.hasCommon(ctx, name, separate)
		if err != nil {
			return nil, err
		}
		hopeless[name] = !common
	}
	found, err := a.try(ctx, hopeless)
	if err != nil {
		return nil, err
	}
	if found != nil {
		return r.explained(ctx, separate, found)
	}
	slices.SortStableFunc(differing, func(a, b string) int {
		return boolCompare(requested(separate, b), requested(separate, a))
	})
	for _, name := range differing[:min(len(differing), rounds)] {
		allowed := map[string]bool{}
		for _, other := range differences(best) {
			allowed[other] = true
		}
		if hopeless[name] || !allowed[name] {
			continue
		}
		delete(allowed, name)
		found, err := a.try(ctx, allowed)
		if err != nil {
			return nil, err
		}
		if found != nil && len(differences(found)) < len(differences(best)) {
			best = found
		}
	}
	return r.explained(ctx, separate, best)
}

// agreement makes resolutions out of joint solves.
type agreement struct {
	*resolver
	joint *joint
}

// try returns resolutions that differ in the given projects only, nil if there
// are none.
func (a *agreement) try(ctx context.Context, differs map[string]bool) ([]Resolution, error) {
	a.joint.differs = differs
	versions, err := a.joint.solve(ctx)
	if err != nil || versions == nil {
		return nil, err
	}
	resolutions := make([]Resolution, len(versions))
	failures := make([]error, len(versions))
	a.each(func(i int, _ *target.Target) {
		resolutions[i], failures[i] = a.solve(ctx, a.targets[i], versions[i])
	})
	return resolutions, errors.Join(failures...)
}

// joint returns a joint solve of all targets that expects what they were found
// to need separately.
func (r *resolver) joint(separate []Resolution) *joint {
	j := &joint{resolver: r, extras: map[string][]string{}, known: map[string]bool{}}
	for k, resolution := range separate {
		maps.Copy(j.known, r.targets[k].asked)
		for _, pin := range resolution.Pins {
			for _, extra := range pin.Extras {
				j.expect(alias('v', k, pin.Name), extra)
			}
		}
	}
	return j
}

// versions returns the versions of each project, the newest first, and which
// targets have each.
func versions(resolutions []Resolution) map[string][]Choice {
	found := map[string][]Choice{}
	for _, resolution := range resolutions {
		for _, pin := range resolution.Pins {
			choices := found[pin.Name]
			i := slices.IndexFunc(choices, func(c Choice) bool { return c.Version.Equal(pin.Version) })
			if i < 0 {
				i = len(choices)
				choices = append(choices, Choice{Version: pin.Version})
			}
			choices[i].Targets = append(choices[i].Targets, resolution.Target.Name)
			found[pin.Name] = choices
		}
	}
	for _, choices := range found {
		slices.SortFunc(choices, func(a, b Choice) int { return b.Version.Compare(a.Version) })
	}
	return found
}

// differences returns the names of the projects of which the resolutions have
// several versions, sorted.
func differences(resolutions []Resolution) []string {
	all := versions(resolutions)
	maps.DeleteFunc(all, func(_ string, choices []Choice) bool { return len(choices) == 1 })
	return slices.Sorted(maps.Keys(all))
}

func requested(resolutions []Resolution, name string) bool {
	return slices.ContainsFunc(resolutions, func(r Resolution) bool {
		pin := r.pin(name)
		return pin != nil && pin.Requested
	})
}

// pin returns the pin of a project, nil if there is none.
func (r *Resolution) pin(name string) *Pin {
	i, ok := slices.BinarySearchFunc(r.Pins, name, func(p Pin, name string) int { return cmp.Compare(p.Name, name) })
	if !ok {
		return nil
	}
	return &r.Pins[i]
}

// hasCommon reports whether a version of the project suits all targets that
// were found to need it.
func (r *resolver) hasCommon(ctx context.Context, name string, separate []Resolution) (bool, error) {
	var all []pep440.Version
	counts := map[string]int{}
	users := 0
	for k, resolution := range separate {
		pin := resolution.pin(name)
		if pin == nil {
			continue
		}
		if pin.Direct != "" {
			return false, nil
		}
		users++
		project, picks, err := r.targets[k].picked(ctx, name)
		if err != nil {
			return false, err
		}
		for i, chosen := range picks {
			if chosen.suits(resolution.Target) {
				all = append(all, project.releases[i].version)
				counts[project.releases[i].version.Key()]++
			}
		}
	}
	return slices.ContainsFunc(all, func(v pep440.Version) bool { return counts[v.Key()] == users }), nil
}
