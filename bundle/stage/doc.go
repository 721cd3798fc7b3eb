// Package stage lays wheels, application sources, the bootstrap and the
// manifest out as one deterministic tree: the content of a bundle, in its
// order, before it becomes a file.
//
// Everything in a bundle is a wheel: application sources are made into one
// more, synthetic wheel. Wheels themselves are not opened further than needed
// to check the entry point, and are never read as a whole. The tree is written
// by bundle/pack.
package stage
