package main

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/solve"
)

const howToRequire = `write a requirement as NAME, "NAME>=VERSION" or "NAME @ URL"`

// explainRequirements is about what the user asks for: requirements on the
// command line and in files.
func explainRequirements(err error, e *explanation) bool {
	if argument, ok := asError[*bundle.ArgumentError](err); ok {
		e.hint, e.exit = howToRequire, exitUsage
		if argument.Hint != "" {
			e.hint = argument.Hint
		}
		explainSyntax(argument.Err, e)
		return true
	}
	if syntax, ok := asError[*reqfile.SyntaxError](err); ok && lockfile.Knows(path.Base(filepath.ToSlash(syntax.File))) {
		e.hint = "take what a lock file has with --lock " + syntax.File
		return true
	}
	if explainSyntax(err, e) {
		e.hint = "correct the line; the form is NAME, NAME==VERSION, NAME @ URL, or an option of pip's requirements files"
		return true
	}
	if cycle, ok := asError[*reqfile.CycleError](err); ok {
		e.hint = "take the -r or -c out of " + cycle.Where.String()
		return true
	}
	if open, ok := asError[*reqfile.OpenError](err); ok {
		return explainOpen(open, e)
	}
	if marker, ok := asError[*pep508.EvaluationError](err); ok {
		e.hint = "correct the marker " + marker.Comparison
		return true
	}
	_, clause := asError[*pep440.SpecifierError](err)
	_, version := asError[*pep440.VersionError](err)
	if clause || version {
		e.hint = `write versions as "1.2.3", and what is allowed of them as ">=1.2,<2"`
	}
	return clause || version
}

// explainSyntax draws carets below the place that is wrong.
func explainSyntax(err error, e *explanation) bool {
	if syntax, ok := asError[*reqfile.SyntaxError](err); ok {
		e.detail = caret(syntax.Text, syntax.Column-1, syntax.Length)
		return true
	}
	if syntax, ok := asError[*pep508.SyntaxError](err); ok {
		before, wrong := syntax.Input[:syntax.Offset], syntax.Input[syntax.Offset:syntax.Offset+syntax.Length]
		e.detail = caret(syntax.Input, len([]rune(before)), len([]rune(wrong)))
		return true
	}
	return false
}

// caret returns the line and a second one with carets below its wrong part,
// both indented. Columns count characters from 0.
func caret(line string, column, length int) []string {
	runes := []rune(strings.TrimRight(line, "\r\n"))
	column = min(max(column, 0), len(runes))
	below := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(runes[:column]))
	return []string{"  " + string(runes), "  " + below + strings.Repeat("^", max(1, min(length, len(runes)-column)))}
}

// explainOpen is about a requirements file that can't be read. What a server
// answers is explained with the network.
func explainOpen(open *reqfile.OpenError, e *explanation) bool {
	relative := ""
	if open.From.Line > 0 {
		relative = " in " + open.From.String() + "; it is relative to that file"
	}
	switch {
	case errors.Is(open, reqfile.ErrTooLarge):
		e.hint = "check that " + open.File + " is a requirements file"
	case errors.Is(open, syscall.EISDIR):
		e.hint = "name the file in the folder, as in " + strings.TrimRight(open.File, "/") + "/requirements.txt"
	case errors.Is(open, fs.ErrPermission):
		e.hint = "give yourself the right to read " + open.File
	case explainNetwork(open.Err, e):
	default:
		e.hint = "check the name " + open.File + relative
	}
	return true
}

// explainConflict shows the derivation of why there is no solution.
func explainConflict(err error, e *explanation) bool {
	conflict, ok := asError[*solve.Conflict](err)
	if !ok {
		return false
	}
	e.exit = exitNoSolution
	e.what = "these requirements have no solution"
	if on, ok := asError[*resolve.TargetError](err); ok {
		e.what += " for " + on.Target
	}
	e.detail = indented(conflict.Error())
	if folder, ok := asError[*bundle.FolderError](err); ok {
		e.hint = "write ./" + folder.Folder + " if you mean the project in the folder " + folder.Folder
		return true
	}
	if e.hint = conflict.Hint(); e.hint == "" {
		e.hint = "relax one of the requirements named, or replace it for all with --override"
	}
	return true
}

// indented returns the lines of a text, each a little to the right.
func indented(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, "  "+strings.TrimRight(line, "\n"))
	}
	return lines
}
