package bundle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A MisfitError says why none of a bundle's targets is right for an
// interpreter.
type MisfitError struct {
	Interpreter string   // its target name
	Misfits     []Misfit // in the order in which they were looked at
}

// A Misfit is a target that is not right, and why.
type Misfit struct {
	Target string
	Reason string // "numpy 2.1.0 needs glibc 2.28, this is 2.17"
}

func (e *MisfitError) Error() string {
	reasons := make([]string, len(e.Misfits))
	for i, m := range e.Misfits {
		reasons[i] = m.Target + ": " + m.Reason
	}
	return fmt.Sprintf("nothing in the bundle is for %s (%s)", e.Interpreter, strings.Join(reasons, "; "))
}

// choose returns the best of a bundle's targets for the interpreter: the first
// whose wheel set is right for it, where those for this very Python come before
// the others. The bootstrap decides by the same rules.
func choose(m *manifest.Manifest, host *interpreter.Interpreter) (manifest.Target, error) {
	on, err := target.FromInterpreter(host)
	if err != nil {
		return manifest.Target{}, err
	}
	return chooseFor(m, on)
}

func chooseFor(m *manifest.Manifest, on *target.Target) (manifest.Target, error) {
	unfit := &MisfitError{Interpreter: on.Name}
	for _, t := range inOrder(m, on) {
		reason := whyNot(m, t, on)
		if reason == "" {
			return t, nil
		}
		unfit.Misfits = append(unfit.Misfits, Misfit{t.Name, reason})
	}
	return manifest.Target{}, unfit
}

// inOrder returns the targets for an interpreter's own Python, then the others.
func inOrder(m *manifest.Manifest, on *target.Target) []manifest.Target {
	targets := slices.Clone(m.Targets)
	slices.SortStableFunc(targets, func(a, b manifest.Target) int {
		switch {
		case samePython(a, on) == samePython(b, on):
			return 0
		case samePython(a, on):
			return -1
		}
		return 1
	})
	return targets
}

// whyNot says why a target is not right for an interpreter, "" if it is.
func whyNot(m *manifest.Manifest, t manifest.Target, on *target.Target) string {
	return cmp.Or(whyUnsuitable(m, on), whyMisfit(t, m.Wheels, on))
}

// samePython reports whether the interpreter is of the target's implementation
// and minor version.
func samePython(t manifest.Target, on *target.Target) bool {
	return t.Implementation == on.Environment.ImplementationName && majorMinor(t.Python) == majorMinor(on.Environment.PythonFullVersion)
}

// whyUnsuitable says why no target at all is for an interpreter, "" if one may be.
func whyUnsuitable(m *manifest.Manifest, on *target.Target) string {
	if test := m.Options.RequiresPythonTest; test != nil {
		if truth, known := test.Evaluate(on.Facts()); !known || !truth {
			return fmt.Sprintf("the bundle needs Python %s, this is %s %s", m.Options.RequiresPython,
				on.Environment.PlatformPythonImplementation, on.Environment.PythonFullVersion)
		}
	}
	return ""
}

// whyMisfit says why a target's wheel set is not right for an interpreter, "" if it is.
func whyMisfit(t manifest.Target, wheels []manifest.Wheel, on *target.Target) string {
	place, c := misfit(t, func(place int) []tag.Tag { return tagsOf(&wheels[place]) }, on)
	switch {
	case place >= 0:
		w := &wheels[place]
		return fmt.Sprintf("%s %s %s", w.Name, w.Version, whyUnfit(tagsOf(w), on))
	case c == nil:
		return ""
	}
	if specifiers, ok := strings.CutPrefix(c.Text, "Requires-Python "); ok && c.Truth {
		return fmt.Sprintf("%s needs Python %s, this is %s", c.By, specifiers, on.Environment.PythonFullVersion)
	}
	return fmt.Sprintf("%s: %s is %t in the bundle, and not here", c.By, c.Text, c.Truth)
}

// misfit returns what of a target's wheel set is not right for an interpreter:
// the place of a wheel whose tags do not fit, else -1 and a condition that does
// not come out as recorded, else -1 and nil. tags are those of the wheel at a place.
func misfit(t manifest.Target, tags func(place int) []tag.Tag, on *target.Target) (wheel int, condition *manifest.Condition) {
	for _, place := range t.Wheels { // what a wheel needs says more than a marker
		if _, ok := on.Tags.Best(tags(place)); !ok {
			return place, nil
		}
	}
	facts := on.Facts()
	for i := range t.Conditions {
		if !t.Conditions[i].Holds(facts) {
			return -1, &t.Conditions[i]
		}
	}
	return -1, nil
}

func tagsOf(w *manifest.Wheel) []tag.Tag {
	var tags []tag.Tag
	for _, text := range w.Tags {
		expanded, err := tag.Parse(text)
		if err != nil {
			continue // no interpreter has it
		}
		tags = append(tags, expanded...)
	}
	return tags
}
