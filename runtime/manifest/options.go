package manifest

import (
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

var variableName = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (o Options) validate() error {
	if (o.RequiresPython == "") != (o.RequiresPythonTest == nil) {
		return wrong("options.requires_python", "the text and its test belong together")
	}
	if o.RequiresPythonTest != nil {
		if err := o.RequiresPythonTest.validate(); err != nil {
			return wrong("options.requires_python_test", "%v", err)
		}
	}
	switch o.Inherit {
	case "", InheritPrefer, InheritFallback:
	default:
		return wrong("options.inherit_path", "%q is unknown", o.Inherit)
	}
	switch o.Verify {
	case "", VerifyAlways, VerifyUnpack, VerifyNever:
	default:
		return wrong("options.verify_at_run", "%q is unknown", o.Verify)
	}
	for _, variable := range o.Variables {
		if reason := VariableError(variable); reason != "" {
			return wrong("options.inject_env", "%q %s", variable, reason)
		}
	}
	if reason := PythonArgumentsError(o.PythonArguments); reason != "" {
		return wrong("options.python_args", "%s", reason)
	}
	for _, list := range []struct {
		where string
		texts []string
	}{
		{"options.inject_env", o.Variables},
		{"options.inject_args", o.Arguments},
		{"options.python_args", o.PythonArguments},
	} {
		if err := validTexts(list.where, list.texts...); err != nil {
			return err
		}
	}
	return validTexts("options.requires_python", o.RequiresPython)
}

// VariableError says why a bundle can't set a variable, as the end of a
// sentence; "" if it can.
func VariableError(variable string) string {
	name, _, found := strings.Cut(variable, "=")
	switch {
	case !found || !variableName().MatchString(name):
		return "is not NAME=VALUE"
	case name == "PYTHONPATH" || name == "PYTHONHOME":
		return "would have no effect: the environment is isolated from " + name
	case name == "GOBUNDLE" || strings.HasPrefix(name, "GOBUNDLE_") || strings.HasPrefix(name, "__GOBUNDLE"):
		return "is a variable of the start itself"
	}
	return ""
}

// notForStarting are the options of an interpreter that run something else
// than the application, or without its environment.
const notForStarting = "cmhV?SI"

// PythonArgumentsError says which of the arguments is none that an interpreter
// can start an application with; "" if all are.
func PythonArgumentsError(arguments []string) string {
	for i := 0; i < len(arguments); i++ {
		argument := arguments[i]
		switch {
		case len(argument) < 2 || argument[0] != '-':
			return "\"" + argument + "\" is no option of an interpreter"
		case strings.HasPrefix(argument, "--check-hash-based-pycs"):
			if !strings.Contains(argument, "=") {
				i++
			}
		case strings.HasPrefix(argument, "--"):
			return "\"" + argument + "\" is no option to start an application with"
		case argument == "-W" || argument == "-X":
			if i++; i == len(arguments) {
				return "\"" + argument + "\" lacks its value"
			}
		case argument[1] == 'W' || argument[1] == 'X':
		case strings.ContainsAny(argument[1:], notForStarting):
			return "\"" + argument + "\" is no option to start an application with"
		}
	}
	return ""
}
