package main

import (
	"context"
	"os"
	"time"

	"github.com/gobundle/gobundle/bundle"
)

// venvCommand installs requirements or a bundle's content into a standard
// virtual environment.
type venvCommand struct {
	Arguments   []string `arg:"" name:"requirement|bundle dir" help:"Requirements, or one bundle, then the folder of the environment."`
	sourceFlags `embed:""`

	Python             string `placeholder:"PYTHON" default:"python3" help:"Interpreter of the environment: a name on PATH, or a path."`
	Force              bool   `help:"Replace the folder if it is there."`
	Prompt             string `help:"Prompt of the activated environment, instead of the folder's name."`
	Copies             bool   `help:"Copy the interpreter instead of linking to it."`
	SystemSitePackages bool   `help:"Let the environment see the interpreter's own site-packages."`
	Compile            bool   `help:"Compile the installed modules to byte-code."`
	Pip                bool   `help:"Install pip as well."`
	Scope              string `enum:"all,deps,srcs" default:"all" help:"Of a bundle: all, its distributions (deps), or its own sources (srcs)."`
	CollisionsOK       bool   `name:"collisions-ok" help:"Let a later distribution overwrite a file of an earlier one."`
}

// Run makes the environment and prints a summary.
func (c *venvCommand) Run(ctx context.Context, u *ui) error {
	start := time.Now()
	inputs, directory := c.Arguments[:len(c.Arguments)-1], c.Arguments[len(c.Arguments)-1]
	o := bundle.VenvOptions{
		Surroundings:       c.surroundings(u),
		Directory:          directory,
		Python:             c.Python,
		Force:              c.Force,
		Prompt:             c.Prompt,
		Copies:             c.Copies,
		SystemSitePackages: c.SystemSitePackages,
		Compile:            c.Compile,
		Pip:                c.Pip,
		Scope:              bundle.Scope(c.Scope),
		CollisionsOK:       c.CollisionsOK,
	}
	file, err := onlyBundle(u, inputs)
	if err != nil {
		return err
	}
	info, err := os.Stat(u.path(directory))
	switch {
	case err == nil && len(inputs)+len(c.RequirementFiles) > 0 && info.Mode().IsRegular():
		return usagef("name the folder last, as in gobundle venv -r requirements.txt ./env", "%s is a file, not a folder to install into", directory)
	case file == "" && len(inputs) == 0 && !c.asks() && c.Lock == "":
		if u.isBundle(directory) {
			return usagef("name the folder behind it, as in gobundle venv "+directory+" ./env", "there is no folder to install %s into", directory)
		}
		return usagef("name a requirement, a bundle, or a file with -r before the folder", "nothing to install into %s", directory)
	case file == "" && c.Scope != "all":
		return usagef("leave --scope out, or name a bundle", "--scope is for bundles, and these are requirements")
	case file != "":
		o.Bundle = file
	}
	o.Inputs = c.locked(c.inputs(inputs))
	summary, err := bundle.Venv(ctx, o)
	if err != nil {
		return err
	}
	for _, warning := range summary.Warnings {
		u.warn("%s", warning)
	}
	u.built(summary.Built)
	u.say("%s: %s for %s, %.2f s", directory, count(summary.Distributions, "distribution"), summary.Python, time.Since(start).Seconds())
	return nil
}

// onlyBundle returns the bundle among the inputs, which must then be the only
// one, or "".
func onlyBundle(u *ui, inputs []string) (string, error) {
	for _, input := range inputs {
		if !u.isBundle(input) {
			continue
		}
		if len(inputs) > 1 {
			return "", usagef("install the bundle, or the requirements, on their own", "%s is a bundle and stands beside requirements", input)
		}
		return u.path(input), nil
	}
	return "", nil
}

// isBundle reports whether a path is that of a bundle.
func (u *ui) isBundle(name string) bool { return bundle.IsBundle(u.path(name)) }
