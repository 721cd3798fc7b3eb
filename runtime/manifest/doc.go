// Package manifest holds the bundle's on-disk contract: what a bundle starts,
// which wheels it carries, and on which interpreters which of them are valid.
//
// The format is described in docs/format.md. A manifest is written by
// bundle/stage and read by the bootstrap, the launcher and the tools that look
// at finished bundles. Whatever decides at run time is plain data ([Expr]):
// a reader needs no parser for versions, specifiers or markers.
//
// It does not know how wheels were found, nor how a bundle is laid out on disk.
package manifest
