package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// packseCase is a scenario of packse, as far as files count in it.
type packseCase struct {
	ID          string
	Root        struct{ Requires []string }
	Universal   bool
	Environment struct{ Python string }
	Options     struct {
		Python   string
		NoBinary []string `json:"no_binary"`
		NoBuild  []string `json:"no_build"`
	} `json:"resolver_options"`
	Expected struct{ Satisfiable bool }
	Packages map[string]struct {
		Versions map[string]struct {
			Requires       []string
			RequiresPython *string `json:"requires_python"`
			Sdist, Wheel   *bool
			WheelTags      []string `json:"wheel_tags"`
		}
	}
}

// aboutFiles reports whether the scenario has source distributions without
// wheels, the contrary, or options about them.
func (c *packseCase) aboutFiles() bool {
	for _, p := range c.Packages {
		for _, v := range p.Versions {
			if v.Sdist != nil && !*v.Sdist || v.Wheel != nil && !*v.Wheel {
				return !c.Universal
			}
		}
	}
	return !c.Universal && len(c.Options.NoBinary)+len(c.Options.NoBuild) > 0
}

// dists are the files of the scenario. Its source distributions are built by the
// backend in them.
func (c *packseCase) dists(t *testing.T) []indextest.Dist {
	t.Helper()
	backend, err := os.ReadFile(filepath.Join("..", "..", "resolve", "build", "testdata", "tiny.py"))
	if err != nil {
		t.Fatal(err)
	}
	var dists []indextest.Dist
	for name, p := range c.Packages {
		for version, v := range p.Versions {
			d := indextest.Dist{Name: name, Version: version, Requires: v.Requires}
			if v.RequiresPython != nil {
				d.RequiresPython = *v.RequiresPython
			}
			if v.Wheel == nil || *v.Wheel {
				if len(v.WheelTags) == 0 {
					dists = append(dists, d)
				}
				for _, tagged := range v.WheelTags {
					wheel := d
					wheel.Tag = tagged
					dists = append(dists, wheel)
				}
			}
			if v.Sdist != nil && !*v.Sdist {
				continue
			}
			about, err := json.Marshal(map[string]any{"name": name, "version": version, "requires": append([]string{}, v.Requires...)})
			if err != nil {
				t.Fatal(err)
			}
			d.Sdist, d.Files = true, map[string]string{
				"pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = \"tiny\"\nbackend-path = [\".\"]\n",
				"tiny.py":        string(backend), "about.json": string(about),
			}
			dists = append(dists, d)
		}
	}
	return dists
}

// TestPackseFiles builds and gets what the scenarios of packse are about that have
// source distributions alone, wheels alone, or say which must be used.
func TestPackseFiles(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GOBUNDLE_CONFORMANCE")
	if dir == "" {
		t.Skip("GOBUNDLE_CONFORMANCE is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "packse.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []packseCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range file.Cases {
		if !c.aboutFiles() {
			continue
		}
		seen++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
	if seen < 8 {
		t.Errorf("found %d scenarios, want 8", seen)
	}
}

func (c *packseCase) check(t *testing.T) {
	t.Helper()
	python, folder := c.Environment.Python, t.TempDir()
	if c.Options.Python != "" {
		python = c.Options.Python
	}
	arguments := append([]string{"wheel", "-w", "out", "--no-index", "-f", indextest.Folder(t, c.dists(t)...), "--cache-dir", t.TempDir(),
		"--target", fmt.Sprintf("cp%s-linux-x86_64", strings.ReplaceAll(python, ".", ""))}, c.Root.Requires...)
	if len(c.Options.NoBinary) > 0 {
		arguments = append(arguments, "--no-binary", strings.Join(c.Options.NoBinary, ","))
	}
	if len(c.Options.NoBuild) > 0 {
		arguments = append(arguments, "--only-binary", strings.Join(c.Options.NoBuild, ","))
	}
	var talk bytes.Buffer
	code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk})
	if !c.Expected.Satisfiable {
		if code != exitNoSolution || !strings.Contains(talk.String(), "hint: ") {
			t.Errorf("exit code %d\n%s\nwant %d and a hint", code, talk.Bytes(), exitNoSolution)
		}
		return
	}
	if code != exitDone {
		t.Fatalf("exit code %d\n%s", code, talk.Bytes())
	}
	wheels, _ := filepath.Glob(filepath.Join(folder, "out", "*.whl")) // the pattern is sound
	if len(wheels) != len(c.Packages) {
		t.Errorf("wheels are %q, want one for each of %d projects", wheels, len(c.Packages))
	}
	for name, p := range c.Packages {
		for version, v := range p.Versions {
			must := v.Wheel != nil && !*v.Wheel || slices.Contains(c.Options.NoBinary, name)
			if built := strings.Contains(talk.String(), fmt.Sprintf("Built %s %s from", name, version)); len(p.Versions) == 1 && built != must {
				t.Errorf("%s was built: %v, want %v\n%s", name, built, must, talk.Bytes())
			}
		}
	}
}
