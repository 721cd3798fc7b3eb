package resolve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// One solve for all targets finds out whether they can have the same version
// of each project. The solver knows nothing of targets; it is given projects
// that stand for theirs. With target 0, for a project p, those are
//
//	v0-p  p as the target sees it. A version of it requires the same of
//	s-p   which is p for all targets, and of
//	m0-p  which requires what the version's metadata says, of v0-...
//
// Of a project that may differ there is no s-p, and v0-p requires what the
// metadata says itself. s-p and m0-p have the places of releases for versions.
// The metadata of a version is read only after all targets were found to have
// the version.
type joint struct {
	*resolver
	differs map[string]bool // projects that need not be the same
	// extras are those that a solve may ask of the targets' projects, by the
	// latter's names. One that is met later means another solve.
	extras map[string][]string
	// known are the releases whose metadata was read, and left how many more a
	// solve may read: agreement is not worth reading half an index.
	known map[string]bool
	left  int
	// broken is the error that ended a solve: the solver's own would name
	// projects that no user knows.
	broken error
}

// mostRead bounds the releases that a joint solve may read, besides those that
// were read before.
const mostRead = 500

// errUnexpectedExtra says that a solve has met an extra that it did not expect.
var errUnexpectedExtra = errors.New("an extra comes late")

// errTooFar says that a solve has read as much as it may.
var errTooFar = errors.New("too many versions were tried")

// solve returns the versions per target, nil if there is no solution.
func (j *joint) solve(ctx context.Context) ([]map[string]pep440.Version, error) {
	j.left = mostRead
	for {
		problem, err := j.problem()
		if err != nil {
			return nil, err
		}
		solution, err := solve.Solve(ctx, problem, j)
		var conflict *solve.Conflict
		switch {
		case errors.Is(err, errUnexpectedExtra):
			continue
		case errors.As(err, &conflict), errors.Is(err, errTooFar):
			return nil, nil
		case j.broken != nil:
			return nil, j.broken
		case err != nil:
			return nil, err
		}
		versions := make([]map[string]pep440.Version, len(j.targets))
		for k := range versions {
			versions[k] = map[string]pep440.Version{}
		}
		for _, pin := range solution.Pins {
			if role, k, name := j.parse(pin.Name); role == 'v' {
				versions[k][name] = pin.Version
			}
		}
		return versions, nil
	}
}

// parse takes a name apart. It is one that alias has made.
func (j *joint) parse(alias string) (role byte, k int, name string) {
	prefix, name, _ := strings.Cut(alias, "-")
	k, _ = strconv.Atoi(prefix[1:])
	return prefix[0], k, name
}

func alias(role byte, k int, name string) string {
	return string(role) + strconv.Itoa(k) + "-" + name
}

func sharedAlias(name string) string { return "s-" + name }

// problem is the user's problem for all targets at once.
func (j *joint) problem() (solve.Problem, error) {
	o := j.options
	all := solve.Problem{
		Python:      pep440.MustParse("3.0.0"), // every Requires-Python was compared before
		Preferences: map[string]pep440.Version{},
		Prereleases: o.Prereleases,
		Mode:        o.Mode,
	}
	for k, p := range j.targets {
		holds := func(q pep508.Requirement) (bool, error) {
			return q.Marker.Evaluate(p.on.Environment)
		}
		for _, name := range o.Exclusions {
			all.Exclusions = append(all.Exclusions, alias('v', k, pep508.NormalizeName(name)))
		}
		for name, version := range o.preferences(k) {
			all.Preferences[alias('v', k, pep508.NormalizeName(name))] = version
		}
		overridden := map[string]bool{} // whether one of the overrides holds
		for _, q := range o.Overrides {
			on, err := holds(q)
			if err != nil {
				return all, err
			}
			name := alias('v', k, pep508.NormalizeName(q.Name))
			overridden[name] = overridden[name] || on
			if on {
				all.Overrides = append(all.Overrides, j.rewrite(k, q, nil))
			}
		}
		for name, on := range overridden {
			if !on {
				all.Exclusions = append(all.Exclusions, name)
			}
		}
		for _, from := range []struct {
			roots []Root
			to    *[]solve.Root
		}{{o.Roots, &all.Requirements}, {o.Constraints, &all.Constraints}} {
			for _, root := range from.roots {
				on, err := holds(root.Requirement)
				if err != nil {
					return all, err
				}
				if on {
					*from.to = append(*from.to, solve.Root{Requirement: j.rewrite(k, root.Requirement, nil), From: root.From})
				}
			}
		}
	}
	return all, nil
}

