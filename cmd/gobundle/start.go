package main

import (
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// startFlags say how a bundle starts its application.
type startFlags struct {
	InheritPath string   `enum:"false,prefer,fallback" default:"false" help:"Let the application see PYTHONPATH and what is installed for its Python: before its own distributions (prefer), after them (fallback), or not at all (false)."`
	InjectEnv   []string `placeholder:"NAME=VALUE" sep:"none" help:"Set a variable for the application, unless the user has set it. Repeatable."`
	InjectArgs  []string `placeholder:"ARGS" sep:"none" help:"Put arguments before the user's, split as a shell does. Repeatable."`
	PythonArgs  []string `placeholder:"ARGS" sep:"none" help:"Give the interpreter options, split as a shell does: --python-args='-u -X dev'. Repeatable."`
	VerifyAtRun string   `enum:"always,unpack,never" default:"unpack" help:"Compare with the bundle: every file on every start (always), each wheel before it is unpacked (unpack), or nothing (never)."`
}

// options checks the flags and brings them into the form of the manifest.
func (f *startFlags) options() (manifest.Options, error) {
	o := manifest.Options{Variables: f.InjectEnv}
	for _, variable := range f.InjectEnv {
		if reason := manifest.VariableError(variable); reason != "" {
			return o, usagef("give NAME=VALUE", "--inject-env %s %s", variable, reason)
		}
	}
	var err error
	if o.Arguments, err = words("--inject-args", f.InjectArgs); err != nil {
		return o, err
	}
	if o.PythonArguments, err = words("--python-args", f.PythonArgs); err != nil {
		return o, err
	}
	if reason := manifest.PythonArgumentsError(o.PythonArguments); reason != "" {
		return o, usagef("give options such as -u, -O or -X dev", "--python-args: %s", reason)
	}
	if f.InheritPath != "false" {
		o.Inherit = manifest.Inherit(f.InheritPath)
	}
	if f.VerifyAtRun != "unpack" {
		o.Verify = manifest.Verify(f.VerifyAtRun)
	}
	return o, nil
}

// words splits the values of a flag as a shell does.
func words(flag string, values []string) ([]string, error) {
	var all []string
	for _, value := range values {
		some, err := reqfile.Words(value)
		if err != nil {
			return nil, usagef("quote the value as for a shell", "%s %s: %w", flag, value, err)
		}
		all = append(all, some...)
	}
	return all, nil
}
