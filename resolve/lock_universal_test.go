package resolve_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// otherwise are the scenarios in which uv gets other versions than gobundle: of several
// solutions the one it finds depends on where it forks and what it takes back first,
// and gobundle prefers one version for all targets.
var otherwise = []string{
	"packse/wrong-backtracking-indirect", "packse/preferences-dependent-forking",
	"packse/preferences-dependent-forking-bistable", "packse/preferences-dependent-forking-tristable",
}

// targetsOf are the targets that a scenario is locked for.
func targetsOf(s *conformance.Scenario) []string {
	switch {
	case s.ID == "packse/specific-architecture": // its wheels are for these only
		return []string{"cp313-manylinux_2_17_x86_64", "cp313-manylinux_2_17_i686", "cp313-macosx_13_0_x86_64"}
	case strings.Contains(s.UV.Lock.RequiresPython, "3.10"):
		return []string{"cp3.10.12-manylinux_2_17_x86_64", "cp311-win_amd64", "cp312-manylinux_2_17_x86_64", "cp313-macosx_13_0_arm64"}
	}
	return []string{"cp312-manylinux_2_17_x86_64", "cp312-win_amd64", "cp312-macosx_13_0_arm64", "cp313-manylinux_2_17_aarch64"}
}

// TestPackseUniversalLocks holds of the scenarios about all environments at once that
// one lock for several targets gives each of them what it was resolved to get; and
// that this is what the lock of uv has for it, which is read on the way.
func TestPackseUniversalLocks(t *testing.T) {
	t.Parallel()
	locked := 0
	for _, s := range conformance.Packse(t) {
		if !s.Universal || !s.Expected.Satisfiable {
			continue
		}
		locked++
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			server := indextest.New(t)
			server.Add(dists(&s)...)
			o := optionsFor(t, server)
			o.Roots = roots(t, s.Root.Requires...)
			o.Targets = targets(t, targetsOf(&s)...)
			solution, err := resolve.Resolve(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			l, err := solution.Lock(t.Context(), o, resolve.LockOptions{Directory: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			made := string(l.Marshal())
			bare, _, _ := strings.Cut(made, "\n[tool.gobundle]")
			others, err := lockfile.Open("uv.lock", []byte(uvText(s.UV.Lock)))
			if err != nil {
				t.Fatal(err)
			}
			for i, on := range o.Targets {
				want := map[string]string{}
				for _, pin := range solution.Resolutions[i].Pins {
					want[pin.Name] = pin.Version.String()
				}
				for _, text := range []string{made, bare} {
					alone := o
					alone.Targets = o.Targets[i : i+1]
					got, err := replayed(t.Context(), alone, text)
					if err != nil || got != fmt.Sprint(want) {
						t.Errorf("for %s the lock gives %s, %v, want %s\n%s", on.Name, got, err, want, text)
					}
				}
				selection, err := others.Select(lockfile.Wanted{Environment: on.Environment, Python: on.Python})
				if err != nil {
					t.Fatal(err)
				}
				uv := map[string]string{}
				for _, p := range selection.Packages {
					uv[p.Name] = p.Version.String()
				}
				if !slices.Contains(otherwise, s.ID) && !maps.Equal(uv, want) {
					t.Errorf("%s gets %v, and by the lock of uv %v", on.Name, want, uv)
				}
			}
		})
	}
	if locked < 35 {
		t.Errorf("%d scenarios locked, want all that have a solution", locked)
	}
}

// uvText writes a lock as uv does.
func uvText(l *conformance.UVLock) string {
	var b strings.Builder
	dependencies := func(all []conformance.UVDependency) string {
		var texts []string
		for _, d := range all {
			text := fmt.Sprintf("{ name = %q", d.Name)
			if d.Version != "" {
				text += fmt.Sprintf(", version = %q", d.Version)
			}
			if len(d.Extra) > 0 {
				text += fmt.Sprintf(", extra = [%q]", strings.Join(d.Extra, `", "`))
			}
			if d.Marker != "" {
				text += fmt.Sprintf(", marker = %q", d.Marker)
			}
			texts = append(texts, text+" }")
		}
		return "[" + strings.Join(texts, ", ") + "]\n"
	}
	fmt.Fprintf(&b, "version = 1\nrequires-python = %q\n", l.RequiresPython)
	for _, p := range l.Packages {
		source := `{ registry = "wheels" }`
		if p.Name == "project" {
			source = `{ virtual = "." }`
		}
		fmt.Fprintf(&b, "\n[[package]]\nname = %q\nversion = %q\nsource = %s\ndependencies = %s", p.Name, p.Version, source, dependencies(p.Dependencies))
		wheels := slices.DeleteFunc(slices.Clone(p.Files), func(name string) bool { return !strings.HasSuffix(name, ".whl") })
		for _, name := range wheels {
			fmt.Fprintf(&b, "[[package.wheels]]\npath = %q\nhash = \"sha256:11\"\n", name)
		}
		b.WriteString("[package.optional-dependencies]\n")
		for _, extra := range slices.Sorted(maps.Keys(p.Optional)) {
			fmt.Fprintf(&b, "%s = %s", extra, dependencies(p.Optional[extra]))
		}
	}
	return b.String()
}
