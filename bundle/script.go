package bundle

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/pyproject"
	"github.com/gobundle/gobundle/resolve/target"
)

// A ScriptPythonError says that a script's requires-python excludes targets.
type ScriptPythonError struct {
	Script   string
	Requires string
	Targets  []string
}

func (e *ScriptPythonError) Error() string {
	return e.Script + " requires Python " + e.Requires + ", which excludes " + strings.Join(e.Targets, " and ")
}

// script reads the block of the script of Inputs.Script (PEP 723).
func (s *session) script(in *Inputs) (*pyproject.Script, error) {
	file, err := os.Open(s.surroundings.path(in.Script))
	if err != nil {
		return nil, &InputError{File: in.Script, Err: bareCause(err)}
	}
	defer file.Close()
	return pyproject.ReadScript(in.Script, file)
}

// checkPython compares the targets with the script's requires-python.
func (r *read) checkPython(targets []*target.Target) error {
	if r.script == nil {
		return nil
	}
	return checkPython(r.scriptName, r.script, targets)
}

func checkPython(name string, script *pyproject.Script, targets []*target.Target) error {
	wrong := &ScriptPythonError{Script: name, Requires: script.RequiresPython.String()}
	for _, on := range targets {
		if !on.Accepts(script.RequiresPython) {
			wrong.Targets = append(wrong.Targets, on.Name)
		}
	}
	if len(wrong.Targets) > 0 {
		return wrong
	}
	return nil
}

// pythonConstraints are those of the options, each narrowed by what the script
// requires.
func (s *session) pythonConstraints(o *Options, targets []*target.Target) ([]string, error) {
	if o.Script == "" {
		return o.PythonConstraints, nil
	}
	script, err := s.script(&o.Inputs)
	if err != nil || script.RequiresPython.IsEmpty() {
		return o.PythonConstraints, err
	}
	if err := checkPython(o.Script, script, targets); err != nil {
		return nil, err
	}
	requires := script.RequiresPython.String()
	if len(o.PythonConstraints) == 0 {
		return []string{requires}, nil
	}
	var narrowed []string
	for _, text := range o.PythonConstraints {
		constraint, err := target.ParseConstraint(text)
		switch {
		case err != nil:
			return nil, err
		case constraint.Versions.IsEmpty():
			narrowed = append(narrowed, text+requires)
		default:
			narrowed = append(narrowed, text+","+requires)
		}
	}
	return narrowed, nil
}

// scriptSources adds a script, and the modules beside it that it imports and no
// wheel has. It returns those modules' paths.
func (o *Options) scriptSources(input *stage.Input) ([]string, error) {
	path := o.path(o.Script)
	input.Sources = append(input.Sources, stage.Source{Path: path, Script: true})
	if len(o.Sources) > 0 {
		return nil, nil
	}
	names, err := importedNames(path)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range names {
		if modulePath(filepath.Dir(path), name) == "" || modulePath(filepath.Dir(path), name) == path {
			continue
		}
		provided, err := provides(input.Wheels, name)
		if err != nil {
			return nil, err
		}
		if provided {
			continue
		}
		if err := followImports(filepath.Dir(path), name, found); err != nil {
			return nil, err
		}
	}
	return sortedPaths(found), nil
}
