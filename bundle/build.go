package bundle

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A Format is the shape of the output.
type Format string

// The formats.
const (
	Zipapp     Format = "zipapp"     // one file (PEP 441)
	Executable Format = "executable" // a native program with the same zip behind it
	Directory  Format = "directory"  // the same tree as a folder
)

// Options says what to bundle and how.
type Options struct {
	Inputs
	Surroundings

	// Targets are names of targets, paths of interpreters or complete-platform
	// files. Empty means the python3 on PATH.
	Targets []string
	// TargetDefaults say what short names of targets leave out.
	TargetDefaults target.Defaults
	// PythonConstraints say on which interpreters the bundle may run, as in
	// "CPython>=3.9": one of them must hold. Empty means any.
	PythonConstraints []string
	// EntryPoint is "module" or "module:attribute", ConsoleScript the name of a
	// script. At most one is set; without either the bundle is an interpreter.
	EntryPoint    string
	ConsoleScript string
	// Busybox chooses the commands of a bundle that has several, in the forms of
	// [stage.ParseSelectors]; then there is no entry point. Empty is a bundle that
	// starts one thing.
	Busybox []string
	// Sources are the application's own folders and modules.
	Sources []string
	Output  string
	Format  Format // "" is Zipapp
	// Windows are choices for an executable for Windows.
	Windows WindowsOptions
	// Python is what an executable brings along.
	Python PythonOption
	// Shebang replaces the prolog; it is the text behind "#!".
	Shebang string
	// NoTools gives the application every argument, "venv" too.
	NoTools bool
	// Compile puts byte-code beside the wheels, for each target of whose version an
	// interpreter is on this machine.
	Compile bool
	// Recompress packs the wheels of an executable anew.
	Recompress Recompression
	// Run are further choices for starts: what the application inherits, and what is
	// set for it. Its Tools and RequiresPython don't count.
	Run manifest.Options
}

// A Summary says what was bundled.
type Summary struct {
	Size          int64 // of the output, in bytes
	Distributions int
	Targets       []string
	// Found are the application's own files that were found beside the
	// requirements, relative to Surroundings.Directory.
	Found []string
	// Differences are the projects of which the targets have different versions,
	// and Held those that are older than some target needs: a line each, with why.
	Differences, Held []string
	// Built are the distributions that were built here: a line each, with of what.
	Built []string
	// Started is the project's script that the bundle starts because nothing else
	// was asked for, "" if something was. Others are its further scripts.
	Started  string
	Others   []string
	Warnings []string
}

// Build bundles. The output appears whole or not at all.
func Build(ctx context.Context, o Options) (*Summary, error) {
	s, err := newSession(&o.Surroundings)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	output := o.path(o.Output)
	if err := o.check(output); err != nil {
		return nil, err
	}
	carried, targets, err := s.pythonAndTargets(ctx, &o)
	if err != nil {
		return nil, err
	}
	if carried != nil {
		defer carried.Close()
	}
	if err := o.checkSystem(targets); err != nil {
		return nil, err
	}
	options := o.Run
	options.Tools = !o.NoTools
	constraints, err := s.pythonConstraints(&o, targets)
	if err != nil {
		return nil, err
	}
	if err := constrain(&options, constraints, targets, len(o.Targets) > 0); err != nil {
		return nil, err
	}
	resolved, err := s.resolve(ctx, &o.Inputs, targets)
	if err != nil {
		return nil, err
	}
	input, err := resolved.stageInput()
	if err != nil {
		return nil, err
	}
	found, err := o.sources(&input, resolved.folders)
	if err != nil {
		return nil, err
	}
	started, others, err := o.start(&input, resolved)
	if err != nil {
		return nil, err
	}
	input.Options = options
	input.Generator = "gobundle " + o.Version
	input.Excluded = []string{output}
	input.Modified = sourceDate(o.Getenv)
	var notes []string
	if o.Compile {
		c, err := s.compilation(ctx, targets)
		if err != nil {
			return nil, err
		}
		input.Bytecode, notes = c.compile, c.notes
		if input.Start, err = c.start(ctx); err != nil {
			return nil, err
		}
	}
	if o.Recompress.Level > 0 {
		input.Recompress = s.recompression(o.Recompress.Level).recompress
	}
	tree, err := stage.Stage(ctx, input)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	if carried != nil {
		notes = append(notes, carried.notes...)
	}
	notes = append(notes, o.hiddenCommands(tree.Manifest)...)
	size, err := o.pack(ctx, output, tree, carried)
	if err != nil {
		return nil, err
	}
	summary := &Summary{Size: size, Distributions: resolved.distributions(), Found: found, Built: resolved.builtLines(), Warnings: append(resolved.warnings(), notes...)}
	for _, on := range targets {
		summary.Targets = append(summary.Targets, on.Name)
	}
	summary.Started, summary.Others = started, others
	summary.Differences, summary.Held = resolved.versionLines()
	return summary, nil
}

