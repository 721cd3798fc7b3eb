package resolve

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// drawShelf draws a small index on which targets are likely to disagree.
func drawShelf(t *rapid.T) string {
	names := []string{"a", "b", "c", "d"}[:rapid.IntRange(2, 4).Draw(t, "projects")]
	var lines []string
	for _, name := range names {
		for version := range rapid.IntRange(1, 3).Draw(t, name+" versions") {
			tags := rapid.SampledFrom([]string{
				"any", "any", "any", "cp39-cp39-win_amd64", "cp313-cp313-win_amd64", "cp39-abi3-win_amd64", "cp39-cp39-win_amd64 cp313-cp313-win_amd64", "sdist",
			}).Draw(t, name+" tags")
			python := rapid.SampledFrom([]string{"", "", "", ">=3.10", "<3.12"}).Draw(t, name+" python")
			var requires []string
			for k := range rapid.IntRange(0, 2).Draw(t, name+" requirements") {
				requires = append(requires, drawRequirement(t, names, fmt.Sprint(name, version, k)))
			}
			lines = append(lines, fmt.Sprintf("%s %d %s | %s | %s", name, version+1, tags, python, strings.Join(requires, ", ")))
		}
	}
	return strings.Join(lines, "\n")
}

func drawRequirement(t *rapid.T, names []string, label string) string {
	return rapid.SampledFrom(names).Draw(t, label) +
		rapid.SampledFrom([]string{"", "", "", "[x]"}).Draw(t, label+" extra") +
		rapid.SampledFrom([]string{"", "", "<2", ">=2", "!=2", "<3"}).Draw(t, label+" specifier") +
		rapid.SampledFrom([]string{"", "", "", `; python_version < "3.10"`, `; python_version > "3.10"`, `; extra == "x"`, `; extra == "x" and sys_platform == "win32"`}).Draw(t, label+" marker")
}

// mend adds wheels for all targets where they are missing. It reports whether
// it could: of source distributions nobody knew what they require.
func (s *shelf) mend(missing *MissingWheelsError) bool {
	for _, w := range missing.Wheels {
		if len(w.Tags) == 0 {
			return false
		}
		p := s.projects[w.Name]
		i := slices.IndexFunc(p.Files, func(f index.File) bool { return strings.HasPrefix(f.Name, w.Name+"-"+w.Version.String()+"-") })
		file := p.Files[i]
		metadata := s.metadata[file.URL]
		file.Name = w.Name + "-" + w.Version.String() + "-py3-none-any.whl"
		file.URL = "https://files.example/" + file.Name
		s.metadata[file.URL] = metadata
		p.Files = append(p.Files, file)
	}
	return true
}

// TestAgreeIsExact compares with trying everything: the resolutions are
// solutions; and of the projects that differ, each that has a version for all
// differs in every solution that has the other differences at most. Where wheels
// are said to be missing, adding them is enough.
func TestAgreeIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := drawShelf(rt)
		root := drawRequirement(rt, []string{"a"}, "root")
		requirements := []string{strings.Split(root, ";")[0], rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "second")}
		s := newShelf(t, text)
		solution, err := s.solve(t, Options{}, "cp39-win_amd64 cp313-win_amd64", requirements...)
		one := solutionsOf(t, s, "cp39-win_amd64", requirements)
		other := solutionsOf(t, s, "cp313-win_amd64", requirements)
		if err != nil {
			conflict, missing := (*solve.Conflict)(nil), (*MissingWheelsError)(nil)
			if !errors.As(err, &conflict) && !errors.As(err, &missing) {
				rt.Fatal(err)
			}
			if len(one) > 0 && len(other) > 0 {
				rt.Fatalf("%v, although %v and %v are solutions", err, one[0], other[0])
			}
			if missing != nil && s.mend(missing) {
				if _, err := s.solve(t, Options{}, "cp39-win_amd64 cp313-win_amd64", requirements...); err != nil {
					rt.Fatalf("with the missing wheels %v: %v", rows(missing), err)
				}
			}
			return
		}
		got := []map[string]string{pinned(solution.Resolutions[0]), pinned(solution.Resolutions[1])}
		for k, all := range [][]map[string]string{one, other} {
			if !slices.ContainsFunc(all, func(m map[string]string) bool { return maps.Equal(m, got[k]) }) {
				rt.Fatalf("%v is no solution for %s", got[k], solution.Resolutions[k].Target.Name)
			}
		}
		allowed := disagreeing(got[0], got[1])
		for _, name := range allowed {
			if !s.common(t, name) {
				continue
			}
			fewer := slices.DeleteFunc(slices.Clone(allowed), func(other string) bool { return other == name })
			for _, a := range one {
				for _, b := range other {
					if subset(disagreeing(a, b), fewer) {
						rt.Fatalf("they differ in %v: %v and %v\nbut there are %v and %v", allowed, got[0], got[1], a, b)
					}
				}
			}
		}
	})
}

