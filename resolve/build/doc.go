// Package build makes wheels out of source distributions and source trees, by
// asking their build backends (PEP 517, https://peps.python.org/pep-0517/, and
// PEP 518).
//
// A backend runs in an environment of its own: a fresh virtual environment with
// the distributions that [build-system] requires and those that the backend
// itself asks for, found and installed by gobundle's own resolver and installer.
// There is no pip in it. The process environment is scrubbed and made
// reproducible (see [Options.Environ]), the process group is killed as a whole
// when the context ends, and what the backend prints goes to a log.
//
// What need not be built is not: metadata is taken from PKG-INFO that is static
// (PEP 643) or from a static [project] table (PEP 621) where that is possible, then
// from the backend's prepare_metadata_for_build_wheel, and only then from a built
// wheel. Built wheels and what hooks answered are kept on disk, keyed by
// everything that they depend on.
//
// Building runs code of the source distribution's authors. Nothing here is a
// sandbox.
//
// The package does not find or download sources other than files of an index, and
// it does not resolve: the [Resolver] that brings the wheels of build
// requirements is the caller's.
package build
