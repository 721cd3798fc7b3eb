package solve_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// packseCase is one scenario of packse, https://github.com/astral-sh/packse.
type packseCase struct {
	ID   string
	Root struct {
		Requires []string
	}
	Environment struct {
		Python string
	}
	Options struct {
		Python      string
		Platform    string `json:"python_platform"`
		Prereleases bool
		NoBinary    []string `json:"no_binary"`
		NoBuild     []string `json:"no_build"`
	} `json:"resolver_options"`
	Universal bool
	Expected  struct {
		Satisfiable bool
		Packages    map[string]string
	}
	Packages map[string]struct {
		Versions map[string]packseVersion
	}
	PipAgrees bool `json:"pip_agrees"`
	UV        struct{ Output string }
}

type packseVersion struct {
	Requires       []string
	RequiresPython *string `json:"requires_python"`
	Extras         map[string][]string
	Yanked         bool
	Sdist, Wheel   *bool
	WheelTags      []string `json:"wheel_tags"`
}

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
	dir := os.Getenv("GOBUNDLE_CONFORMANCE")
	if dir == "" {
		t.Skip("GOBUNDLE_CONFORMANCE is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "packse.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		DefaultRequiresPython string `json:"default_requires_python"`
		Cases                 []packseCase
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	single, deviating := 0, 0
	for _, c := range file.Cases {
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
			c.check(t, file.DefaultRequiresPython)
		})
	}
	if single != 108 || deviating != len(deviations) {
		t.Errorf("found %d scenarios and %d deviations, want 108 and %d", single, deviating, len(deviations))
	}
}

func (c *packseCase) check(t *testing.T, defaultPython string) {
	t.Helper()
	provider, problem := c.setUp(defaultPython)
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
func (c *packseCase) setUp(defaultPython string) (*memory, solve.Problem) {
	python := c.Environment.Python
	if c.Options.Python != "" {
		python = c.Options.Python
	}
	if strings.Count(python, ".") == 1 {
		python += ".0"
	}
	minor := strings.Join(strings.Split(python, ".")[:2], ".")
	provider := &memory{projects: make(map[string][]distribution)}
	for name, p := range c.Packages {
		for version, v := range p.Versions {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version), Yanked: v.Yanked}}
			d.Candidate.RequiresPython = defaultPython
			if v.RequiresPython != nil {
				d.Candidate.RequiresPython = *v.RequiresPython
			} else if c.Environment.Python < "3.12" {
				d.Candidate.RequiresPython = ""
			}
			d.Metadata.RequiresPython = pep440.MustParseSpecifierSet(d.Candidate.RequiresPython)
			d.Unusable = c.unusable(name, minor, v)
			for _, text := range v.Requires {
				d.Requires = append(d.Requires, requirement(text))
			}
			for extra, requires := range v.Extras {
				d.Extras = append(d.Extras, extra)
				for _, text := range requires {
					d.Requires = append(d.Requires, requirement(text+` ; extra == "`+extra+`"`))
				}
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
func (c *packseCase) unusable(name, minor string, v packseVersion) string {
	sdist := (v.Sdist == nil || *v.Sdist) && !slices.Contains(c.Options.NoBuild, name)
	wheel := (v.Wheel == nil || *v.Wheel) && !slices.Contains(c.Options.NoBinary, name)
	if sdist || wheel && len(v.WheelTags) == 0 {
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
