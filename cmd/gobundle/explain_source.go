package main

import (
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/source"
)

// explainSource knows what goes wrong with direct references: URLs, paths and
// repositories.
func explainSource(err error, e *explanation) bool {
	if missing, ok := asError[*source.ToolError](err); ok {
		e.what, e.hint = missing.Error(), missing.Hint()
		return true
	}
	if revision, ok := asError[*source.RevisionError](err); ok {
		e.what, e.hint = revision.Error(), "name a branch, a tag or a commit of it behind the @"
		if len(revision.Near) > 0 {
			e.hint = "did you mean " + either(revision.Near) + "?"
		}
		return true
	}
	if failure, ok := asError[*source.CommandError](err); ok {
		e.what, e.hint = failure.Reference+": "+failure.Command+" ended with "+failure.Reason, failure.Hint
		for _, line := range failure.Output {
			e.detail = append(e.detail, "  "+line)
		}
		return true
	}
	if away, ok := asError[*source.OfflineError](err); ok {
		e.what, e.hint = away.Error(), "run once without --offline, so that the cache has it"
		return true
	}
	if reference, ok := asError[*source.ReferenceError](err); ok {
		e.what, e.hint = reference.Error(), "name a wheel, a source archive, a folder or a repository, as in NAME @ git+https://HOST/PATH@TAG"
		return true
	}
	if mismatch, ok := asError[*build.MismatchError](err); ok && mismatch.What == "name" {
		e.what, e.hint = mismatch.Error(), "require it by the name that it gives itself, "+mismatch.Got+"; if it comes from an index, tell its makers"
		return true
	}
	if refused, ok := asError[*resolve.SourceError](err); ok {
		e.what, e.hint = refused.Error(), "check the URL or path; what a direct reference leads to is a wheel, a source archive or a project's folder"
		return true
	}
	return false
}
