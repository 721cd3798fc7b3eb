package resolve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// picked returns the files that the target gets. It refuses a target that some
// package has no file for.
func (r *replay) picked(ctx context.Context) ([]index.File, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := r.resolver(ctx, r.options).targets[0]
	var files []index.File
	for _, locked := range r.selection.Packages {
		f, reason := index.File{}, ""
		if direct, ok := r.directs[locked.Name]; ok {
			f, reason = direct.file, r.fits(direct)
		} else {
			project, picks, err := p.picked(ctx, locked.Name)
			switch {
			case err != nil:
				return nil, err
			case len(project.releases) == 0:
				reason = "there is no file"
			default:
				chosen := picks[len(picks)-1]
				if reason = chosen.reason; reason == "" {
					f = *chosen.file
				}
			}
		}
		if reason != "" {
			return nil, &LockTargetError{Lock: r.Name, Target: r.on.Name, Err: fmt.Errorf("of %s %s", lockLabel(locked), reason)}
		}
		files = append(files, f)
	}
	return files, nil
}

func lockLabel(p *lockfile.Package) string {
	if p.Version.IsZero() {
		return p.Name
	}
	return p.Name + " " + p.Version.String()
}

// bring fetches the wheels: all are wanted, and what they say of themselves is then
// read of files whose digests are right.
func (r *replay) bring(ctx context.Context) error {
	files, err := r.picked(ctx)
	if err != nil {
		return err
	}
	wanted := Resolution{Target: r.on}
	for i, f := range files {
		if strings.HasSuffix(f.Name, ".whl") {
			wanted.Pins = append(wanted.Pins, Pin{File: f, Hashes: r.digests[r.selection.Packages[i].Name]})
		}
	}
	_, err = Fetch(ctx, r.options, []Resolution{wanted})
	return err
}

// whole takes all that the lock has for the target, as if the user had asked for
// each. What the resolution depends on are the lock's markers.
func (r *replay) whole(ctx context.Context) (Resolution, []Root, error) {
	o := r.options
	o.Roots, o.Constraints, o.Overrides, o.Exclusions, o.NoDependencies = nil, nil, nil, nil, true
	for _, p := range r.selection.Packages {
		o.Roots = append(o.Roots, Root{Requirement: r.requirement(p)})
	}
	resolution, err := r.solve(ctx, o, false)
	if err != nil {
		return Resolution{}, nil, fmt.Errorf("taking all of %s: %w", r.Name, err)
	}
	for _, c := range r.selection.Consulted {
		resolution.Consulted = append(resolution.Consulted, solve.Consulted{Marker: c.Marker.String(), Truth: c.Truth, By: r.Name})
	}
	return resolution, o.Roots, r.connect(ctx, &resolution)
}

// requirement asks for a package as the lock has it.
func (r *replay) requirement(p *lockfile.Package) pep508.Requirement {
	q := pep508.Requirement{Name: p.Name}
	if locked, ok := r.directs[p.Name]; ok {
		q.URL = locked.url
		return q
	}
	if !p.Version.IsZero() {
		q.Specifier, _ = pep440.ParseSpecifierSet("==" + p.Version.String())
	}
	return q
}

// connect says of each pin which others it requires, as their metadata has it.
func (r *replay) connect(ctx context.Context, resolution *Resolution) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := r.resolver(ctx, r.options).targets[0]
	extras := map[string][]string{}
	for range resolution.Pins { // an extra may lead to others, each round to one at least
		grown := false
		for i := range resolution.Pins {
			pin := &resolution.Pins[i]
			required, err := r.edges(ctx, p, pin, extras[pin.Name])
			if err != nil {
				return err
			}
			pin.Requires = nil
			for name, wants := range required {
				for _, extra := range wants {
					if !slices.Contains(extras[name], extra) {
						extras[name], grown = append(extras[name], extra), true
					}
				}
				pin.Requires = append(pin.Requires, name)
			}
			slices.Sort(pin.Requires)
		}
		if !grown {
			break
		}
	}
	return nil
}

// edges returns what a pin requires of the lock in the target's environment, with
// the extras it asks for.
func (r *replay) edges(ctx context.Context, p *provider, pin *Pin, extras []string) (map[string][]string, error) {
	m, err := p.read(ctx, pin.Name, pick{file: &pin.File, wheel: wheelOf(pin), origin: pin.Origin})
	if err != nil {
		return nil, err
	}
	required := map[string][]string{}
	for _, q := range m.RequiresDist {
		name := pep508.NormalizeName(q.Name)
		holds, err := q.Marker.Evaluate(r.on.Environment, append([]string{""}, extras...)...)
		if err != nil || !holds || r.packages[name] == nil || name == pin.Name {
			continue
		}
		wants := required[name]
		for _, extra := range q.Extras {
			wants = append(wants, pep508.NormalizeName(extra))
		}
		required[name] = wants
	}
	return required, nil
}

func wheelOf(pin *Pin) *dist.WheelName {
	if pin.Source {
		return nil
	}
	wheel, err := dist.ParseWheelName(pin.File.Name)
	if err != nil {
		return nil
	}
	return &wheel
}
