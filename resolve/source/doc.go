// Package source knows what direct references lead to: wheels, source archives,
// folders, and repositories of git, Mercurial and Subversion.
//
// [Parse] takes a reference apart as pip does (PEP 508, PEP 440 "Direct
// references", and pip's forms such as git+https://host/project@revision), and a
// [Client] checks repositories out with the commands of their systems. What a
// reference came to is written as direct_url.json ([DirectURL], PEP 610,
// https://packaging.python.org/en/latest/specifications/direct-url/).
//
// The commands never ask for anything, run no hooks, and get credentials where
// no other process sees them. What a URL or a revision says can't become an option
// of theirs. The package neither downloads files nor builds.
package source
