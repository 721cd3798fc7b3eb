package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// explainHashes is about digests that are missing or other ones.
func explainHashes(err error, e *explanation) bool {
	if missing, ok := asError[*resolve.HashModeError](err); ok {
		e.hint = fmt.Sprintf("add %s==%s with a --hash to the requirements, or give none of them a --hash", missing.Name, missing.Version)
		return true
	}
	if faults, ok := asError[*reqfile.HashError](err); ok {
		e.hint = "give every requirement a == version and a --hash, or none of them a --hash"
		if slices.ContainsFunc(faults.Faults, func(f reqfile.HashFault) bool { return !f.Entry.CanHash() }) {
			e.hint = "make a wheel of it with `gobundle wheel`, and require that with its --hash"
		}
		return true
	}
	if hash, ok := asError[*fetch.HashError](err); ok {
		e.what = hash.Error()
		e.hint = fmt.Sprintf("if %s is really the file you want, put --hash=%s into the requirements; if not, do not use it", hash.File, hash.Got)
		switch {
		case hash.InURL:
			e.hint = fmt.Sprintf("if %s is really the file you want, put #%s behind its URL; if not, do not use it", hash.File, strings.Replace(hash.Got, ":", "=", 1))
		case hash.Announced:
			e.hint = fmt.Sprintf("do not use %s: tell those who keep the index that it serves another file than it says", hash.File)
		}
		return true
	}
	if _, ok := asError[*fetch.HashFormatError](err); ok {
		e.hint = "give the digest as --hash=sha256:HEX (sha384 and sha512 will do as well)"
		return true
	}
	return false
}

// hostLike is a path whose first part looks like a host, with or without a port.
var hostLike = lazyregexp.New(`^(localhost|[\w-]+(\.[\w-]+)+)(:[0-9]+)?(/|$)`)

// explainIndex is about indexes and find-links that make no sense.
func explainIndex(err error, e *explanation) bool {
	if source, ok := asError[*index.SourceError](err); ok {
		e.hint = fmt.Sprintf("check that %s is a folder, a page or a file with distributions", source.Source)
		if errors.Is(source, fs.ErrNotExist) && hostLike().MatchString(source.Source) {
			e.hint = fmt.Sprintf("write https://%s if you mean a server; as it is it names a folder", source.Source)
		}
		return true
	}
	if _, ok := asError[*index.VersionError](err); ok {
		e.hint = "use a newer gobundle, or another index with -i"
		return true
	}
	if page, ok := asError[*index.PageError](err); ok {
		e.hint = fmt.Sprintf("check that %s is a package index (PEP 503 or 691); its URL often ends in /simple/", page.URL)
		return true
	}
	if missing, ok := asError[*index.NotFoundError](err); ok {
		e.exit = exitNoSolution
		e.hint = fmt.Sprintf("check the spelling of %s, or name an index that has it", missing.Name)
		switch {
		case len(missing.Near) > 0:
			e.hint = didYouMean(missing.Near)
		case missing.Remedy != "":
			e.hint = missing.Remedy
		}
		return true
	}
	if file, ok := asError[*fetch.SizeError](err); ok {
		e.hint = fmt.Sprintf("try again; if it stays like that, the index is wrong about %s", file.File)
		return true
	}
	return false
}
