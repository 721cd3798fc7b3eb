package stage

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// ownVerb is the first argument that is the bundle's own where there are tools.
const ownVerb = "venv"

// A CommandError says that a bundle can't have the commands that were asked for.
type CommandError struct {
	Text   string // the selector or the command
	Reason string // as the end of a sentence
	// Near are what could be asked for instead, best first.
	Near []string
	// Names are what the bundle has of the kind that was asked for, sorted.
	Names []string
	// Owners are the distributions that two commands of one name are of.
	Owners []string
	// Verb says that the name is one that the bundle has for itself.
	Verb bool
	// Malformed says that the selector is wrong whatever the bundle holds.
	Malformed bool
}

func (e *CommandError) Error() string { return "command " + e.Text + " " + e.Reason }

// commands returns what the selectors choose, sorted by name.
func (c *catalog) commands(ctx context.Context, selectors []Selector, targets []manifest.Target, tools bool) ([]manifest.Command, error) {
	found := map[string]manifest.Command{}
	used := make([]bool, len(selectors))
	for _, target := range targets {
		here, err := c.commandsOn(ctx, selectors, used, target, onTarget(targets, target))
		if err != nil {
			return nil, err
		}
		for _, command := range here {
			if known, ok := found[command.Name]; ok && known != command {
				return nil, &CommandError{Text: command.Name, Reason: fmt.Sprintf("starts something else on target %s than on another", target.Name)}
			}
			found[command.Name] = command
		}
	}
	for i, s := range selectors {
		if s.starts.Text == "" && !used[i] {
			return nil, c.unused(ctx, s, targets)
		}
	}
	added := map[string]bool{}
	for _, s := range selectors {
		if s.starts.Text == "" {
			continue
		}
		if added[s.name] {
			return nil, &CommandError{Text: s.name, Reason: "is given twice", Malformed: true}
		}
		added[s.name] = true
		entryPoint, err := c.moduleEntryPoint(ctx, s.starts, targets)
		if err != nil {
			return nil, err
		}
		found[s.name] = manifest.Command{Name: s.name, EntryPoint: entryPoint}
	}
	if _, clash := found[ownVerb]; clash && tools {
		return nil, &CommandError{Text: ownVerb, Reason: "is the bundle's own verb", Verb: true}
	}
	names := slices.Sorted(maps.Keys(found))
	sorted := make([]manifest.Command, len(names))
	for i, name := range names {
		sorted[i] = found[name]
	}
	if len(sorted) == 0 {
		return nil, &CommandError{Text: selectors[0].text, Reason: "leaves the bundle without any command"}
	}
	return sorted, nil
}

// commandsOn returns the scripts of one target that the selectors choose, and notes
// which selectors have met something.
func (c *catalog) commandsOn(ctx context.Context, selectors []Selector, used []bool, target manifest.Target, where string) ([]manifest.Command, error) {
	scripts, err := c.scripts(ctx, target.Wheels)
	if err != nil {
		return nil, err
	}
	chosen := map[string][]script{}
	for i, s := range selectors {
		if s.exclude || s.starts.Text != "" {
			continue
		}
		met := false
		for _, script := range scripts {
			if !s.names(script) {
				continue
			}
			if s.all {
				if suits, err := c.suits(script); err != nil {
					return nil, err
				} else if !suits {
					continue
				}
			}
			met = true
			chosen[script.name] = append(chosen[script.name], script)
		}
		if s.name != "" && !met { // a command that is asked for by name is there everywhere
			return nil, &CommandError{
				Text: s.name, Reason: "is no console script of the bundle" + where,
				Near: spelling.Near(s.name, namesOf(scripts)), Names: namesOf(scripts),
			}
		}
		used[i] = used[i] || met
	}
	for i, s := range selectors {
		if !s.exclude {
			continue
		}
		used[i] = used[i] || slices.ContainsFunc(scripts, s.names)
		for name, some := range chosen {
			chosen[name] = slices.DeleteFunc(some, s.names)
		}
	}
	return distinct(chosen, where)
}

