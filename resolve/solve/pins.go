package solve

import (
	"fmt"
	"slices"
	"strings"
)

// resolution returns what the partial solution has come to.
func (s *solver) resolution() *Resolution {
	var r Resolution
	for _, n := range s.nodes {
		if n.extra == "" && n.decided >= 0 {
			pin, warnings := s.pin(n.project)
			r.Pins = append(r.Pins, pin)
			r.Warnings = append(r.Warnings, warnings...)
		}
	}
	slices.SortFunc(r.Pins, func(a, b Pin) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(r.Warnings)
	r.Consulted = s.consulted()
	return &r
}

func (s *solver) pin(p *project) (pin Pin, warnings []string) {
	e := p.element(p.node.decided)
	pin = Pin{
		Name:         p.name,
		Version:      e.Version,
		Extras:       p.selectedExtras(),
		Direct:       e.Direct,
		Requested:    p.byUser,
		Yanked:       e.Yanked,
		YankedReason: e.YankedReason,
	}
	if e.Yanked {
		text := fmt.Sprintf("%s %s was yanked", p.name, e.Version)
		if e.YankedReason != "" {
			text += ": " + e.YankedReason
		}
		warnings = append(warnings, text)
	}
	requires := slices.Clone(e.release.requires)
	for _, extra := range pin.Extras {
		more, known := s.extra(e.release, extra)
		if !known {
			warnings = append(warnings, fmt.Sprintf("%s %s has no extra %q", p.name, e.Version, extra))
		}
		requires = append(requires, more...)
	}
	extras := make(map[string][]string)
	for _, d := range requires {
		extras[d.name] = append(extras[d.name], d.extras...)
	}
	for name, extras := range extras {
		if name == p.name {
			continue // an extra that is made of others
		}
		slices.Sort(extras)
		pin.Requires = append(pin.Requires, withExtras(name, slices.Compact(extras)))
	}
	slices.Sort(pin.Requires)
	return pin, warnings
}

// selectedExtras returns the sorted extras that the partial solution demands of p.
func (p *project) selectedExtras() []string {
	var selected []string
	for extra, n := range p.extras {
		if n.selected() {
			selected = append(selected, extra)
		}
	}
	slices.Sort(selected)
	return selected
}

// withExtras writes a name as in "flask[async,dotenv]".
func withExtras(name string, extras []string) string {
	if len(extras) == 0 {
		return name
	}
	return name + "[" + strings.Join(extras, ",") + "]"
}
