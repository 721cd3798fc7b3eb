package resolve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// A MissingWheelsError says that the requirements have no solution for some
// targets for one reason only: these wheels do not exist. With them there
// would be one.
type MissingWheelsError struct {
	Wheels  []MissingWheel // sorted by name, then in the order of the targets
	Targets int            // how many there are, those that lack nothing too
}

// A MissingWheel is a distribution that a target lacks a wheel of.
type MissingWheel struct {
	Name    string
	Version pep440.Version // the one that the target would get
	Target  string
	// Tags are the tag sets of the version's wheels, those first that come
	// nearest to the target. Without any there is only a source distribution.
	Tags []string
	// Nearest is the version nearest to Version which has a wheel for the
	// target, whether the requirements allow it or not. It is zero if none has.
	Nearest pep440.Version
	// RequiredBy are the distributions that require it, sorted; the
	// user's own requirements are none.
	RequiredBy []string
	// Sources is how many source distributions the version has, and Excluded
	// reports whether its formats rule them out.
	Sources  int
	Excluded bool
	// Here are the tags of the wheel that is built of it on this machine, if
	// that has been found out.
	Here []string
}

func (w MissingWheel) String() string {
	return fmt.Sprintf("%s %s has no wheel for %s", w.Name, w.Version, w.Target)
}

// Error is one line. The details are in the fields.
func (e *MissingWheelsError) Error() string {
	if len(e.Wheels) == 1 {
		return e.Wheels[0].String()
	}
	targets := map[string]bool{}
	for _, w := range e.Wheels {
		targets[w.Target] = true
	}
	switch {
	case e.Targets == 1:
		return fmt.Sprintf("%d distributions have no wheel for %s", len(e.Wheels), e.Wheels[0].Target)
	case len(targets) == 1:
		return fmt.Sprintf("%d distributions have no wheel for one of the %d targets, %s", len(e.Wheels), e.Targets, e.Wheels[0].Target)
	}
	some := fmt.Sprintf("%d of the %d", len(targets), e.Targets)
	switch {
	case len(targets) == e.Targets && e.Targets == 2:
		some = "both"
	case len(targets) == e.Targets:
		some = fmt.Sprintf("all %d", e.Targets)
	}
	return fmt.Sprintf("%d wheels are missing for %s targets", len(e.Wheels), some)
}

// failure makes one error of what the targets' solves ended with.
func (r *resolver) failure(ctx context.Context, failures []error) error {
	missing := &MissingWheelsError{Targets: len(failures)}
	var first error
	for i, err := range failures {
		if err == nil {
			continue
		}
		on := r.options.Targets[i]
		if len(failures) > 1 {
			err = &TargetError{Target: on.Name, Err: err}
		}
		if conflict := (*solve.Conflict)(nil); !errors.As(err, &conflict) {
			return err
		}
		wheels, wishErr := r.missingFor(ctx, i)
		if wishErr != nil {
			return wishErr
		}
		if missing.Wheels = append(missing.Wheels, wheels...); len(wheels) == 0 {
			first = cmp.Or(first, err)
		}
	}
	if len(missing.Wheels) == 0 || first != nil {
		return first // what no wheel can mend comes first
	}
	slices.SortStableFunc(missing.Wheels, func(a, b MissingWheel) int { return cmp.Compare(a.Name, b.Name) })
	return missing
}

// wishes bounds the solves that look for what is missing.
const wishes = 8

// missingFor solves for the i-th target as if there were wheels of everything. It
// returns those of the solution that do not exist. There are none where wheels
// are not what is missing: if there is no such solution either, or only by a way
// around a conflict, as by the first release of a project, which required
// nothing yet and never had a wheel for the target.
func (r *resolver) missingFor(ctx context.Context, i int) ([]MissingWheel, error) {
	p := newProvider(r, r.options.Targets[i])
	p.wishing = true
	preferences := maps.Clone(r.options.preferences(i))
	if preferences == nil {
		preferences = map[string]pep440.Version{}
	}
	for range wishes {
		resolution, err := r.solve(ctx, p, preferences)
		if conflict := (*solve.Conflict)(nil); errors.As(err, &conflict) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		missing, better, err := p.missingOf(ctx, resolution.Pins)
		if err != nil {
			return nil, err
		}
		if len(better) == 0 {
			return missing, nil
		}
		tried := len(preferences)
		maps.Copy(preferences, better)
		if len(preferences) == tried {
			return nil, nil
		}
	}
	return nil, nil
}

// missingOf returns the pins that the target has no wheel of, and for those of
// which the requirements allow a version with a wheel, the newest such version.
func (p *provider) missingOf(ctx context.Context, pins []Pin) (missing []MissingWheel, better map[string]pep440.Version, err error) {
	better = map[string]pep440.Version{}
	for _, pin := range pins {
		chosen, err := p.file(ctx, pin.Name, pin.Version, pin.Direct)
		if err != nil {
			return nil, nil, err
		}
		if !chosen.wished {
			continue
		}
		w := MissingWheel{Name: pin.Name, Version: pin.Version, Target: p.on.Name, RequiredBy: requiredBy(pins, pin.Name)}
		if pin.Direct != "" {
			w.Tags = []string{chosen.wheel.TagText()}
			missing = append(missing, w)
			continue
		}
		project, picks, err := p.picked(ctx, pin.Name)
		if err != nil {
			return nil, nil, err
		}
		asked, err := p.asks(ctx, pins, pin.Name)
		if err != nil {
			return nil, nil, err
		}
		for i, other := range picks {
			at := project.releases[i].version
			if !other.wished && other.suits(p.on) && !other.file.Yanked && !at.IsPrerelease() && asked.Contains(at) {
				better[pin.Name] = at
			}
		}
		r := project.releases[project.find(pin.Version)]
		w.Tags, w.Sources, w.Excluded = nearestTags(r.wheels, p.on), len(r.sdists), chosen.excluded
		if chosen.native {
			w.Here = p.elsewhere[pin.Name]
		}
		w.Nearest = nearestRelease(project, picks, pin.Version, p.on)
		missing = append(missing, w)
	}
	return missing, better, nil
}

