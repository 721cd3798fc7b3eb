package build

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/target"
)

// Built is one wheel that was built, by this run or an earlier one.
type Built struct {
	Source   string // what it was built from, as messages call it
	Project  string // normalised
	Version  string
	Wheel    string   // file name
	SHA256   string   // of the wheel, in lower-case hexadecimal
	Backend  string   // as [build-system] names it
	Requires []string // file names of the wheels that it was built with, sorted
	Kept     bool     // it was built by an earlier run
}

// A product is a wheel that was built, and what is known of it.
type product struct {
	wheel    fetch.Wheel
	name     dist.WheelName
	metadata dist.Metadata
	text     []byte // METADATA
	note     builtNote
}

// results are what a Builder remembers until it is closed. They are safe for
// concurrent use.
type results struct {
	mu       sync.Mutex
	metadata map[string][]byte    // by source and target
	products map[string]product   // by source and target
	pure     map[string][]product // by source: those that fit more than one target
	built    map[string]Built     // by the wheel's digest and name
}

// place is a key for a source and a target. Targets of one name may differ.
func place(s *Source, on *target.Target) string {
	parts := []string{s.key(), on.Name, on.Python.String()}
	if on.Interpreter != nil {
		parts = append(parts, on.Interpreter.Executable)
	}
	return strings.Join(parts, "\n")
}

// said returns the metadata that was given out for a source.
func (r *results) said(s *Source, on *target.Target) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, ok := r.metadata[place(s, on)]
	return text, ok
}

func (r *results) say(s *Source, on *target.Target, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.metadata == nil {
		r.metadata = map[string][]byte{}
	}
	r.metadata[place(s, on)] = text
}

// product returns what was made for a target, and then what was made for others
// and fits, too.
func (r *results) product(s *Source, on *target.Target) []product {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.products[place(s, on)]; ok {
		return []product{p}
	}
	var fitting []product
	for _, p := range r.pure[s.key()] {
		if _, ok := on.Tags.Best(p.name.Tags); ok {
			fitting = append(fitting, p)
		}
	}
	return fitting
}

func (r *results) keep(s *Source, on *target.Target, p product, kept bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.products == nil {
		r.products, r.pure, r.built = map[string]product{}, map[string][]product{}, map[string]Built{}
	}
	r.products[place(s, on)] = p
	if isPure(p.name) {
		r.pure[s.key()] = append(r.pure[s.key()], p)
	}
	key := p.wheel.SHA256 + " " + p.wheel.Name
	if _, known := r.built[key]; !known {
		r.built[key] = Built{
			Source: s.Name, Project: p.name.Name, Version: p.metadata.Version.String(), Wheel: p.wheel.Name, SHA256: p.wheel.SHA256,
			Backend: p.note.Backend, Requires: p.note.Requires, Kept: kept,
		}
	}
}

// Built lists the wheels that were handed out so far, build requirements
// included, sorted by project.
func (b *Builder) Built() []Built {
	b.results.mu.Lock()
	defer b.results.mu.Unlock()
	return slices.SortedFunc(maps.Values(b.results.built), func(x, y Built) int {
		return cmp.Or(cmp.Compare(x.Project, y.Project), cmp.Compare(x.Wheel, y.Wheel), cmp.Compare(x.Source, y.Source))
	})
}

// isPure reports whether a wheel is for all platforms.
func isPure(name dist.WheelName) bool {
	for _, t := range name.Tags {
		if t.ABI != "none" || t.Platform != "any" {
			return false
		}
	}
	return len(name.Tags) > 0
}
