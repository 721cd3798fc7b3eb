package main

import (
	"errors"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/bundle/native"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/stub"
)

// explainBundle is about finished bundles.
func explainBundle(err error, e *explanation) bool {
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
	if refused, ok := asError[*bundle.ExecutableError](err); ok {
		e.hint = refused.Remedy
		return true
	}
	if _, ok := asError[*native.IconError](err); ok {
		e.hint = "name an .ico file with --icon, or leave it out"
		return true
	}
	if _, ok := asError[*native.SizeError](err); ok {
		e.hint = "leave out --format executable, or bundle less"
		return true
	}
	if missing, ok := asError[*stub.MissingError](err); ok {
		e.hint = "use a gobundle made by make build, or make the executable with a gobundle on " + missing.System
		return true
	}
	if _, ok := asError[*manifest.FormatError](err); ok {
		e.hint = "get the bundle anew; its manifest is not as gobundle writes it"
		return true
	}
	return false
}
