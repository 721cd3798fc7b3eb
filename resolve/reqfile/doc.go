// Package reqfile reads requirements.txt and constraints files as pip does.
//
// The format has no specification but pip's own page,
// https://pip.pypa.io/en/stable/reference/requirements-file-format/, and
// pip's behaviour, of which this package follows version 26:
//
//   - bytes become text by byte order mark, else by a PEP 263 comment in the
//     first two lines, else as UTF-8. Where pip then tries the locale's
//     encoding, this package refuses, so that a file means the same anywhere;
//   - lines are split, joined where one ends in a backslash, freed of
//     comments, and ${NAME} is replaced, in this order;
//   - what stands before the first word with a leading dash is a requirement,
//     the rest are options, quoted as in a shell;
//   - -r and -c include other files, relative to the including one.
//
// Local paths of requirements are relative to the working folder and not to
// the file, as with pip. What pip ignores without a word is reported as a
// [Warning].
//
// Three things that pip lets pass are errors here, since pip trips over them
// later: an editable folder without a project, -e after a requirement, and a
// URL that cannot be one. All -f options of a line count, not only the first.
// NAME @ ./path is a path; pip reads it and cannot open it. --use-feature takes
// any value and has no effect.
//
// The package decides nothing: it evaluates no marker, opens nothing but the
// files themselves, and leaves hash mode to [HashMode] and [CheckHashes].
package reqfile
