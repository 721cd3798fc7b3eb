package stage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// A set is the wheels of a bundle, each once, and the targets that refer to
// them.
type set struct {
	wheels  []Wheel
	targets []manifest.Target
}

// merge puts together the wheels that come twice, as they do when several
// targets share them.
func merge(wheels []Wheel, targets []manifest.Target) (*set, error) {
	s := &set{}
	byName := map[string]int{} // in lower case: file systems may not tell names apart by case
	moved := make([]int, len(wheels))
	for i, w := range wheels {
		if w.Role == "" {
			w.Role = manifest.Dependency
		}
		w.RequiresPython = printable(w.RequiresPython)
		at, found := byName[strings.ToLower(w.File)]
		if !found {
			moved[i] = len(s.wheels)
			byName[strings.ToLower(w.File)] = moved[i]
			w.Requires = slices.Clone(w.Requires)
			s.wheels = append(s.wheels, w)
			continue
		}
		known := &s.wheels[at]
		if known.SHA256 != w.SHA256 || known.File != w.File {
			return nil, &WheelError{File: w.File, First: known.Path, Second: w.Path}
		}
		// On another target it may need others.
		known.Requested = known.Requested || w.Requested
		known.Requires = slices.Compact(slices.Sorted(slices.Values(append(known.Requires, w.Requires...))))
		moved[i] = at
	}
	for _, target := range targets {
		indexes := make([]int, 0, len(target.Wheels)+1)
		for _, index := range target.Wheels {
			if index < 0 || index >= len(moved) {
				return nil, fmt.Errorf("target %s has no wheel %d", target.Name, index)
			}
			indexes = append(indexes, moved[index])
		}
		target.Wheels = indexes
		target.Conditions = slices.Clone(target.Conditions)
		for i := range target.Conditions {
			c := &target.Conditions[i]
			c.By, c.Text = printable(c.By), printable(c.Text)
		}
		s.targets = append(s.targets, target)
	}
	return s, nil
}

// addSources adds the wheel of the sources to all targets.
func (s *set) addSources(w Wheel) {
	for i := range s.targets {
		s.targets[i].Wheels = append(s.targets[i].Wheels, len(s.wheels))
	}
	s.wheels = append(s.wheels, w)
}

// sort brings the wheels in the order of their file names.
func (s *set) sort() {
	order := make([]int, len(s.wheels))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(s.wheels[i].File, s.wheels[j].File) })
	moved, sorted := make([]int, len(order)), make([]Wheel, len(order))
	for to, from := range order {
		moved[from], sorted[to] = to, s.wheels[from]
	}
	s.wheels = sorted
	for t := range s.targets {
		target := &s.targets[t]
		for i, index := range target.Wheels {
			target.Wheels[i] = moved[index]
		}
		slices.Sort(target.Wheels)
		target.Wheels = slices.Compact(target.Wheels)
	}
}

// printable makes a text one that may be shown: manifests hold no control
// characters.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

func printableAll(texts []string) []string {
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		all = append(all, printable(text))
	}
	return all
}
