package bundle

import (
	"slices"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// sortTargets brings targets into the order in which a reader prefers them. A
// wheel set that is right for another target's interpreter, too, comes after
// that target's own: there the reader has to find what was resolved for it, not
// what merely runs. Beyond that the order is the user's.
//
// The resolutions stand beside the targets.
func sortTargets(targets []manifest.Target, staged []stage.Wheel, resolutions []resolve.Resolution) []manifest.Target {
	if len(targets) < 2 {
		return targets
	}
	tags := make([][]tag.Tag, len(staged))
	for i, w := range staged {
		tags[i] = tagsOf(&w.Wheel)
	}
	// runsOn[i][j] says that the wheel set of i is right for the target j.
	runsOn := make([][]bool, len(targets))
	for i, t := range targets {
		runsOn[i] = make([]bool, len(targets))
		for j, other := range targets {
			if i == j || slices.Equal(t.Wheels, other.Wheels) {
				continue
			}
			wheel, condition := misfit(t, func(place int) []tag.Tag { return tags[place] }, resolutions[j].Target)
			runsOn[i][j] = wheel < 0 && condition == nil
		}
	}
	sorted := make([]manifest.Target, 0, len(targets))
	placed := make([]bool, len(targets))
	for len(sorted) < len(targets) {
		next := -1
		for i := range targets {
			if placed[i] {
				continue
			}
			if next < 0 {
				next = i // in a circle any order is as good
			}
			free := true
			for j := range targets {
				free = free && (placed[j] || !runsOn[i][j])
			}
			if free {
				next = i
				break
			}
		}
		placed[next] = true
		sorted = append(sorted, targets[next])
	}
	return sorted
}