// start says what the bundle starts. It returns the project's script where that is
// taken because nothing was asked for, and the project's other ones.
func (o *Options) start(input *stage.Input, r *resolved) (script string, others []string, err error) {
	input.EntryPoint = o.entryPoint()
	if input.Commands, err = stage.ParseSelectors(o.Busybox); err != nil || input.Commands != nil {
		return "", nil, err
	}
	switch {
	case input.EntryPoint != (stage.EntryPoint{}):
		return "", nil, nil
	case o.Script != "":
		input.EntryPoint.Script = filepath.Base(o.Script)
		return "", nil, nil
	}
	script, others, err = r.defaultScript()
	input.EntryPoint.Script = script
	return script, others, err
}

func (o *Options) entryPoint() stage.EntryPoint {
	return stage.EntryPoint{Text: o.EntryPoint, Script: o.ConsoleScript}
}

// check finds before the work what would fail after it.
func (o *Options) check(output string) error {
	if err := checkOutput(output, o.Format); err != nil {
		return err
	}
	if _, err := o.shebang(); err != nil {
		return err
	}
	if _, err := stage.ParseSelectors(o.Busybox); err != nil {
		return err
	}
	return o.entryPoint().Check()
}

// shebang returns the line that replaces the prolog, nil for none.
func (o *Options) shebang() ([]byte, error) {
	if o.Shebang == "" {
		return nil, nil
	}
	return bootstrap.Shebang(strings.TrimPrefix(o.Shebang, "#!"))
}

// pack writes the tree in the format that was asked for.
func (o *Options) pack(ctx context.Context, output string, tree *stage.Tree, python *carried) (int64, error) {
	po := pack.Options{Progress: func(done, total int64) {
		o.progress(Progress{Phase: Packing, Item: filepath.Base(output), Done: done, Total: total})
	}}
	if o.Format == Directory {
		return pack.Directory(ctx, output, tree, po)
	}
	var err error
	if o.Format == Executable {
		po.Prolog, po.Seal, err = o.executable(tree, python)
	} else {
		po.Prolog, err = o.prolog(tree)
	}
	if err != nil {
		return 0, err
	}
	return pack.Zipapp(ctx, output, tree, po)
}

// prolog returns what stands before the zip of a zipapp.
func (o *Options) prolog(tree *stage.Tree) ([]byte, error) {
	line, err := o.shebang()
	if line != nil || err != nil {
		return line, err
	}
	return bootstrap.Prolog(tree.ID, interpreterNames(tree.Manifest), tree.Bootstrap()), nil
}

// sources fills in the application's own code: what was named, else what is
// found for the entry module beside the requirements, which is returned.
func (o *Options) sources(input *stage.Input, folders []string) ([]string, error) {
	for _, source := range o.Sources {
		input.Sources = append(input.Sources, stage.Source{Path: o.path(source)})
	}
	paths, err := o.ownModules(input, folders)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, path := range paths {
		input.Sources = append(input.Sources, stage.Source{Path: path, As: filepath.Base(path)})
		shown, err := filepath.Rel(o.Directory, path)
		if err != nil {
			shown = path
		}
		found = append(found, filepath.ToSlash(shown))
	}
	return found, nil
}

// ownModules finds the application's own code where none was named.
func (o *Options) ownModules(input *stage.Input, folders []string) ([]string, error) {
	switch {
	case o.Script != "":
		return o.scriptSources(input)
	case len(o.Sources) > 0:
		return nil, nil
	}
	modules, err := o.startedModules()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, module := range modules {
		provided, err := provides(input.Wheels, module)
		if err != nil {
			return nil, err
		}
		if provided {
			continue
		}
		paths, err := localModules(module, folders)
		if err != nil {
			return nil, fmt.Errorf("looking for %s beside the requirements: %w", module, err)
		}
		all = append(all, paths...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// startedModules are the modules that the bundle starts by their names.
func (o *Options) startedModules() ([]string, error) {
	selectors, err := stage.ParseSelectors(o.Busybox)
	modules := stage.Modules(selectors)
	if module, _, _ := strings.Cut(o.EntryPoint, ":"); module != "" {
		modules = append(modules, module)
	}
	return modules, err
}

// sourceDate reads SOURCE_DATE_EPOCH: seconds since 1970, as the
// reproducible-builds specification has it. The zero time means unset.
func sourceDate(getenv func(string) string) time.Time {
	seconds, err := strconv.ParseInt(getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// distributions counts the projects over all targets.
func (r *resolved) distributions() int {
	names := map[string]bool{}
	for _, resolution := range r.Resolutions {
		for _, pin := range resolution.Pins {
			names[pin.Name] = true
		}
	}
	return len(names)
}

// warnings collects the warnings of all targets, each once.
func (r *resolved) warnings() []string {
	warnings := slices.Clone(r.notes)
	for _, resolution := range r.Resolutions {
		for _, warning := range resolution.Warnings {
			if !slices.Contains(warnings, warning) {
				warnings = append(warnings, warning)
			}
		}
	}
	return warnings
}
