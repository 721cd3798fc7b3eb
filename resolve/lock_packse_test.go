package resolve_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/solve"
)

// dists are a scenario's releases. What could be built is a wheel already.
func dists(s *conformance.Scenario) []indextest.Dist {
	var dists []indextest.Dist
	for name, p := range s.Packages {
		for version, r := range p.Versions {
			d := indextest.Dist{Name: name, Version: version, Requires: r.Requires, Yanked: r.Yanked, RequiresPython: *r.RequiresPython}
			d.Extras = slices.Sorted(maps.Keys(r.Extras))
			tags := []string{""}
			if len(r.WheelTags) > 0 && !s.HasSdist(name, r) {
				tags = r.WheelTags
			}
			for _, d.Tag = range tags {
				dists = append(dists, d)
			}
		}
	}
	return dists
}

// TestPackseLocks holds that the lock of every scenario that has a solution gives the
// versions which were to be expected, with and without what it says of its making.
func TestPackseLocks(t *testing.T) {
	t.Parallel()
	replayed, scenarios := 0, conformance.Packse(t)
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range scenarios {
			// In the one left out, uv passes over an upper bound of Requires-Python, and pip does not.
			if !s.Universal && s.Expected.Satisfiable && s.ID != "packse/python-less-than-current" {
				replayed++
				t.Run(s.ID, func(t *testing.T) {
					t.Parallel()
					replayScenario(t, &s)
				})
			}
		}
	})
	if replayed < 56 {
		t.Errorf("%d scenarios replayed, want all that have a solution", replayed)
	}
}

func replayScenario(t *testing.T, s *conformance.Scenario) {
	t.Helper()
	server := indextest.New(t)
	server.Add(dists(s)...)
	o := optionsFor(t, server)
	o.Roots, o.Targets = roots(t, s.Root.Requires...), targets(t, "cp"+s.Python()+"-manylinux_2_17_x86_64")
	if s.Options.Prereleases {
		o.Prereleases = solve.Allow
	}
	solution, err := resolve.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(s.Expected.Packages)
	if len(s.Expected.Packages) == 0 { // the scenario is about what may be built, and doesn't say
		want = fmt.Sprint(map[string]string{"a": "1.0.0"})
	}
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
