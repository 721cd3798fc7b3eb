// Package lockfile reads and writes lock files: files that say which files of
// which distributions are installed where, with their digests, so that nothing is
// left to be resolved.
//
// Its own format is pylock.toml, https://packaging.python.org/en/latest/specifications/pylock-toml/
// (PEP 751). What is read is checked strictly; what is written is the same bytes
// for the same content, and reads back as that content. Locks of other tools are
// read too: each is a [Source], which says what an environment gets.
//
// The package neither resolves nor fetches: which of a package's wheels fits a
// target is decided by who knows tags.
package lockfile
