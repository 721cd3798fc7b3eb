// Package dist reads what files say about distributions: the names of wheels
// (binary distribution format specification, PEP 427) and of source
// distributions (PEP 625), and the core metadata in them (PEP 566, 643, 685).
//
// It opens no files: names and bytes come from the caller. The inside of a
// wheel is the business of runtime/wheel.
package dist
