package lockfile

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Changes says what differs between two locks, a line each: projects by name, then
// all else. It is empty only if both are written as the same bytes.
func Changes(before, after *Lock) []string {
	old, now := before.byName(), after.byName()
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range now {
		names[name] = true
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if line := change(name, old[name], now[name]); line != "" {
			lines = append(lines, line)
		}
	}
	a, b := *before, *after
	for _, part := range []struct {
		what string
		pick func(l *Lock) Lock
	}{
		{"the environments", func(l *Lock) Lock { return Lock{Environments: l.Environments} }},
		{"requires-python", func(l *Lock) Lock { return Lock{RequiresPython: l.RequiresPython} }},
		{"extras and groups", func(l *Lock) Lock {
			return Lock{Extras: l.Extras, DependencyGroups: l.DependencyGroups, DefaultGroups: l.DefaultGroups}
		}},
		{"what the lock was made of", func(l *Lock) Lock { return Lock{Version: l.Version, CreatedBy: l.CreatedBy, Tool: l.Tool} }},
	} {
		left, right := part.pick(&a), part.pick(&b)
		if bytes.Equal(left.Marshal(), right.Marshal()) {
			continue
		}
		if inputs := inputChanges(left.Tool["gobundle"], right.Tool["gobundle"]); len(inputs) > 0 {
			lines = append(lines, inputs...)
		} else {
			lines = append(lines, part.what+" changed")
		}
	}
	if len(lines) == 0 && !bytes.Equal(a.Marshal(), b.Marshal()) {
		lines = append(lines, "the order of the packages changed")
	}
	return lines
}

// inputChanges says what came to the lists that a lock was made of, and what left them.
func inputChanges(before, after map[string]any) []string {
	keys := map[string]bool{}
	for _, table := range []map[string]any{before, after} {
		for key := range table {
			keys[key] = true
		}
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		old, now := valueTexts(before[key]), valueTexts(after[key])
		for _, value := range now {
			if !slices.Contains(old, value) {
				lines = append(lines, fmt.Sprintf("%s: added %s", key, value))
			}
		}
		for _, value := range old {
			if !slices.Contains(now, value) {
				lines = append(lines, fmt.Sprintf("%s: removed %s", key, value))
			}
		}
	}
	return lines
}

// valueTexts are the elements of an array as people read them.
func valueTexts(array any) []string {
	var texts []string
	for _, value := range anySlice(array) {
		texts = append(texts, fmt.Sprint(value))
	}
	return texts
}

func (l *Lock) byName() map[string][]*Package {
	all := map[string][]*Package{}
	for i := range l.Packages {
		p := &l.Packages[i]
		all[p.Name] = append(all[p.Name], p)
	}
	return all
}

// change says what became of one project, "" if it is the same.
func change(name string, old, now []*Package) string {
	from, to := releases(old), releases(now)
	switch {
	case len(old) == 0:
		return fmt.Sprintf("added %s %s", name, to)
	case len(now) == 0:
		return fmt.Sprintf("removed %s %s", name, from)
	case from != to:
		return fmt.Sprintf("%s %s -> %s", name, from, to)
	case written(old, true) == written(now, true):
		return ""
	case written(old, false) == written(now, false):
		return fmt.Sprintf("%s %s is for other environments", name, to)
	}
	return fmt.Sprintf("%s %s has other files", name, to)
}

// releases names the versions, or where they are from if they have none.
func releases(packages []*Package) string {
	var names []string
	for _, p := range packages {
		switch {
		case p.VCS != nil:
			names = append(names, p.VCS.CommitID)
		case p.Directory != nil:
			names = append(names, p.Directory.Path)
		case p.Version.IsZero():
			names = append(names, "of no version")
		default:
			names = append(names, p.Version.String())
		}
	}
	return strings.Join(names, " and ")
}

func written(packages []*Package, marked bool) string {
	var w writer
	for _, p := range packages {
		q := *p
		if !marked {
			q.Marker, q.Dependencies = nil, nil
		}
		w.lockPackage(&q)
	}
	return w.String()
}