// rewrite makes a requirement one of target k, with another marker.
func (j *joint) rewrite(k int, q pep508.Requirement, marker *pep508.Marker) pep508.Requirement {
	q.Name, q.Marker = alias('v', k, pep508.NormalizeName(q.Name)), marker
	for _, extra := range q.Extras {
		j.expect(q.Name, pep508.NormalizeName(extra))
	}
	return q
}

// expect notes an extra of a target's project, and reports whether it is new.
func (j *joint) expect(name, extra string) bool {
	if slices.Contains(j.extras[name], extra) {
		return false
	}
	j.extras[name] = append(j.extras[name], extra)
	return true
}

// Candidates implements solve.Provider.
func (j *joint) Candidates(ctx context.Context, name string) ([]solve.Candidate, error) {
	role, k, name := j.parse(name)
	if role != 'v' {
		project, err := j.catalog.project(ctx, name)
		if err != nil {
			return nil, err
		}
		places := make([]solve.Candidate, len(project.releases))
		for i := range places {
			places[i].Version = place(i)
		}
		return places, nil
	}
	p := j.targets[k]
	project, picks, err := p.picked(ctx, name)
	if err != nil {
		if err = candidatesError(name, err); !errors.As(err, new(*solve.NotFound)) {
			j.broken = err
		}
		return nil, err
	}
	candidates := make([]solve.Candidate, len(picks))
	for i, chosen := range picks {
		c := chosen.candidate(project.releases[i].version)
		if c.Unusable == "" && !p.on.Accepts(chosen.requires) {
			c.Unusable = otherPythons
		}
		c.RequiresPython = ""
		candidates[i] = c
	}
	return candidates, nil
}

// place is the version that stands for the i-th release.
func place(i int) pep440.Version { return pep440.MustParse(strconv.Itoa(i + 1)) }

// Metadata implements solve.Provider.
func (j *joint) Metadata(ctx context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	role, k, bare := j.parse(name)
	if role == 's' {
		return solve.Metadata{}, nil
	}
	project, err := j.catalog.project(ctx, bare)
	if err != nil {
		return solve.Metadata{}, err
	}
	if role == 'm' {
		version = project.releases[version.Major()-1].version
	} else if !j.differs[bare] {
		return j.linked(k, name, bare, project.find(version)), nil
	}
	if key := releaseKey(bare, version); !j.known[key] {
		if j.left == 0 {
			return solve.Metadata{}, errTooFar
		}
		j.left--
		j.known[key] = true
	}
	m, err := j.targets[k].Metadata(ctx, bare, version)
	if err != nil {
		return solve.Metadata{}, j.noting(err)
	}
	return j.forTarget(k, bare, m)
}

// noting notes an error that ends the solve.
func (j *joint) noting(err error) error {
	if unusable := (*solve.Unusable)(nil); !errors.As(err, &unusable) {
		j.broken = err
	}
	return err
}

