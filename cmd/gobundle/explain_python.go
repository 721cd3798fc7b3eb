package main

import (
	"strings"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/standalone"
	"github.com/gobundle/gobundle/runtime/pythondist"
)

// explainPython is about the Python that an executable is to bring along.
func explainPython(err error, e *explanation) bool {
	if option, ok := asError[*bundle.PythonOptionError](err); ok {
		e.hint = option.Remedy
		return true
	}
	if mismatch, ok := asError[*bundle.PythonMismatchError](err); ok {
		e.hint = "leave out --target, use --target " + mismatch.Fits + ", or give another --python-dist"
		return true
	}
	if unknown, ok := asError[*standalone.UnknownError](err); ok {
		e.hint = "give --python-dist the path of an archive, or its URL with #sha256=..."
		if len(unknown.Known) > 0 {
			e.hint = "there are " + strings.Join(unknown.Known, ", ")
		}
		return true
	}
	if _, ok := asError[*standalone.NoPythonError](err); ok {
		e.hint = "give --python-dist an archive of python-build-standalone, or a folder with what is in one"
		return true
	}
	if _, ok := asError[*standalone.PackError](err); ok {
		e.hint = "take it out of the folder, or give --python-dist an archive of python-build-standalone"
		return true
	}
	if _, ok := asError[*pythondist.DamageError](err); ok {
		e.hint = "get the archive of --python-dist anew"
		return true
	}
	if _, ok := asError[*pythondist.FetchError](err); ok {
		e.hint = "give --python-dist an archive that is here"
		return true
	}
	if _, ok := asError[*pythondist.NoExecError](err); ok {
		e.hint = "set GOBUNDLE_CACHE_DIR to a folder on another file system"
		return true
	}
	return false
}
