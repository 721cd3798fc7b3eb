package solve_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// deviations are the scenarios, all of them such as pip does not follow either, in which we want something else.
var deviations = map[string]string{
	"packse/transitive-prerelease-and-stable-dependency": "a distribution that requires a pre-release by name gets it, as pip and newer " +
		"uv have it: there is nothing else that it could mean",
	"packse/transitive-prerelease-and-stable-dependency-many-versions": "as above: c>=2.0.0b1 names a pre-release",
	"packse/python-less-than-current": "a Requires-Python holds in both directions, as for pip: a bundle is for known " +
		"Pythons, so there is no future one to be lenient for",
}

func TestPackse(t *testing.T) {
	t.Parallel()
	single, deviating := 0, 0
	for _, c := range conformance.Packse(t) {
		if c.Universal {
			continue
		}
		single++
		if deviations[c.ID] != "" {
			deviating++
			if c.PipAgrees {
				t.Errorf("%s: pip agrees, so there is no reason to deviate", c.ID)
			}
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			checkScenario(t, &c)
		})
	}
	if single != 108 || deviating != len(deviations) {
		t.Errorf("found %d scenarios and %d deviations, want 108 and %d", single, deviating, len(deviations))
	}
}

func checkScenario(t *testing.T, c *conformance.Scenario) {
	t.Helper()
	provider, problem := setUp(c)
	resolution, err := solve.Solve(context.Background(), problem, provider)
	var conflict *solve.Conflict
	if err != nil && !errors.As(err, &conflict) {
		t.Fatal(err)
	}
	if conflict != nil {
		t.Logf("\n%s\n\nhint: %s\n\n%s", conflict, conflict.Hint(), c.UV.Output)
	}
	want := c.Expected.Satisfiable != (deviations[c.ID] != "")
	if got := err == nil; got != want {
		t.Fatalf("satisfiable = %v, want %v: %v", got, want, err)
	}
	if !want || !c.Expected.Satisfiable || len(c.Expected.Packages) == 0 {
		return
	}
	got := make(map[string]string)
	for _, pin := range resolution.Pins {
		got[pin.Name] = pin.Version.String()
	}
	if fmt.Sprint(got) != fmt.Sprint(c.Expected.Packages) {
		t.Errorf("resolution = %v, want %v", got, c.Expected.Packages)
	}
}

// setUp makes a problem of the scenario, and a provider of its tree.
func setUp(c *conformance.Scenario) (*memory, solve.Problem) {
	python := c.Python()
	minor := strings.Join(strings.Split(python, ".")[:2], ".")
	provider := &memory{projects: make(map[string][]distribution)}
	for name, p := range c.Packages {
		for version, v := range p.Versions {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version), Yanked: v.Yanked, RequiresPython: *v.RequiresPython}}
			d.Metadata.RequiresPython = pep440.MustParseSpecifierSet(*v.RequiresPython)
			d.Unusable = unusable(c, name, minor, v)
			d.Extras = slices.Collect(maps.Keys(v.Extras))
			for _, text := range v.Requires {
				d.Requires = append(d.Requires, requirement(text))
			}
			provider.projects[name] = append(provider.projects[name], d)
		}
	}
	problem := solve.Problem{Environment: linux(python), Python: pep440.MustParse(python)}
	for _, text := range c.Root.Requires {
		problem.Requirements = append(problem.Requirements, solve.Root{Requirement: requirement(text)})
	}
	if c.Options.Prereleases {
		problem.Prereleases = solve.Allow
	}
	return provider, problem
}

// unusable says why there is no file of v for the target.
func unusable(c *conformance.Scenario, name, minor string, v conformance.Release) string {
	wheel := c.HasWheel(name, v)
	if c.HasSdist(name, v) || wheel && len(v.WheelTags) == 0 {
		return ""
	}
	target := "cp" + strings.ReplaceAll(minor, ".", "")
	fits := func(tag string) bool {
		part := strings.Split(tag, "-")
		return (part[0] == "py3" || part[0] == target) && (part[1] == "none" || part[1] == target) &&
			(part[2] == "any" || strings.Contains(part[2], "manylinux_2_17_x86_64"))
	}
	if wheel && slices.ContainsFunc(v.WheelTags, fits) {
		return ""
	}
	if !wheel {
		return "no source distribution"
	}
	return "no wheel for " + target + "-manylinux_2_17_x86_64"
}

// requirement parses a requirement that must be one.
func requirement(text string) pep508.Requirement {
	r, err := pep508.ParseRequirement(text)
	if err != nil {
		panic(err)
	}
	return r
}

// linux returns the environment of a CPython on Linux.
func linux(python string) pep508.Environment {
	minor := strings.Join(strings.Split(python, ".")[:2], ".")
	return pep508.Environment{
		ImplementationName: "cpython", ImplementationVersion: python, OSName: "posix", PlatformMachine: "x86_64",
		PlatformSystem: "Linux", PythonFullVersion: python, PlatformPythonImplementation: "CPython",
		PythonVersion: minor, SysPlatform: "linux",
	}
}
