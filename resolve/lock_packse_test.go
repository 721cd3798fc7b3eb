package resolve_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/solve"
)

// packseScenario is what of a scenario of packse a lock is made of.
type packseScenario struct {
	ID          string
	Root        struct{ Requires []string }
	Environment struct{ Python string }
	Options     struct {
		Python      string
		Prereleases bool
		NoBuild     []string `json:"no_build"`
	} `json:"resolver_options"`
	Universal bool
	Expected  struct {
		Satisfiable bool
		Packages    map[string]string
	}
	Packages map[string]struct {
		Versions map[string]struct {
			Requires       []string
			RequiresPython *string `json:"requires_python"`
			Extras         map[string][]string
			Yanked         bool
			Sdist, Wheel   *bool
			WheelTags      []string `json:"wheel_tags"`
		}
	}
}

// dists are the scenario's releases. What could be built is a wheel already.
func (s *packseScenario) dists(defaultPython string) []indextest.Dist {
	var dists []indextest.Dist
	for name, p := range s.Packages {
		for version, v := range p.Versions {
			d := indextest.Dist{Name: name, Version: version, Requires: v.Requires, Yanked: v.Yanked, RequiresPython: defaultPython}
			if v.RequiresPython != nil {
				d.RequiresPython = *v.RequiresPython
			} else if s.Environment.Python < "3.12" {
				d.RequiresPython = ""
			}
			for extra, requires := range v.Extras {
				d.Extras = append(d.Extras, extra)
				for _, text := range requires {
					d.Requires = append(d.Requires, text+` ; extra == "`+extra+`"`)
				}
			}
			tags := []string{""}
			if built := (v.Sdist == nil || *v.Sdist) && !slices.Contains(s.Options.NoBuild, name); len(v.WheelTags) > 0 && !built {
				tags = v.WheelTags
			}
			for _, d.Tag = range tags {
				dists = append(dists, d)
			}
		}
	}
	return dists
}

func (s *packseScenario) target() string {
	python := s.Environment.Python
	if s.Options.Python != "" {
		python = s.Options.Python
	}
	if strings.Count(python, ".") == 1 {
		python += ".0"
	}
	return "cp" + python + "-manylinux_2_17_x86_64"
}

// TestPackseLocks holds that the lock of every scenario that has a solution gives the
// versions which were to be expected, with and without what it says of its making.
func TestPackseLocks(t *testing.T) {
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
		Cases                 []packseScenario
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	replayed := 0
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range file.Cases {
			if !s.Universal && s.Expected.Satisfiable && len(s.Expected.Packages) > 0 {
				replayed++
				t.Run(s.ID, func(t *testing.T) {
					t.Parallel()
					s.replay(t, file.DefaultRequiresPython)
				})
			}
		}
	})
	if replayed < 47 {
		t.Errorf("%d scenarios replayed, want all that have a solution", replayed)
	}
}

func (s *packseScenario) replay(t *testing.T, defaultPython string) {
	server := indextest.New(t)
	server.Add(s.dists(defaultPython)...)
	o := optionsFor(t, server)
	o.Roots, o.Targets = roots(t, s.Root.Requires...), targets(t, s.target())
	if s.Options.Prereleases {
		o.Prereleases = solve.Allow
	}
	solution, err := resolve.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(s.Expected.Packages)
	if got := versionsOf(solution); got != want {
		t.Fatalf("resolution = %s, want %s", got, want)
	}
	l, err := solution.Lock(t.Context(), o, resolve.LockOptions{Directory: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	made := l.Marshal()
	bare, _, _ := strings.Cut(string(made), "\n[tool.gobundle]")
	for _, text := range []string{string(made), bare} {
		got, err := replayed(t.Context(), o, text)
		if err != nil {
			t.Fatalf("replaying: %v\n%s", err, text)
		}
		if got != want {
			t.Errorf("the lock gives %s, want %s\n%s", got, want, text)
		}
	}
}

// replayed returns the versions that a lock gives the targets of the options.
func replayed(ctx context.Context, o resolve.Options, text string) (string, error) {
	l, err := lockfile.Read([]byte(text))
	if err != nil {
		return "", err
	}
	o.Roots, o.Index = nil, nil
	solution, err := resolve.Replay(ctx, o, resolve.Locked{Source: l, Name: "pylock.toml"})
	if err != nil {
		return "", err
	}
	return versionsOf(solution), nil
}

// versionsOf writes the versions of the first target as a map is written.
func versionsOf(s *resolve.Solution) string {
	versions := map[string]string{}
	for _, pin := range s.Resolutions[0].Pins {
		versions[pin.Name] = pin.Version.String()
	}
	return fmt.Sprint(versions)
}