// linked is the metadata of v-names: the other two, with the same extras.
func (j *joint) linked(k int, name, bare string, i int) solve.Metadata {
	same := pep440.MustParseSpecifierSet("==" + strconv.Itoa(i+1))
	m := solve.Metadata{Extras: j.extras[name], Requires: []pep508.Requirement{
		{Name: sharedAlias(bare), Specifier: same},
		{Name: alias('m', k, bare), Specifier: same},
	}}
	for _, extra := range m.Extras {
		m.Requires = append(m.Requires, pep508.Requirement{
			Name: alias('m', k, bare), Extras: []string{extra}, Specifier: same, Marker: forExtra(extra),
		})
	}
	return m
}

func forExtra(extra string) *pep508.Marker {
	marker, err := pep508.ParseMarker(fmt.Sprintf("extra == %q", extra))
	if err != nil {
		return nil
	}
	return marker
}

// DirectMetadata implements solve.DirectMetadata. What a URL leads to is the
// same for all targets anyway.
func (j *joint) DirectMetadata(ctx context.Context, name string, candidate solve.Candidate) (solve.Metadata, error) {
	_, k, bare := j.parse(name)
	m, err := j.targets[k].DirectMetadata(ctx, bare, candidate)
	if err != nil {
		return solve.Metadata{}, j.noting(err)
	}
	return j.forTarget(k, bare, m)
}

// forTarget makes metadata that of a project of target k: markers about it have
// been evaluated, and only extras are left in them.
func (j *joint) forTarget(k int, name string, m solve.Metadata) (solve.Metadata, error) {
	on := j.targets[k].on
	if !on.Accepts(m.RequiresPython) {
		return solve.Metadata{}, &solve.Unusable{Reason: otherPythons}
	}
	made := solve.Metadata{Extras: m.Extras}
	if j.options.NoDependencies {
		return made, nil
	}
	expected := j.extras[alias('v', k, name)]
	late := false
	add := func(q pep508.Requirement, marker *pep508.Marker) {
		for _, extra := range q.Extras {
			late = j.expect(alias('v', k, pep508.NormalizeName(q.Name)), pep508.NormalizeName(extra)) || late
		}
		made.Requires = append(made.Requires, j.rewrite(k, q, marker))
	}
	for _, q := range m.Requires {
		always, err := q.Marker.Evaluate(on.Environment)
		if err != nil {
			return solve.Metadata{}, &solve.Unusable{Reason: err.Error()}
		}
		if always {
			add(q, nil)
			continue
		}
		if q.Marker == nil || !mentionsExtra(q.Marker.Tree()) {
			continue
		}
		for _, extra := range expected {
			if holds, err := q.Marker.Evaluate(on.Environment, extra); holds && err == nil {
				add(q, forExtra(extra))
			}
		}
	}
	if late {
		return solve.Metadata{}, errUnexpectedExtra
	}
	return made, nil
}

const otherPythons = "it is for other Pythons"

// mentionsExtra reports whether a marker depends on extras.
func mentionsExtra(n pep508.Node) bool {
	switch n := n.(type) {
	case pep508.And:
		return slices.ContainsFunc(n.Nodes, mentionsExtra)
	case pep508.Or:
		return slices.ContainsFunc(n.Nodes, mentionsExtra)
	case pep508.Comparison:
		return n.Variable() == "extra"
	}
	return false
}

// Direct implements solve.Provider.
func (j *joint) Direct(ctx context.Context, requirement pep508.Requirement) (solve.Candidate, error) {
	_, k, name := j.parse(requirement.Name)
	requirement.Name = name
	p := j.targets[k]
	candidate, err := p.Direct(ctx, requirement)
	if err != nil {
		return candidate, j.noting(err)
	}
	if requires, err := pep440.ParseSpecifierSet(candidate.RequiresPython); err == nil && !p.on.Accepts(requires) {
		candidate.Unusable = otherPythons
	}
	candidate.RequiresPython = ""
	return candidate, nil
}

// Prefetch implements solve.Provider.
func (j *joint) Prefetch(name string, versions []pep440.Version) {
	if role, k, bare := j.parse(name); role == 'v' {
		j.targets[k].Prefetch(bare, versions)
	}
}
