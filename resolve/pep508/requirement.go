package pep508

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// Requirement asks for a distribution, by versions or by URL.
type Requirement struct {
	Name      string   // as written
	Extras    []string // as written and in that order, each once
	Specifier pep440.SpecifierSet
	URL       string  // "" unless the requirement is direct: "name @ URL"
	Marker    *Marker // nil: always
}

// String returns the requirement as packaging writes it.
func (r Requirement) String() string {
	var b strings.Builder
	b.WriteString(r.Name)
	if len(r.Extras) > 0 {
		b.WriteString("[" + strings.Join(slices.Sorted(slices.Values(r.Extras)), ",") + "]")
	}
	b.WriteString(r.Specifier.String())
	if r.URL != "" {
		b.WriteString(" @ " + r.URL)
		if r.Marker != nil {
			b.WriteByte(' ')
		}
	}
	if r.Marker != nil {
		b.WriteString("; " + r.Marker.String())
	}
	return b.String()
}
