// Package pep440 reads, orders and selects the versions of Python distributions.
//
// It follows the version specifiers specification (PEP 440),
// https://packaging.python.org/en/latest/specifications/version-specifiers/, in the reading of pypa/packaging.
// Beside versions and specifiers it has [Range], the algebra of exact sets of versions that a solver computes with.
// It knows nothing of names, indexes or files.
//
// All values are immutable and safe for concurrent use.
package pep440
