package condition

import (
	"fmt"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// RequiresPython returns the specifier set as an expression about python_full_version. As in pip, what counts is
// sys.version_info[:3], so that 3.15.0b1 satisfies ">=3.15". The expression is known for every version that has a
// [manifest.Key], which is every version that Pythons have.
func RequiresPython(s pep440.SpecifierSet) manifest.Expr {
	if s.IsEmpty() {
		return manifest.Constant(true)
	}
	var known []pep440.Version
	for _, clause := range s.Clauses() {
		known = append(known, landmarks(clause)...)
	}
	return manifest.InSpans("python_full_version", spans(func(v pep440.Version) bool { return s.Contains(release(v)) }, known)...)
}

// release returns the three numbers that a version begins with.
func release(v pep440.Version) pep440.Version {
	return pep440.MustParse(fmt.Sprintf("%d.%d.%d", v.Major(), v.Minor(), v.Micro()))
}
