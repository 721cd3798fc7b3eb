package main

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// explainBuild knows what goes wrong with source distributions. A failure deep
// in what a build needs is named before the build that needs it.
func explainBuild(err error, e *explanation) bool {
	if failure, ok := asError[*build.BackendError](err); ok {
		e.what = failure.Error()
		for _, line := range failure.Output {
			e.detail = append(e.detail, "  "+line)
		}
		if failure.Log != "" {
			e.detail = append(e.detail, "  (all of it is in "+failure.Log+")")
		}
		e.hint = failure.Hint()
		return true
	}
	if cycle, ok := asError[*build.CycleError](err); ok {
		e.what = cycle.Error()
		e.hint = fmt.Sprintf("put a wheel of %s where gobundle finds it, with --find-links", cycle.Chain[0])
		return true
	}
	if elsewhere, ok := asError[*build.NotHereError](err); ok {
		e.what, e.hint = elsewhere.Error(), elsewhere.Hint()
		return true
	}
	if mismatch, ok := asError[*build.MismatchError](err); ok {
		e.what, e.hint = mismatch.Error(), "tell the makers of "+mismatch.Source+", or use another version"
		return true
	}
	if project, ok := asError[*build.ProjectError](err); ok {
		e.what, e.hint = project.Error(), "use another version, or a wheel of it"
		if len(project.Below) > 0 {
			e.hint = "name the folder of the project behind the URL: #subdirectory=" + someOf(project.Below, 4)
		}
		return true
	}
	if unsafe, ok := asError[*unpack.UnsafeError](err); ok {
		e.what, e.hint = unsafe.Error(), fmt.Sprintf("do not use %s; if it comes from a place you trust, tell its makers", unsafe.Archive)
		if unsafe.Large {
			e.hint = fmt.Sprintf("if you trust %s, allow more with --unpack-limit", unsafe.Archive)
		}
		return true
	}
	if format, ok := asError[*unpack.FormatError](err); ok {
		e.what, e.hint = format.Error(), fmt.Sprintf("get %s anew, or leave it out", format.Archive)
		return true
	}
	return explainBuildRequirements(err, e)
}

// explainBuildRequirements is about what a build needs and can't get. What is not
// a conflict is explained like all else.
func explainBuildRequirements(err error, e *explanation) bool {
	needs, ok := asError[*build.RequirementsError](err)
	if !ok {
		return false
	}
	conflict, ok := asError[*solve.Conflict](needs.Err)
	if !ok {
		return false
	}
	e.exit = exitNoSolution
	e.what = fmt.Sprintf("what %s needs to be built has no solution (%s)", needs.Source, strings.Join(needs.Requirements, ", "))
	e.detail = indented(conflict.Error())
	if e.hint = conflict.Hint(); e.hint == "" {
		e.hint = fmt.Sprintf("use another version of it, or put a wheel of %s where gobundle finds it, with --find-links", needs.Source)
	}
	return true
}
