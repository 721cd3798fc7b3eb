package build

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// agree compares what a wheel says with the metadata that was given out for its
// source before: what was resolved with must be what is installed.
func agree(source string, before, wheel dist.Metadata) error {
	if !before.Version.Equal(wheel.Version) {
		return &MismatchError{Source: source, What: "version", Want: before.Version.String(), Got: wheel.Version.String()}
	}
	if want, got := before.RequiresPython.String(), wheel.RequiresPython.String(); want != got {
		return &MismatchError{Source: source, What: "Requires-Python", Want: want, Got: got}
	}
	want, got := requirementTexts(before), requirementTexts(wheel)
	if !slices.Equal(want, got) {
		return &MismatchError{Source: source, What: "Requires-Dist", Want: strings.Join(want, ", "), Got: strings.Join(got, ", ")}
	}
	return nil
}

// requirementTexts writes requirements so that those which ask for the same, in
// another spelling or order, come out equal.
func requirementTexts(m dist.Metadata) []string {
	var found []string
	for _, requirement := range m.RequiresDist {
		var extras []string
		for _, extra := range requirement.Extras {
			extras = append(extras, pep508.NormalizeName(extra))
		}
		marker := markerText(requirement.Marker.Tree())
		requirement.Name, requirement.Extras, requirement.Marker = pep508.NormalizeName(requirement.Name), extras, nil
		text := requirement.String()
		if marker != "" {
			text += "; " + marker
		}
		found = append(found, text)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// markerText writes a marker with its parts in order.
func markerText(node pep508.Node) string {
	var parts []string
	separator := " and "
	switch n := node.(type) {
	case pep508.Comparison:
		return n.String()
	case pep508.And:
		for _, child := range n.Nodes {
			text := markerText(child)
			switch child := child.(type) {
			case pep508.Or:
				text = "(" + text + ")"
			case pep508.And: // "and" of "and" is one
				for _, grandchild := range child.Nodes {
					parts = append(parts, markerText(grandchild))
				}
				continue
			}
			parts = append(parts, text)
		}
	case pep508.Or:
		separator = " or "
		for _, child := range n.Nodes {
			parts = append(parts, markerText(child))
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), separator)
}
