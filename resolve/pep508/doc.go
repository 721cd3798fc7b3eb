// Package pep508 reads the names, requirements and environment markers of Python distributions.
//
// It follows the dependency specifiers specification (PEP 508),
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/, with the normalisation of names and
// extras (PEP 503 and 685) and the marker variables of lock files (PEP 751), in the reading of pypa/packaging. It does
// not read requirements.txt, which has options and paths beside requirements.
//
// All values are immutable and safe for concurrent use.
package pep508
