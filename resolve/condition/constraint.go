package condition

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// Constraints returns constraints on interpreters, of which one must be
// satisfied, as an expression and as one text for messages. There must be one
// at least.
func Constraints(constraints []target.Constraint) (text string, test manifest.Expr) {
	var texts []string
	var alternatives []manifest.Expr
	for _, c := range constraints {
		test := RequiresPython(c.Versions)
		if c.Implementation != "" {
			test = all(manifest.Text("implementation_name", manifest.Equal, c.Implementation), test)
		}
		texts = append(texts, c.String())
		alternatives = append(alternatives, test)
	}
	return strings.Join(texts, " or "), anyOf(alternatives...)
}
