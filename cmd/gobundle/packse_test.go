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

	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// aboutFiles reports whether the scenario has source distributions without
// wheels, the contrary, or options about them.
func aboutFiles(s *conformance.Scenario) bool {
	for _, p := range s.Packages {
		for _, v := range p.Versions {
			if v.Sdist != nil && !*v.Sdist || v.Wheel != nil && !*v.Wheel {
				return !s.Universal
			}
		}
	}
	return !s.Universal && len(s.Options.NoBinary)+len(s.Options.NoBuild) > 0
}

// dists are the files of the scenario. Its source distributions are built by the
// backend in them.
func dists(t *testing.T, s *conformance.Scenario) []indextest.Dist {
	t.Helper()
	backend, err := os.ReadFile(filepath.Join("..", "..", "resolve", "build", "testdata", "tiny.py"))
	if err != nil {
		t.Fatal(err)
	}
	var dists []indextest.Dist
	for name, p := range s.Packages {
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
	seen := 0
	for _, s := range conformance.Packse(t) {
		if !aboutFiles(&s) {
			continue
		}
		seen++
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			checkFiles(t, &s)
		})
	}
	if seen < 8 {
		t.Errorf("found %d scenarios, want 8", seen)
	}
}

func checkFiles(t *testing.T, s *conformance.Scenario) {
	t.Helper()
	folder := t.TempDir()
	arguments := append([]string{"wheel", "-w", "out", "--no-index", "-f", indextest.Folder(t, dists(t, s)...), "--cache-dir", t.TempDir(),
		"--target", "cp" + s.Python() + "-linux-x86_64"}, s.Root.Requires...)
	if len(s.Options.NoBinary) > 0 {
		arguments = append(arguments, "--no-binary", strings.Join(s.Options.NoBinary, ","))
	}
	if len(s.Options.NoBuild) > 0 {
		arguments = append(arguments, "--only-binary", strings.Join(s.Options.NoBuild, ","))
	}
	var talk bytes.Buffer
	code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk})
	if !s.Expected.Satisfiable {
		if code != exitNoSolution || !strings.Contains(talk.String(), "hint: ") {
			t.Errorf("exit code %d\n%s\nwant %d and a hint", code, talk.Bytes(), exitNoSolution)
		}
		return
	}
	if code != exitDone {
		t.Fatalf("exit code %d\n%s", code, talk.Bytes())
	}
	wheels, _ := filepath.Glob(filepath.Join(folder, "out", "*.whl")) // the pattern is sound
	if len(wheels) != len(s.Packages) {
		t.Errorf("wheels are %q, want one for each of %d projects", wheels, len(s.Packages))
	}
	for name, p := range s.Packages {
		for version, v := range p.Versions {
			must := v.Wheel != nil && !*v.Wheel || slices.Contains(s.Options.NoBinary, name)
			if built := strings.Contains(talk.String(), fmt.Sprintf("Built %s %s from", name, version)); len(p.Versions) == 1 && built != must {
				t.Errorf("%s was built: %v, want %v\n%s", name, built, must, talk.Bytes())
			}
		}
	}
}
