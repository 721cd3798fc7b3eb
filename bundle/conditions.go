package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/condition"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A recorder turns what solves consulted into the manifest's plain data. The
// same conditions stand in many distributions, and for all targets: each is
// turned once.
type recorder struct {
	tests   map[string]manifest.Expr // by text and what else they depend on
	markers map[string]*pep508.Marker
}

func newRecorder() *recorder {
	return &recorder{tests: map[string]manifest.Expr{}, markers: map[string]*pep508.Marker{}}
}

// conditions records for one target. What several distributions asked is there
// once, by the first of them: it comes out the same for all.
func (r *recorder) conditions(consulted []solve.Consulted, on pep508.Environment) ([]manifest.Condition, error) {
	var conditions []manifest.Condition
	seen := map[string]bool{}
	for _, c := range consulted {
		key := c.RequiresPython + "\x00" + c.Marker + "\x00" + strings.Join(c.Extras, ",")
		if seen[key] {
			continue
		}
		seen[key] = true
		made := manifest.Condition{By: c.By, Truth: c.Truth}
		var err error
		if c.Marker != "" {
			made.Text = c.Marker
			made.Test, err = r.marker(c.Marker, c.Extras, on)
		} else {
			made.Text = "Requires-Python " + c.RequiresPython
			made.Test, err = r.python(c.RequiresPython)
		}
		if err != nil {
			return nil, fmt.Errorf("recording a condition of %s: %w", c.By, err)
		}
		conditions = append(conditions, made)
	}
	return conditions, nil
}

func (r *recorder) python(text string) (manifest.Expr, error) {
	if test, ok := r.tests[text]; ok {
		return test, nil
	}
	requires, err := pep440.ParseSpecifierSet(text)
	if err != nil {
		return manifest.Expr{}, err
	}
	r.tests[text] = condition.RequiresPython(requires)
	return r.tests[text], nil
}

// marker is the same for environments that agree in the variables of the marker.
func (r *recorder) marker(text string, extras []string, on pep508.Environment) (manifest.Expr, error) {
	marker, ok := r.markers[text]
	if !ok {
		var err error
		if marker, err = pep508.ParseMarker(text); err != nil {
			return manifest.Expr{}, err
		}
		r.markers[text] = marker
	}
	key := text + "\x00" + strings.Join(extras, ",")
	for _, variable := range manifest.Variables() {
		if strings.Contains(text, variable) {
			value, _ := on.Lookup(variable)
			key += "\x00" + value
		}
	}
	test, ok := r.tests[key]
	if !ok {
		test = condition.Marker(marker, extras, on)
		r.tests[key] = test
	}
	return test, nil
}

// stagedWheel describes a fetched wheel for the manifest.
func stagedWheel(pin resolve.Pin, w fetch.Wheel, consulted []solve.Consulted) (stage.Wheel, error) {
	name, err := dist.ParseWheelName(w.Name)
	if err != nil {
		return stage.Wheel{}, err
	}
	direct, err := directURL(pin, w)
	if err != nil {
		return stage.Wheel{}, err
	}
	made := stage.Wheel{Path: w.Path, CRC32: w.CRC32, Wheel: manifest.Wheel{
		File:      w.Name,
		SHA256:    w.SHA256,
		Size:      w.Size,
		Name:      pin.Name,
		Version:   pin.Version.String(),
		Requested: pin.Requested,
		Requires:  requiredNames(pin.Requires),
		DirectURL: direct,
	}}
	for _, tag := range name.Tags {
		made.Tags = append(made.Tags, tag.String())
	}
	by := fmt.Sprintf("%s %s", pin.Name, pin.Version)
	for _, c := range consulted {
		if c.By == by && c.RequiresPython != "" {
			made.RequiresPython = c.RequiresPython
		}
	}
	return made, nil
}

// directURL returns the content of direct_url.json (PEP 610) for what was required
// by URL, else "".
func directURL(pin resolve.Pin, w fetch.Wheel) (string, error) {
	origin := pin.Origin
	if origin == nil {
		if pin.Direct == "" {
			return "", nil
		}
		reference, err := source.Parse(pin.Direct)
		if err != nil {
			return "", err
		}
		origin = &resolve.Origin{Reference: reference, SHA256: pin.File.Hashes.Of("sha256")} // out of a lock
	}
	return origin.DirectURL(w.SHA256).Encode()
}

// requiredNames takes the extras off "flask[async]", and what then comes twice.
func requiredNames(requires []string) []string {
	names := make([]string, 0, len(requires))
	for _, text := range requires {
		for i, r := range text {
			if r == '[' {
				text = text[:i]
				break
			}
		}
		names = append(names, text)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
