// Package solve picks one version of every distribution that a set of requirements needs, for one target environment.
//
// It is PubGrub, as described in https://github.com/dart-lang/pub/blob/master/doc/solver.md, with the rules of Python
// distributions on top: extras, markers, direct references, constraints, overrides, pre-releases (PEP 440), yanked
// versions (PEP 592) and Requires-Python. When there is no solution, the [Conflict] says why in English, in versions
// that exist, down to the user's own requirements.
//
// Terms are sets over the candidates of a project, not version ranges: a project's candidates are known before anything
// is said about it. An extra is a node of its own, selected or not; what it requires hangs on it and on its project.
// Requirements are read only of versions that are tried. Should one of them change what the candidates of a project are
// (by asking for pre-releases, or by a direct reference), the run starts over with that known.
//
// It does no input and output of its own: everything it learns comes from a [Provider], and the same answers give the
// same resolution, whatever the order and time in which they come.
package solve
