package main

import (
	"errors"
	"fmt"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// explainTarget is about what a bundle is made for.
func explainTarget(err error, e *explanation) bool {
	if errors.Is(err, bundle.ErrNoInterpreter) {
		e.hint = "name a target, as in --target cp312-linux-x86_64, or install a Python"
		return true
	}
	if unknown, ok := asError[*target.UnknownError](err); ok {
		e.exit = exitUsage
		e.hint = "name a target as cp312-manylinux_2_28_x86_64 or cp312-macos-arm64, or give the path of an interpreter"
		if len(unknown.Near) > 0 {
			e.hint = didYouMean(unknown.Near)
		}
		return true
	}
	if platform, ok := asError[*bundle.PlatformError](err); ok {
		e.hint = fmt.Sprintf("make the file anew: gobundle target inspect --json PYTHON writes what %s should be", platform.File)
		return true
	}
	return explainConstraint(err, e)
}

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
		switch {
		case !wrong.Named:
			e.hint = "name an interpreter that satisfies it, as in --target python3.12"
		case wrong.All:
			e.hint = "name a target that satisfies it, or loosen --python-constraint"
		default:
			e.hint = "leave such targets out, or loosen --python-constraint"
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

// explainInterpreter is about Pythons of this machine.
func explainInterpreter(err error, e *explanation) bool {
	if missing, ok := asError[*interpreter.NotFoundError](err); ok {
		e.hint = "give the path of an interpreter, or a name that is on PATH"
		if len(missing.Tried) > 0 {
			e.hint = fmt.Sprintf("try %s yourself, or give the path of another Python (3.6 or newer)", missing.Tried[0].Path)
		}
		return true
	}
	query, ok := asError[*interpreter.QueryError](err)
	if !ok {
		return false
	}
	switch query.Reason {
	case interpreter.NotFound:
		e.hint = fmt.Sprintf("check the path %s", query.Path)
	case interpreter.NotExecutable:
		e.hint = fmt.Sprintf("name an interpreter; %s can't be executed", query.Path)
	case interpreter.TooOld:
		e.hint = "name a newer Python"
	default:
		e.hint = fmt.Sprintf("try %s yourself, or name another Python (3.6 or newer)", query.Path)
	}
	return true
}