// names reports whether the selector is about a script.
func (s Selector) names(t script) bool {
	return s.name == t.name && s.starts.Text == "" || s.all && (s.project == "" || s.project == t.distribution)
}

// suits reports whether a script is a command that is worth having when nobody asks
// for it by name: one that Python runs.
func (c *catalog) suits(s script) (bool, error) {
	if !manifest.IsCommandName(s.name) {
		return false, nil
	}
	if s.reference != "" {
		return manifest.IsDottedName(s.module) && manifest.IsDottedName(s.attr), nil
	}
	w, err := c.open(s.wheel)
	if err != nil {
		return false, err
	}
	return isForPython(w, s.name)
}

// distinct makes commands of scripts, of which each name may mean one.
func distinct(chosen map[string][]script, where string) ([]manifest.Command, error) {
	var commands []manifest.Command
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		some := chosen[name]
		if len(some) == 0 {
			continue
		}
		for _, other := range some[1:] {
			if other.distribution != some[0].distribution && !other.same(some[0]) {
				return nil, &CommandError{
					Text: name, Owners: []string{some[0].distribution, other.distribution},
					Reason: fmt.Sprintf("is a console script of both %s and %s", some[0].distribution, other.distribution) + where,
				}
			}
		}
		entryPoint, err := some[0].entryPoint()
		if err != nil {
			return nil, err
		}
		commands = append(commands, manifest.Command{Name: name, EntryPoint: entryPoint})
	}
	return commands, nil
}

// unused says what is wrong with a selector that chooses nothing on any target.
func (c *catalog) unused(ctx context.Context, s Selector, targets []manifest.Target) error {
	refusal := &CommandError{Text: s.text, Reason: "chooses nothing: there is no such console script"}
	var projects []string
	for _, target := range targets {
		scripts, err := c.scripts(ctx, target.Wheels)
		if err != nil {
			return err
		}
		refusal.Names = append(refusal.Names, namesOf(scripts)...)
		for _, index := range target.Wheels {
			projects = append(projects, c.wheels[index].Name)
		}
	}
	wanted, sign := s.name, strings.TrimSuffix(s.text, s.name)
	if s.all {
		wanted, sign = s.project, "@"
		if s.exclude {
			sign = "!@"
		}
		refusal.Reason = "chooses nothing: no distribution of the bundle has console scripts"
		refusal.Names = projects
		switch {
		case s.project != "" && slices.Contains(projects, s.project):
			refusal.Reason = "chooses nothing: " + s.project + " has no console scripts"
		case s.project != "":
			refusal.Reason = "chooses nothing: " + s.project + " is no distribution of the bundle"
		}
	}
	slices.Sort(refusal.Names)
	refusal.Names = slices.Compact(refusal.Names)
	refusal.Near = spelling.Near(wanted, refusal.Names)
	for i, name := range refusal.Near {
		refusal.Near[i] = sign + name
	}
	return refusal
}

func namesOf(scripts []script) []string {
	var names []string
	for _, s := range scripts {
		names = append(names, s.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// isForPython reports whether a script that a wheel brings as a file is to be run by
// Python: its first line says so, or the second where /bin/sh goes first. Without such
// a line its name does. The bootstrap decides the same when it starts it.
func isForPython(w *wheel.Wheel, name string) (bool, error) {
	for file := range w.Files() {
		folder, rest, _ := strings.Cut(file.Path, "/")
		if rest != "scripts/"+name || !strings.HasSuffix(folder, ".data") {
			continue
		}
		if file.Size > maxModule {
			return false, nil // a program
		}
		content, err := w.ReadFile(file.Path)
		if err != nil {
			return false, err
		}
		if !bytes.HasPrefix(content, []byte("#!")) {
			return strings.HasSuffix(name, ".py"), nil
		}
		lines := bytes.SplitN(content, []byte("\n"), 3)
		return bytes.Contains(bytes.Join(lines[:min(len(lines), 2)], nil), []byte("python")), nil
	}
	return false, nil
}
