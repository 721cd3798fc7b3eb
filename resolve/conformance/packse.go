package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Scenario is one of packse (https://github.com/astral-sh/packse): a small index, a
// few requirements, and what an installer is to make of them.
type Scenario struct {
	ID          string
	Root        struct{ Requires []string }
	Environment struct{ Python string }
	Options     struct {
		Python      string // "" for Environment.Python
		Platform    string `json:"python_platform"`
		Prereleases bool
		NoBinary    []string `json:"no_binary"`
		NoBuild     []string `json:"no_build"`
	} `json:"resolver_options"`
	Universal bool // it is about a resolution for all environments at once
	Expected  struct {
		Satisfiable bool
		Packages    map[string]string
	}
	Packages map[string]struct {
		Versions map[string]Release
	}
	PipAgrees bool `json:"pip_agrees"`
	UV        struct {
		Output string
		Lock   *UVLock // nil if there is none
	}
}

// A Release is a version of a project in a scenario.
type Release struct {
	Requires       []string            // those of extras included
	RequiresPython *string             `json:"requires_python"`
	Extras         map[string][]string // what each requires
	Yanked         bool
	Sdist, Wheel   *bool    // whether there is one; nil if so
	WheelTags      []string `json:"wheel_tags"`
}

// A UVLock is the lock that uv writes for a scenario: that of a project named "project"
// which has the scenario's requirements.
type UVLock struct {
	RequiresPython string `json:"requires-python"`
	Packages       []struct {
		Name, Version string
		Dependencies  []UVDependency
		Optional      map[string][]UVDependency `json:"optional-dependencies"`
		Files         []string
	}
}

// A UVDependency is what a package of a lock of uv needs.
type UVDependency struct {
	Name, Version string // no version where there is only one
	Extra         []string
	Marker        string
}

// Packse returns the scenarios of packse. It skips the test if the environment
// variable GOBUNDLE_CONFORMANCE is not set.
func Packse(tb testing.TB) []Scenario {
	tb.Helper()
	dir := os.Getenv("GOBUNDLE_CONFORMANCE")
	if dir == "" {
		tb.Skip("GOBUNDLE_CONFORMANCE is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "packse.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		DefaultRequiresPython string `json:"default_requires_python"`
		Cases                 []Scenario
	}
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	for i := range file.Cases {
		file.Cases[i].complete(file.DefaultRequiresPython)
	}
	return file.Cases
}

// complete says in each release what scenarios leave to be understood.
func (s *Scenario) complete(requiresPython string) {
	if s.Environment.Python < "3.12" {
		requiresPython = ""
	}
	for _, p := range s.Packages {
		for version, r := range p.Versions {
			if r.RequiresPython == nil {
				r.RequiresPython = &requiresPython
			}
			for extra, requires := range r.Extras {
				for _, text := range requires {
					name, marker, marked := strings.Cut(text, ";")
					if marked {
						marker = "(" + marker + ") and "
					}
					r.Requires = append(r.Requires, name+` ; `+marker+`extra == "`+extra+`"`)
				}
			}
			p.Versions[version] = r
		}
	}
}

// Python returns the version of the interpreter that is to be installed for, with
// three parts.
func (s *Scenario) Python() string {
	python := s.Environment.Python
	if s.Options.Python != "" {
		python = s.Options.Python
	}
	if strings.Count(python, ".") == 1 {
		python += ".0"
	}
	return python
}

// HasSdist reports whether a release of the project has a source distribution that may
// be built.
func (s *Scenario) HasSdist(project string, r Release) bool {
	return (r.Sdist == nil || *r.Sdist) && !slices.Contains(s.Options.NoBuild, project)
}

// HasWheel reports whether a release of the project has wheels that may be taken.
func (s *Scenario) HasWheel(project string, r Release) bool {
	return (r.Wheel == nil || *r.Wheel) && !slices.Contains(s.Options.NoBinary, project)
}
