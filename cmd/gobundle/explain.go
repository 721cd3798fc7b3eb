package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// explanation is what the user sees of an error.
type explanation struct {
	what   string
	detail []string // lines between what and hint
	hint   string   // one action, never empty once explain is done
	exit   int
}

// explain turns an error into what, where and how to fix. Each group of causes
// has a function of its own; the first that knows the error answers.
func explain(err error) explanation {
	e := explanation{what: err.Error(), exit: exitFailed}
	for _, know := range []func(error, *explanation) bool{
		explainSettings, explainUsage, explainLock, explainSource, explainProject, explainBuild, explainRequirements, explainMissing, explainConflict, explainCache, explainOutput,
		explainStaging, explainHashes, explainWheel, explainNames, explainIndex, explainNetwork, explainTarget, explainInterpreter,
		explainVenv, explainPython, explainBundle, explainSystem,
	} {
		if know(err, &e) {
			break
		}
	}
	if e.hint == "" {
		e.hint = "this is not foreseen: report it, with the command line, at https://github.com/gobundle/gobundle/issues"
	}
	return e
}

func explainUsage(err error, e *explanation) bool {
	usage, ok := asError[*usageError](err)
	if ok {
		e.hint, e.exit = usage.Hint, exitUsage
	}
	return ok
}

// explainSystem is about what the operating system refuses, where nobody else
// knows more.
func explainSystem(err error, e *explanation) bool {
	place := "the place"
	if at, ok := asError[*fs.PathError](err); ok {
		place = at.Path
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.hint = "free some space on the disk of " + place
	case errors.Is(err, syscall.EROFS):
		e.hint = fmt.Sprintf("make %s writable, or name another place", place)
	case errors.Is(err, fs.ErrPermission):
		e.hint = fmt.Sprintf("give yourself the right to %s, or name another place", place)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.hint = "check the name " + place
	case errors.Is(err, syscall.EISDIR):
		e.hint = fmt.Sprintf("name a file; %s is a folder", place)
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		e.hint = "let processes open more files, with `ulimit -n`"
	case errors.Is(err, context.DeadlineExceeded):
		e.hint = "try again with a longer --timeout"
	default:
		return false
	}
	return true
}

// either joins names as people do: "a", "a or b", "a, b or c".
func either(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// didYouMean is the hint for something misspelt.
func didYouMean(near []string) string { return "did you mean " + either(near) + "?" }
