package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// An EntryPoint is what the user asked to be started. At most one of Text and
// Script is set; without both it is an interpreter.
type EntryPoint struct {
	// Text is "module" or "module:attribute".
	Text string
	// Script is the name of a console script.
	Script string
}

// An EntryPointError says that the bundle would have nothing to start.
type EntryPointError struct {
	Text   string // what was asked for
	Reason string // as the end of a sentence
	// Module is the module that no wheel holds, "" if the reason is another.
	Module string
	// Near are what could be asked for instead, best first: entry points that
	// look like this one, or "-c NAME".
	Near []string
	// Scripts are the console scripts that the bundle offers, sorted.
	Scripts []string
	// Malformed says that the text is wrong whatever the bundle holds.
	Malformed bool
}

func (e *EntryPointError) Error() string { return "entry point " + e.Text + " " + e.Reason }

// Check finds what is wrong with an entry point whatever the bundle holds. The
// error is an [*EntryPointError].
func (e EntryPoint) Check() error {
	if e.Text != "" && e.Script != "" {
		return &EntryPointError{Text: e.Text, Reason: "and the console script " + e.Script + " can't both be started", Malformed: true}
	}
	if e.Text == "" {
		return nil
	}
	_, _, err := e.parse()
	return err
}

// parse takes "module:attribute" apart.
func (e EntryPoint) parse() (module, attribute string, err error) {
	module, attribute, called := strings.Cut(e.Text, ":")
	if !manifest.IsDottedName(module) || called && !manifest.IsDottedName(attribute) {
		return "", "", &EntryPointError{Text: fmt.Sprintf("%q", e.Text), Reason: "is not of the form module or module:attribute", Malformed: true}
	}
	return module, attribute, nil
}

// entryPoint finds what was asked for in every target's wheels.
func (c *catalog) entryPoint(ctx context.Context, asked EntryPoint, targets []manifest.Target) (manifest.EntryPoint, error) {
	if err := asked.Check(); err != nil {
		return manifest.EntryPoint{}, err
	}
	switch {
	case asked.Script != "":
		return c.scriptEntryPoint(ctx, asked.Script, targets)
	case asked.Text != "":
		return c.moduleEntryPoint(ctx, asked, targets)
	}
	return manifest.EntryPoint{Kind: manifest.Interpreter}, nil
}

// onTarget adds to a sentence which target is meant, where there are several.
func onTarget(targets []manifest.Target, target manifest.Target) string {
	if len(targets) == 1 {
		return ""
	}
	return " for target " + target.Name
}

func (c *catalog) scriptEntryPoint(ctx context.Context, name string, targets []manifest.Target) (manifest.EntryPoint, error) {
	var found manifest.EntryPoint
	for i, target := range targets {
		scripts, err := c.scripts(ctx, target.Wheels)
		if err != nil {
			return found, err
		}
		chosen, err := chooseScript(name, scripts, onTarget(targets, target))
		if err != nil {
			return found, err
		}
		entryPoint, err := chosen.entryPoint()
		if err != nil {
			return found, err
		}
		if i > 0 && entryPoint != found {
			return found, &EntryPointError{
				Text:   name,
				Reason: fmt.Sprintf("starts something else on target %s than on %s", target.Name, targets[0].Name),
			}
		}
		found = entryPoint
	}
	return found, nil
}

// chooseScript returns the one script of that name.
func chooseScript(name string, scripts []script, where string) (script, error) {
	var found []script
	names := namesOf(scripts)
	for _, s := range scripts {
		if s.name == name && (len(found) == 0 || !found[0].same(s)) {
			found = append(found, s)
		}
	}
	refuse := func(format string, arguments ...any) (script, error) {
		return script{}, &EntryPointError{Text: name, Reason: fmt.Sprintf(format, arguments...) + where, Near: spelling.Near(name, names), Scripts: names}
	}
	switch {
	case len(found) == 0:
		return refuse("is no console script of the bundle")
	case len(found) > 1:
		return script{}, &EntryPointError{
			Text:   name,
			Reason: fmt.Sprintf("is a console script of both %s and %s", found[0].distribution, found[1].distribution) + where,
		}
	}
	return found[0], nil
}

// entryPoint says how a script is started.
func (s script) entryPoint() (manifest.EntryPoint, error) {
	isFile := s.reference == ""
	if !isFile && (!manifest.IsDottedName(s.module) || !manifest.IsDottedName(s.attr)) || !manifest.IsFileName(s.name) {
		return manifest.EntryPoint{}, &EntryPointError{Text: s.name, Reason: fmt.Sprintf("of %s can't be started: it is declared as %q", s.distribution, s.reference)}
	}
	e := manifest.EntryPoint{Kind: manifest.Callable, Module: s.module, Attribute: s.attr, Script: s.name, Distribution: s.distribution}
	if isFile {
		e.Kind = manifest.Script
	}
	return e, nil
}

func (c *catalog) moduleEntryPoint(ctx context.Context, asked EntryPoint, targets []manifest.Target) (manifest.EntryPoint, error) {
	module, attribute, err := asked.parse()
	if err != nil {
		return manifest.EntryPoint{}, err
	}
	found := manifest.EntryPoint{Kind: manifest.Module, Module: module, Attribute: attribute}
	if attribute != "" {
		found.Kind = manifest.Callable
	}
	for _, target := range targets {
		if err := c.checkModule(ctx, asked, found, target.Wheels, onTarget(targets, target)); err != nil {
			return manifest.EntryPoint{}, err
		}
	}
	return found, nil
}

