package bundle

import (
	"fmt"
	"slices"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// wheelKey tells wheels apart.
func wheelKey(w fetch.Wheel) string { return w.SHA256 + " " + w.Name }

// keepBuilt notes which of the wheels were built here, by this run or an earlier
// one. What was built only to build them is none of them.
func (r *resolved) keepBuilt(all []build.Built) {
	byWheel := map[string]build.Built{}
	for _, b := range all {
		byWheel[b.SHA256+" "+b.Wheel] = b
	}
	r.built = map[string]build.Built{}
	for _, wheels := range r.wheels {
		for _, w := range wheels {
			if b, ok := byWheel[wheelKey(w)]; ok {
				r.built[wheelKey(w)] = b
			}
		}
	}
}

// noteOf says for the manifest what a wheel was built of, nil if it was not built.
func (r *resolved) noteOf(w fetch.Wheel) *manifest.Built {
	b, ok := r.built[wheelKey(w)]
	if !ok {
		return nil
	}
	return &manifest.Built{Source: b.Source, Backend: b.Backend, Requires: b.Requires}
}

// builtLines are the distributions that were built here, a line each, sorted.
func (r *resolved) builtLines() []string {
	var lines []string
	for _, b := range r.built {
		line := fmt.Sprintf("%s %s from %s by %s", b.Project, b.Version, b.Source, b.Backend)
		if b.Kept {
			line += ", earlier"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}
