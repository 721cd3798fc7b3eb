// Package condition turns what a resolution asked of an interpreter, markers and Requires-Python, into the plain data
// that a bundle carries ([manifest.Expr]), so that nothing at run time needs to read a specifier.
//
// An expression is never wrong: where it has a truth, the marker or specifier set has the same, read as
// resolve/pep508 and resolve/pep440 read them. Where plain data can't tell, it has none; but it always has one for the
// environment that it was made for. It counts on what PEP 508 says of the variables: python_version and
// implementation_version have no local part, and that of python_full_version is valid, or empty ("3.13.0a1+").
//
// It doesn't decide which conditions a resolution has, nor what follows from them.
package condition