func (c *catalog) checkModule(ctx context.Context, asked EntryPoint, e manifest.EntryPoint, indexes []int, where string) error {
	module, index, err := c.find(ctx, e, indexes)
	if err != nil {
		return err
	}
	if !module.found() {
		if isStandardLibrary(e.Module) {
			return nil
		}
		return c.missing(ctx, asked, e, indexes, where)
	}
	if e.Kind == manifest.Module && !module.runnable() {
		return c.notRunnable(ctx, asked, indexes, index, where)
	}
	if e.Kind == manifest.Callable && c.wheels[index].Role == manifest.Sources {
		return c.checkAttribute(asked, e, module, index)
	}
	return nil
}

// notRunnable refuses a package that `python -m` can't run. What it was meant to
// do is likely done by the scripts of the same distribution.
func (c *catalog) notRunnable(ctx context.Context, asked EntryPoint, indexes []int, index int, where string) error {
	refusal := &EntryPointError{Text: asked.Text, Reason: "is a package without a __main__ module" + where}
	var err error
	if refusal.Scripts, err = c.scriptNames(ctx, indexes); err != nil {
		return err
	}
	own, err := c.scriptNames(ctx, []int{index})
	if err != nil {
		return err
	}
	for _, name := range own[:min(len(own), 3)] {
		refusal.Near = append(refusal.Near, "-c "+name)
	}
	return refusal
}

// find looks for a module, among the sources first. For a callable one wheel
// that has it is enough; whether a package can be run as a module is known
// only when all have been seen.
func (c *catalog) find(ctx context.Context, e manifest.EntryPoint, indexes []int) (found presence, index int, err error) {
	order := slices.Clone(indexes)
	slices.SortStableFunc(order, func(i, j int) int { return c.rank(i, e.Module) - c.rank(j, e.Module) })
	for _, i := range order {
		if err := ctx.Err(); err != nil {
			return found, 0, err
		}
		w, err := c.open(i)
		if err != nil {
			return found, 0, err
		}
		here := present(w, e.Module)
		if here.found() && !found.found() {
			index = i
		}
		found.add(here)
		if found.found() && (e.Kind == manifest.Callable || found.main) {
			break
		}
	}
	return found, index, nil
}

// rank puts the wheels first that are likely to have a module.
func (c *catalog) rank(index int, module string) int {
	w := &c.wheels[index]
	top, _, _ := strings.Cut(module, ".")
	switch {
	case w.Role == manifest.Sources:
		return 0
	case w.Name == strings.ReplaceAll(strings.ToLower(top), "_", "-"):
		return 1
	case w.Requested:
		return 2
	}
	return 3
}

// missing says what there is instead of a module.
func (c *catalog) missing(ctx context.Context, asked EntryPoint, e manifest.EntryPoint, indexes []int, where string) error {
	refusal := &EntryPointError{
		Text: asked.Text, Module: e.Module,
		Reason: "names the module " + e.Module + ", which is not in the bundle" + where,
	}
	if e.Attribute == "" {
		refusal.Reason = "is not a module in the bundle" + where
	}
	perWheel, err := each(ctx, c, indexes, func(w *wheel.Wheel) ([]string, error) { return w.Modules(), nil })
	if err != nil {
		return err
	}
	refusal.Near = spelling.Near(e.Module, slices.Concat(perWheel...))
	if e.Attribute != "" {
		for i, module := range refusal.Near {
			refusal.Near[i] = module + ":" + e.Attribute
		}
	}
	refusal.Scripts, err = c.scriptNames(ctx, indexes)
	if err != nil {
		return err
	}
	if len(refusal.Near) == 0 || slices.Contains(refusal.Scripts, asked.Text) {
		refusal.Near = commands(asked.Text, refusal.Scripts)
	}
	if len(refusal.Near) == 0 && e.Attribute == "" {
		refusal.Near, err = c.withColon(ctx, e.Module, indexes)
		if err != nil {
			return err
		}
	}
	return refusal
}

// withColon reads the last dot of a name as the colon that was meant, if there is
// a module with such an attribute.
func (c *catalog) withColon(ctx context.Context, name string, indexes []int) ([]string, error) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil, nil
	}
	meant := manifest.EntryPoint{Kind: manifest.Callable, Module: name[:dot], Attribute: name[dot+1:]}
	module, index, err := c.find(ctx, meant, indexes)
	if err != nil || !module.found() {
		return nil, err
	}
	text := meant.Module + ":" + meant.Attribute
	if c.checkAttribute(EntryPoint{Text: text}, meant, module, index) != nil {
		return nil, nil // it is no such thing either
	}
	return []string{text}, nil
}

// commands are the scripts that look like what was taken for a module, as they are asked for.
func commands(text string, scripts []string) []string {
	found := spelling.Near(text, scripts)
	for i, name := range found {
		found[i] = "-c " + name
	}
	return found
}

func (c *catalog) scriptNames(ctx context.Context, indexes []int) ([]string, error) {
	scripts, err := c.scripts(ctx, indexes)
	return namesOf(scripts), err
}
