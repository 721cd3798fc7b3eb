package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// explanation is what the user sees of an error.
type explanation struct {
	what   string
	detail []string // lines between what and hint
	hint   string
	exit   int
}

// explain turns an error into what, where and how to fix. Each group of causes
// has a function of its own; the first that knows the error answers.
func explain(err error) explanation {
	e := explanation{what: err.Error(), exit: exitFailed}
	for _, know := range []func(error, *explanation) bool{
		explainUsage, explainBuild, explainSyntax, explainMissing, explainConflict, explainFiles, explainIndex, explainTarget, explainBundle,
	} {
		if know(err, &e) {
			break
		}
	}
	return e
}

func explainUsage(err error, e *explanation) bool {
	if usage, ok := asError[*usageError](err); ok {
		e.hint, e.exit = usage.Hint, exitUsage
		return true
	}
	return false
}

// explainSyntax draws a caret below the place that is wrong.
func explainSyntax(err error, e *explanation) bool {
	if syntax, ok := asError[*reqfile.SyntaxError](err); ok {
		e.detail = caret(syntax.Text, syntax.Column-1, syntax.Length)
		e.hint = "correct the line; the form is NAME, NAME==VERSION, NAME @ URL, or an option of pip's requirements files"
		return true
	}
	argument, _ := asError[*bundle.ArgumentError](err)
	if syntax, ok := asError[*pep508.SyntaxError](err); ok {
		e.detail = caret(syntax.Input, len([]rune(syntax.Input[:syntax.Offset])), syntax.Length)
		e.hint = `write a requirement as NAME, "NAME>=VERSION" or "NAME @ URL"`
		if argument != nil {
			e.exit = exitUsage
		}
		return true
	}
	if argument != nil {
		e.hint, e.exit = `write a requirement as NAME, "NAME>=VERSION" or "NAME @ URL"`, exitUsage
		return true
	}
	if cycle, ok := asError[*reqfile.CycleError](err); ok {
		e.hint = "take the -r or -c out of " + cycle.Where.String()
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
	for line := range strings.Lines(conflict.Error()) {
		e.detail = append(e.detail, "  "+strings.TrimRight(line, "\n"))
	}
	if e.hint = conflict.Hint(); e.hint == "" {
		e.hint = "relax one of the requirements named, or replace it for all with --override"
	}
	return true
}

func explainFiles(err error, e *explanation) bool {
	if open, ok := asError[*reqfile.OpenError](err); ok {
		e.hint = "check the name " + open.File
		if open.From.Line > 0 {
			e.hint += " in " + open.From.String() + "; it is relative to that file"
		}
		return true
	}
	if out, ok := asError[*pack.OutputError](err); ok {
		e.hint = "name another file with -o"
		if errors.Is(out, fs.ErrNotExist) {
			e.hint = "make the folder first, or name another file with -o"
		}
		return true
	}
	return false
}

func explainIndex(err error, e *explanation) bool {
	_, missing := asError[*resolve.HashModeError](err)
	_, faults := asError[*reqfile.HashError](err)
	if missing || faults {
		e.hint = "give every requirement a == version and a --hash, or none of them a --hash"
		return true
	}
	if hash, ok := asError[*fetch.HashError](err); ok {
		e.hint = fmt.Sprintf("if %s is really the file you want, put --hash=%s into the requirements; if not, do not use it", hash.File, hash.Got)
		return true
	}
	if record, ok := asError[*wheel.RecordError](err); ok {
		e.hint = fmt.Sprintf("the wheel %s was changed after it was built, or built wrongly: get it anew or tell its makers", record.Wheel)
		return true
	}
	if invalid, ok := asError[*wheel.InvalidError](err); ok {
		e.hint = fmt.Sprintf("get %s anew; if it stays like that, tell its makers", invalid.Wheel)
		return true
	}
	if newer, ok := asError[*wheel.VersionError](err); ok {
		e.hint = fmt.Sprintf("use a newer gobundle, or another version of %s", newer.Wheel)
		return true
	}
	if file, ok := asError[*fetch.FileError](err); ok {
		e.hint = fmt.Sprintf("get %s anew, or leave it out", file.File)
		return true
	}
	if file, ok := asError[*fetch.SizeError](err); ok {
		e.hint = fmt.Sprintf("try again; if it stays like that, the index is wrong about %s", file.File)
		return true
	}
	if _, ok := asError[*fetch.HashFormatError](err); ok {
		e.hint = "give the digest as --hash=sha256:HEX (sha384 and sha512 will do as well)"
		return true
	}
	if source, ok := asError[*index.SourceError](err); ok {
		e.hint = fmt.Sprintf("check that %s is a folder, a page or a file with distributions", source.Source)
		return true
	}
	if _, ok := asError[*index.VersionError](err); ok {
		e.hint = "use a newer gobundle, or another index with -i"
		return true
	}
	if _, ok := asError[*resolve.SourceError](err); ok {
		e.hint = "build a wheel of it with `pip wheel` and name the wheel, or its folder with --find-links"
		return true
	}
	if status, ok := asError[*fetch.StatusError](err); ok {
		switch {
		case status.Code == 401 || status.Code == 403:
			e.hint = "the server wants credentials: put them into the URL as https://USER:PASSWORD@HOST/"
		case status.Code == 404:
			e.hint = "check the URL"
		default:
			e.hint = "the server has a problem: try again later, or name another index with -i"
		}
		return true
	}
	if connection, ok := asError[*transport.ConnectionError](err); ok {
		e.hint = fmt.Sprintf("check the address %s and the network; behind a proxy set HTTPS_PROXY", connection.URL)
		return true
	}
	if _, ok := asError[*transport.OfflineError](err); ok {
		e.hint = "run once without --offline, so that the cache has it"
		return true
	}
	if page, ok := asError[*index.PageError](err); ok {
		e.hint = fmt.Sprintf("check that %s is a package index (PEP 503 or 691); its URL often ends in /simple/", page.URL)
		return true
	}
	return false
}

func explainTarget(err error, e *explanation) bool {
	if errors.Is(err, bundle.ErrNoInterpreter) {
		e.hint = "name a target, as in --target cp312-linux-x86_64, or install a Python"
		return true
	}
	if unknown, ok := asError[*target.UnknownError](err); ok {
		e.exit = exitUsage
		e.hint = "name a target as cp312-manylinux_2_28_x86_64 or cp312-macos-arm64, or give the path of an interpreter"
		if len(unknown.Near) > 0 {
			e.hint = "did you mean " + either(unknown.Near) + "?"
		}
		return true
	}
	if explainConstraint(err, e) {
		return true
	}
	if _, ok := asError[*interpreter.NotFoundError](err); ok {
		e.hint = "give the path of an interpreter, or a name that is on PATH"
		return true
	}
	if query, ok := asError[*interpreter.QueryError](err); ok {
		e.hint = fmt.Sprintf("try %s yourself, or name another Python (3.6 or newer)", query.Path)
		return true
	}
	return false
}

func explainBundle(err error, e *explanation) bool {
	if entry, ok := asError[*stage.EntryPointError](err); ok {
		switch {
		case len(entry.Near) > 0:
			e.hint = "did you mean " + either(entry.Near) + "?"
		case len(entry.Scripts) > 0:
			e.hint = "the console scripts that -c can name are " + strings.Join(entry.Scripts, ", ")
		default:
			e.hint = "add the code that holds it with -D, or the distribution to the requirements"
		}
		return true
	}
	if collision, ok := asError[*wheel.CollisionError](err); ok {
		e.hint = fmt.Sprintf("leave out %s or %s, or let the later one win with --collisions-ok", collision.First, collision.Second)
		return true
	}
	if errors.Is(err, archive.ErrNotBundle) {
		e.hint = "name a file that gobundle made"
		return true
	}
	if _, ok := asError[*manifest.VersionError](err); ok {
		e.hint = "use a newer gobundle"
		return true
	}
	if damage, ok := asError[*archive.DamageError](err); ok {
		e.hint = "get " + damage.Path + " anew; it was changed or cut short"
		return true
	}
	return false
}

// either joins names as people do: "a", "a or b", "a, b or c".
func either(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
