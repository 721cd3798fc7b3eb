package main

import (
	"strings"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/pyproject"
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
	if mismatch, ok := asError[*build.MismatchError](err); ok && mismatch.What == "name" && mismatch.Got == "unknown" {
		e.what, e.hint = mismatch.Error(), "let it be built with a newer backend: an old setuptools calls what it does not understand unknown"
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

// explainProject knows what goes wrong with projects, dependency groups and scripts.
func explainProject(err error, e *explanation) bool {
	if folder, ok := asError[*bundle.ProjectError](err); ok {
		e.hint, e.exit = "name the folder of a project, which holds a pyproject.toml or a setup.py", exitUsage
		e.what = folder.Error()
		return true
	}
	if file, ok := asError[*bundle.InputError](err); ok {
		e.hint = "check the name " + file.File
		if strings.HasSuffix(file.File, pyproject.Name) {
			e.hint += "; --group takes groups of the pyproject.toml here, in the folder of --project, or as FILE:NAME"
		}
		return true
	}
	if excluded, ok := asError[*bundle.ScriptPythonError](err); ok {
		e.hint = "name a target with such a Python, as in --target cp313-linux-x86_64, or the path of an interpreter; " + excluded.Script + " says what it requires"
		return true
	}
	if several, ok := asError[*bundle.ScriptsError](err); ok {
		e.hint, e.exit = "say what to start: -c "+either(several.Scripts), exitUsage
		return true
	}
	if syntax, ok := asError[*pyproject.SyntaxError](err); ok {
		e.what = syntax.Error()
		e.detail = caret(syntax.Text, syntax.Column-1, syntax.Length)
		e.hint = "correct the line; it is TOML (https://toml.io)"
		return true
	}
	if value, ok := asError[*pyproject.ValueError](err); ok {
		e.what, e.hint = value.Error(), "correct "+value.Key+" in "+value.File
		return true
	}
	if group, ok := asError[*pyproject.GroupError](err); ok {
		switch {
		case len(group.Near) > 0:
			e.hint = "did you mean " + either(group.Near) + "?"
		case len(group.Known) > 0:
			e.hint = "there are " + strings.Join(group.Known, ", ")
		default:
			e.hint = "add it to [dependency-groups] of " + group.File
		}
		return true
	}
	if cycle, ok := asError[*pyproject.CycleError](err); ok {
		e.hint = "take one of these out of the others in [dependency-groups] of " + cycle.File
		return true
	}
	if block, ok := asError[*pyproject.BlockError](err); ok {
		e.hint = "leave one block in " + block.File
		return true
	}
	return false
}
