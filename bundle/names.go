package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// The CPython minor versions that a bundle may meet.
const oldestMinor, newestMinor = 6, 15

// interpreterNames lists the names under which an interpreter for the bundle
// is looked for on PATH: those of the targets first, then the general ones,
// then, as a pure wheel may run there too, those of other versions.
func interpreterNames(m *manifest.Manifest) []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, t := range m.Targets {
		add(interpreterStem(t.Implementation) + majorMinor(t.Python) + buildFlag(t.Name))
	}
	add("python3")
	if everythingPure(m) {
		for minor := newestMinor; minor >= oldestMinor; minor-- {
			if mayRunOn(m, "cpython", minor) {
				add(fmt.Sprintf("python3.%d", minor))
			}
		}
		add("pypy3")
	}
	add("python")
	return names
}

// freeThreaded are the names of targets that are free-threaded builds, whose
// programs are called so, too: cp313t, cp3.13.2t.
var freeThreaded = lazyregexp.New(`^cp[0-9.]+t`)

func buildFlag(targetName string) string {
	if freeThreaded().MatchString(targetName) {
		return "t"
	}
	return ""
}

// mayRunOn reports whether the constraint on interpreters leaves any release of
// a minor version.
func mayRunOn(m *manifest.Manifest, implementation string, minor int) bool {
	test := m.Options.RequiresPythonTest
	if test == nil {
		return true
	}
	for micro := range 100 {
		facts := manifest.Facts{"implementation_name": implementation, "python_full_version": fmt.Sprintf("3.%d.%d", minor, micro)}
		if truth, known := test.Evaluate(facts); truth || !known {
			return true
		}
	}
	return false
}

func interpreterStem(implementation string) string {
	switch implementation {
	case "pypy", "graalpy":
		return implementation
	}
	return "python"
}

// majorMinor returns "3.12" of "3.12.4".
func majorMinor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// everythingPure reports whether no wheel is bound to an ABI or a platform.
func everythingPure(m *manifest.Manifest) bool {
	for _, w := range m.Wheels {
		if !slices.ContainsFunc(w.Tags, func(tag string) bool { return strings.HasSuffix(tag, "-none-any") }) {
			return false
		}
	}
	return true
}
