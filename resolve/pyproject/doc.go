// Package pyproject reads what projects and scripts say of themselves:
// pyproject.toml with its [project] table (PEP 621,
// https://packaging.python.org/en/latest/specifications/pyproject-toml/), its
// dependency groups (PEP 735,
// https://packaging.python.org/en/latest/specifications/dependency-groups/), and the
// block of TOML in a script (PEP 723,
// https://packaging.python.org/en/latest/specifications/inline-script-metadata/).
//
// It runs nothing. What a build backend adds ("dynamic" fields) is not known here,
// and how a project is built is the business of resolve/build.
package pyproject
