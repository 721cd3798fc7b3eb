package main

import (
	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/target"
)

// explainConstraint is about interpreters that are excluded: by
// --python-constraint, or because nothing in a bundle is for them.
func explainConstraint(err error, e *explanation) bool {
	if _, ok := asError[*target.ConstraintError](err); ok {
		e.exit = exitUsage
		e.hint = "write it as 'CPython>=3.9,<3.14', 'PyPy' or '>=3.9'"
		return true
	}
	if wrong, ok := asError[*bundle.ConstraintError](err); ok {
		e.exit = exitUsage
		e.hint = "leave such targets out, or loosen --python-constraint"
		if !wrong.Named {
			e.hint = "name an interpreter that satisfies it, as in --target python3.12"
		}
		return true
	}
	if misfit, ok := asError[*bundle.MisfitError](err); ok {
		e.what = "nothing in the bundle is for " + misfit.Interpreter
		for _, m := range misfit.Misfits {
			e.detail = append(e.detail, "  "+m.Target+": "+m.Reason)
		}
		e.hint = "take another interpreter with --python, or bundle again with --target " + misfit.Interpreter
		return true
	}
	return false
}