func pinned(r Resolution) map[string]string {
	versions := map[string]string{}
	for _, pin := range r.Pins {
		versions[pin.Name] = pin.Version.String()
	}
	return versions
}

func disagreeing(a, b map[string]string) []string {
	var names []string
	for name, version := range a {
		if other, ok := b[name]; ok && other != version {
			names = append(names, name)
		}
	}
	return names
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}

// common reports whether a version of the project is for both targets.
func (s *shelf) common(t *testing.T, name string) bool {
	t.Helper()
	var versions [][]string
	for _, text := range []string{"cp39-win_amd64", "cp313-win_amd64"} {
		versions = append(versions, slices.Collect(maps.Keys(s.usable(t, name, text))))
	}
	return slices.ContainsFunc(versions[0], func(v string) bool { return slices.Contains(versions[1], v) })
}

// usable returns the metadata of the versions that a target can use.
func (s *shelf) usable(t *testing.T, name, targetName string) map[string]dist.Metadata {
	t.Helper()
	on, err := target.Parse(targetName)
	if err != nil {
		t.Fatal(err)
	}
	usable := map[string]dist.Metadata{}
	for _, file := range s.projects[name].Files {
		wheel, err := dist.ParseWheelName(file.Name)
		if err != nil {
			continue // a source distribution
		}
		m, err := dist.ParseMetadata([]byte(s.metadata[file.URL]))
		if err != nil {
			t.Fatal(err)
		}
		if _, fits := on.Tags.Best(wheel.Tags); fits && on.Accepts(m.RequiresPython) {
			usable[wheel.Version.String()] = m
		}
	}
	return usable
}

// solutionsOf returns every solution for a target, by trying everything.
func solutionsOf(t *testing.T, s *shelf, targetName string, requirements []string) []map[string]string {
	t.Helper()
	on, err := target.Parse(targetName)
	if err != nil {
		t.Fatal(err)
	}
	var roots []pep508.Requirement
	for _, text := range requirements {
		roots = append(roots, parsed(t, text))
	}
	usable := map[string]map[string]dist.Metadata{}
	for name := range s.projects {
		usable[name] = s.usable(t, name, targetName)
	}
	var found []map[string]string
	var try func(chosen map[string]string)
	try = func(chosen map[string]string) {
		missing, ok := check(on, roots, usable, chosen)
		switch {
		case !ok:
		case missing == "":
			found = append(found, maps.Clone(chosen))
		default:
			for version := range usable[missing] {
				chosen[missing] = version
				try(chosen)
				delete(chosen, missing)
			}
		}
	}
	try(map[string]string{})
	return found
}

// check follows the requirements. ok is whether those met so far hold, missing
// a project that is required and not chosen yet.
func check(on *target.Target, roots []pep508.Requirement, usable map[string]map[string]dist.Metadata, chosen map[string]string) (missing string, ok bool) {
	type need struct{ name, extra string }
	seen := map[need]bool{}
	var follow func(q pep508.Requirement) bool
	visit := func(n need) bool {
		if seen[n] {
			return true
		}
		seen[n] = true
		version, picked := chosen[n.name]
		if !picked {
			missing = n.name
			return true
		}
		for _, q := range usable[n.name][version].RequiresDist {
			var extras []string
			if n.extra != "" {
				extras = []string{n.extra}
			}
			if holds, err := q.Marker.Evaluate(on.Environment, extras...); err != nil || holds && !follow(q) {
				return false
			}
		}
		return true
	}
	follow = func(q pep508.Requirement) bool {
		if version, picked := chosen[q.Name]; picked && !q.Specifier.Contains(usable[q.Name][version].Version) {
			return false
		}
		if !visit(need{q.Name, ""}) {
			return false
		}
		for _, extra := range q.Extras {
			if !visit(need{q.Name, extra}) {
				return false
			}
		}
		return true
	}
	for _, q := range roots {
		if !follow(q) {
			return "", false
		}
	}
	return missing, true
}