// asks returns what the user and the pins together ask of a project's version.
func (p *provider) asks(ctx context.Context, pins []Pin, name string) (pep440.SpecifierSet, error) {
	var all pep440.SpecifierSet
	add := func(q pep508.Requirement, extras ...string) {
		if pep508.NormalizeName(q.Name) != name {
			return
		}
		if holds, err := q.Marker.Evaluate(p.on.Environment, extras...); holds && err == nil {
			all = all.And(q.Specifier)
		}
	}
	for _, constraint := range p.options.Constraints {
		add(constraint.Requirement)
	}
	for _, override := range p.options.Overrides {
		add(override)
	}
	if slices.ContainsFunc(p.options.Overrides, func(q pep508.Requirement) bool { return pep508.NormalizeName(q.Name) == name }) {
		return all, nil // which stand for all others
	}
	for _, root := range p.options.Roots {
		add(root.Requirement)
	}
	for _, pin := range pins {
		m, err := p.DirectMetadata(ctx, pin.Name, solve.Candidate{Version: pin.Version, Direct: pin.Direct})
		if err != nil {
			return all, err
		}
		for _, q := range m.Requires {
			add(q, append([]string{""}, pin.Extras...)...)
		}
	}
	return all, nil
}

func requiredBy(pins []Pin, name string) []string {
	var names []string
	for _, pin := range pins {
		if slices.ContainsFunc(pin.Requires, func(required string) bool {
			bare, _, _ := strings.Cut(required, "[")
			return bare == name
		}) {
			names = append(names, pin.Name)
		}
	}
	return names
}

// standIn returns the file to take for a release that has none for the target:
// of what it has, that which is likeliest to have the same metadata. What a
// source distribution requires is not known, unless it was built here for this
// machine; else it counts only in projects that never had a wheel.
func (p *provider) standIn(from *project, r *release, found pick) pick {
	on := p.on
	if tags, known := p.elsewhere[from.name]; known && found.isSource() {
		found.reason, found.wished, found.native = "no wheel for "+on.Name, true, len(tags) > 0
		return found
	}
	if found.reason == "" || found.excluded && p.options.formats(from.name).NoWheels {
		return found
	}
	var best *wheelFile
	for i := range r.wheels {
		w := &r.wheels[i]
		if best == nil || cmp.Or(
			boolCompare(best.admits(on), w.admits(on)),
			boolCompare(w.file.Yanked, best.file.Yanked),
			compareFiles(w.file, best.file),
		) < 0 {
			best = w
		}
	}
	chosen := found
	switch {
	case best != nil:
		chosen = best.pick()
	case len(r.sdists) > 0 && !slices.ContainsFunc(from.releases, func(r *release) bool { return len(r.wheels) > 0 }):
		chosen = r.sdist()
	}
	chosen.reason, chosen.remedy, chosen.excluded = found.reason, found.remedy, found.excluded
	chosen.wished = chosen.file != nil
	return chosen
}

// nearestRelease returns the version nearest to v that has a wheel for the
// target: the next older one, else the next newer. What was withdrawn and
// pre-releases count only where there is nothing else.
func nearestRelease(p *project, picks []pick, v pep440.Version, on *target.Target) pep440.Version {
	for _, sound := range []bool{true, false} {
		var below, above pep440.Version
		for i, chosen := range picks {
			at := p.releases[i].version
			if chosen.wished || !chosen.suits(on) || sound && (at.IsPrerelease() || chosen.file.Yanked) {
				continue
			}
			if at.Compare(v) < 0 {
				below = at
			} else if above.IsZero() {
				above = at
			}
		}
		if !below.IsZero() {
			return below
		}
		if !above.IsZero() {
			return above
		}
	}
	return pep440.Version{}
}

// nearestTags lists the tag sets of wheels, those first that have the
// target's platform, then those that have its interpreter and ABI.
func nearestTags(wheels []wheelFile, on *target.Target) []string {
	platforms, pythons := map[string]bool{}, map[string]bool{}
	for _, t := range on.Tags.Tags() {
		platforms[t.Platform] = true
		pythons[t.Python+"-"+t.ABI] = true
	}
	distances := map[string]int{}
	for _, w := range wheels {
		distance := 0
		if !slices.ContainsFunc(w.name.Tags, func(t tag.Tag) bool { return platforms[t.Platform] }) {
			distance += 2
		}
		if !slices.ContainsFunc(w.name.Tags, func(t tag.Tag) bool { return pythons[t.Python+"-"+t.ABI] }) {
			distance++
		}
		distances[w.name.TagText()] = distance
	}
	return slices.SortedFunc(maps.Keys(distances), func(a, b string) int {
		return cmp.Or(cmp.Compare(distances[a], distances[b]), cmp.Compare(a, b))
	})
}
