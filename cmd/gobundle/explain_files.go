package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/bytecode"
	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/venv"
)

// explainCache is about the folder that is kept between runs.
func explainCache(err error, e *explanation) bool {
	_, unusable := asError[*bundle.CacheError](err)
	_, unsafe := asError[*cache.UnsafeError](err)
	if !unusable && !unsafe && !errors.Is(err, cache.ErrNoHome) {
		return false
	}
	e.hint = "name a folder of your own with --cache-dir or GOBUNDLE_CACHE_DIR, or use --no-cache"
	return true
}

// explainOutput is about the file that is written.
func explainOutput(err error, e *explanation) bool {
	if out, ok := asError[*pack.OutputError](err); ok {
		switch {
		case errors.Is(out, fs.ErrNotExist):
			e.hint = "make the folder first, or name another file with -o"
		case errors.Is(out, syscall.ENOSPC):
			e.hint = "free some space there, or name a file on another disk with -o"
		case errors.Is(out, fs.ErrPermission), errors.Is(out, syscall.EROFS):
			e.hint = "name a file with -o where you may write"
		default:
			e.hint = "name another file with -o"
		}
		return true
	}
	if _, ok := asError[*pack.LimitError](err); ok {
		e.hint = "leave out what is not needed, or write a folder with --format directory"
		return true
	}
	if _, ok := asError[*pack.ChangedError](err); ok {
		e.hint = "run again, and let the files alone meanwhile"
		return true
	}
	if _, ok := asError[*bootstrap.ShebangError](err); ok {
		e.exit = exitUsage
		e.hint = "write it as --shebang '/usr/bin/env python3', or leave it out"
		return true
	}
	return false
}

// explainStaging is about what goes into a bundle besides the distributions'
// own files.
func explainStaging(err error, e *explanation) bool {
	if entry, ok := asError[*stage.EntryPointError](err); ok {
		switch {
		case entry.Malformed && moduleOf(entry.Text) != "":
			e.hint, e.exit = "name the module, not its file: -e "+moduleOf(entry.Text), exitUsage
		case entry.Malformed && strings.ContainsAny(entry.Text, `/\`):
			e.hint, e.exit = "-e says what to start, as in -e MODULE:FUNCTION; a project is taken by its folder alone, as in ./FOLDER", exitUsage
		case entry.Malformed:
			e.hint, e.exit = "write it as -e MODULE or -e MODULE:FUNCTION, or name a script with -c", exitUsage
		case strings.HasSuffix(entry.Text, ".py"):
			e.hint = "name the module, not its file: -e " + strings.TrimSuffix(entry.Text, ".py")
		case len(entry.Near) > 0:
			e.hint = didYouMean(entry.Near)
		case len(entry.Scripts) > 0:
			e.hint = "the console scripts that -c can name are " + strings.Join(entry.Scripts, ", ")
		default:
			e.hint = "add the code that holds it with -D, or the distribution to the requirements"
		}
		return true
	}
	if command, ok := asError[*stage.CommandError](err); ok {
		explainCommand(command, e)
		return true
	}
	if source, ok := asError[*stage.SourceError](err); ok {
		e.hint = fmt.Sprintf("change %s, or name other code with -D", source.Path)
		return true
	}
	if _, ok := asError[*bytecode.CompileError](err); ok {
		e.hint = "leave out --compile, or put another interpreter of that version on PATH"
		return true
	}
	if two, ok := asError[*stage.WheelError](err); ok {
		e.hint = fmt.Sprintf("let one index or folder have %s, not two", two.File)
		return true
	}
	return false
}

// moduleOf returns how -e has what was named as a file, "" if it wasn't: app:main
// for "./app.py:main".
func moduleOf(text string) string {
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	file, attribute, called := strings.Cut(text, ":")
	module, isFile := strings.CutSuffix(path.Base(filepath.ToSlash(file)), ".py")
	switch {
	case !isFile || module == "":
		return ""
	case called:
		return module + ":" + attribute
	}
	return module
}

// explainVenv is about the folder of a virtual environment, and the
// interpreter that makes it.
func explainVenv(err error, e *explanation) bool {
	if full, ok := asError[*venv.NotEmptyError](err); ok {
		e.hint = "name another folder, or replace what is in this one with --force"
		if full.Kept != "" {
			e.hint = "name another folder, or remove this one yourself"
		}
		return true
	}
	if python, ok := asError[*venv.PythonError](err); ok {
		e.hint = fmt.Sprintf("name another interpreter with --python, or try `%s -m venv` yourself", python.Python)
		if strings.Contains(python.Output, "ensurepip") || strings.Contains(python.Output, "No module named 'venv'") || strings.Contains(python.Output, "No module named venv") {
			e.hint = fmt.Sprintf("install what %s lacks (on Debian the package python3-venv), or name another interpreter with --python", python.Python)
		}
		return true
	}
	if errors.Is(err, venv.ErrScope) {
		e.hint, e.exit = "write --scope all, deps or srcs", exitUsage
		return true
	}
	return false
}

// explainCommand is about --busybox.
func explainCommand(command *stage.CommandError, e *explanation) {
	switch {
	case command.Malformed:
		e.hint, e.exit = "write --busybox @ for all console scripts, @PROJECT, NAME, !NAME, or NAME=MODULE:FUNCTION", exitUsage
	case command.Verb:
		e.hint = "build with --no-tools, which leaves that verb out, or leave out the command: --busybox '!" + command.Text + "'"
	case len(command.Owners) > 0:
		e.hint = "leave one of them out, as with --busybox '!@" + command.Owners[1] + "'"
	case len(command.Near) > 0:
		e.hint = didYouMean(command.Near)
	case len(command.Names) > 0:
		e.hint = "there are " + strings.Join(command.Names, ", ")
	default:
		e.hint = "name a command with --busybox NAME=MODULE:FUNCTION, or add the distribution that has one to the requirements"
	}
}
