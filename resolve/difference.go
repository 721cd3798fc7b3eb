package resolve

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// A Difference is a project of which targets get different versions.
type Difference struct {
	Name string
	// Choices has two or more versions, the newest first.
	Choices []Choice
	// Reasons say why none of the versions is for all, as in "2.3.1 needs
	// Python >=3.11". Without any it is the requirements that have no solution
	// with one version.
	Reasons []string
}

// A Choice is one version, and the names of the targets that get it.
type Choice struct {
	Version pep440.Version
	Targets []string
}

// String is one line.
func (d Difference) String() string {
	parts := make([]string, len(d.Choices))
	for i, c := range d.Choices {
		parts[i] = c.Version.String() + " for " + someTargets(c.Targets)
	}
	because := "no solution has one version for all"
	if len(d.Reasons) > 0 {
		because = strings.Join(d.Reasons, "; ")
	}
	return fmt.Sprintf("%s %s (%s)", d.Name, strings.Join(parts, ", "), because)
}

// A Held is a project whose newest possible version some targets do not get,
// since not all can have it.
type Held struct {
	Name    string
	Version pep440.Version
	Newer   Choice   // what these targets could have alone
	Reasons []string // why not all can, as in a Difference
}

// String is one line.
func (h Held) String() string {
	because := "what is required with it is not for all targets"
	if len(h.Reasons) > 0 {
		because = strings.Join(h.Reasons, "; ")
	}
	return fmt.Sprintf("%s %s instead of %s (%s)", h.Name, h.Version, h.Newer.Version, because)
}

// someTargets lists a few names of targets, and counts many.
func someTargets(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%d targets", len(names))
	}
	return strings.Join(names, " and ")
}

// explained is the solution with what there is to say of it. Separate are the
// resolutions that the targets would have alone.
func (r *resolver) explained(ctx context.Context, separate, final []Resolution) (*Solution, error) {
	solution := &Solution{Resolutions: final}
	alone := versions(separate)
	all := versions(final)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		choices := all[name]
		if len(choices) > 1 {
			reasons, err := r.reasons(ctx, final, name, choices)
			if err != nil {
				return nil, err
			}
			solution.Differences = append(solution.Differences, Difference{Name: name, Choices: choices, Reasons: reasons})
			continue
		}
		if len(alone[name]) == 0 || alone[name][0].Version.Compare(choices[0].Version) <= 0 {
			continue
		}
		newer := alone[name][0]
		reasons, err := r.reasons(ctx, final, name, []Choice{newer})
		if err != nil {
			return nil, err
		}
		solution.Held = append(solution.Held, Held{Name: name, Version: choices[0].Version, Newer: newer, Reasons: reasons})
	}
	return solution, nil
}

// reasons says why targets that need the project cannot have some versions.
func (r *resolver) reasons(ctx context.Context, final []Resolution, name string, choices []Choice) ([]string, error) {
	var reasons []string
	for _, choice := range choices {
		var lacking []string
		python, err := r.pythonOf(ctx, name, choice)
		if err != nil {
			return nil, err
		}
		for k, resolution := range final {
			if pin := resolution.pin(name); pin == nil || pin.Direct != "" {
				continue
			}
			project, picks, err := r.targets[k].picked(ctx, name)
			if err != nil {
				return nil, err
			}
			i := project.find(choice.Version)
			switch {
			case i < 0:
			case picks[i].reason != "", picks[i].isSource() && r.targets[k].cannotBuild(name):
				lacking = append(lacking, resolution.Target.Name)
			case !picks[i].suits(resolution.Target):
				reasons = append(reasons, fmt.Sprintf("%s needs Python %s", choice.Version, picks[i].requires))
			case !resolution.Target.Accepts(python):
				reasons = append(reasons, fmt.Sprintf("%s needs Python %s", choice.Version, python))
			}
		}
		if len(lacking) > 0 {
			reasons = append(reasons, fmt.Sprintf("%s has no wheel for %s", choice.Version, someTargets(lacking)))
		}
	}
	slices.Sort(reasons)
	return slices.Compact(reasons), nil
}

// pythonOf returns the Requires-Python of a choice, as the metadata has it that
// was read for one of its targets.
func (r *resolver) pythonOf(ctx context.Context, name string, choice Choice) (pep440.SpecifierSet, error) {
	k := slices.IndexFunc(r.targets, func(p *provider) bool { return p.on.Name == choice.Targets[0] })
	chosen, err := r.targets[k].file(ctx, name, choice.Version, "")
	if err != nil || chosen.file == nil {
		return pep440.SpecifierSet{}, nil // it came by URL
	}
	m, err := r.targets[k].read(ctx, name, chosen)
	return m.RequiresPython, err
}
