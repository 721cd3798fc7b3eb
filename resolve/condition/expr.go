package condition

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// all is manifest.All without what makes no difference.
func all(operands ...manifest.Expr) manifest.Expr {
	return combine(manifest.OpAll, manifest.OpTrue, manifest.OpFalse, operands)
}

// anyOf is manifest.Any without what makes no difference.
func anyOf(operands ...manifest.Expr) manifest.Expr {
	return combine(manifest.OpAny, manifest.OpFalse, manifest.OpTrue, operands)
}

// combine joins operands by op, which neutral leaves as it is and deciding settles.
func combine(op, neutral, deciding manifest.Op, operands []manifest.Expr) manifest.Expr {
	var kept []manifest.Expr
	for _, e := range operands {
		switch e.Op {
		case neutral:
		case deciding:
			return e
		case op:
			kept = append(kept, e.Operands...)
		default:
			kept = append(kept, e)
		}
	}
	switch len(kept) {
	case 0:
		return manifest.Expr{Op: neutral}
	case 1:
		return kept[0]
	default:
		return manifest.Expr{Op: op, Operands: kept}
	}
}

// unknown has no truth anywhere: the variable cannot have both values.
func unknown() manifest.Expr {
	return manifest.All(manifest.Same("python_version", "0", true), manifest.Same("python_version", "1", true))
}

// isPlain reports whether a manifest may hold the text.
func isPlain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 })
}

// depth returns how deep an expression is nested.
func depth(e manifest.Expr) int {
	deepest := 0
	for _, operand := range e.Operands {
		deepest = max(deepest, depth(operand))
	}
	return deepest + 1
}

// noneOf is true where the variable's text contains none of the parts.
func noneOf(variable string, parts ...string) manifest.Expr {
	var operands []manifest.Expr
	for _, part := range slices.Sorted(slices.Values(parts)) {
		operands = append(operands, manifest.Text(variable, manifest.NotContains, part))
	}
	return all(operands...)
}
