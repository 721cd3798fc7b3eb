package condition

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// leaf is a comparison that is to become an expression.
type leaf struct {
	comparison pep508.Comparison
	variable   string
	value      string // of the variable here
	truth      bool   // of the comparison here
}

// settled returns e, or something that is e but for the truth that it lacks for the value here.
func (l *leaf) settled(e manifest.Expr) manifest.Expr {
	if _, known := e.Evaluate(manifest.Facts{l.variable: l.value}); known || !isPlain(l.value) {
		return e
	}
	if l.truth {
		return anyOf(manifest.Text(l.variable, manifest.Equal, l.value), e)
	}
	return all(manifest.Text(l.variable, manifest.NotEqual, l.value), e)
}

// forward is a comparison with the variable on the left.
func (l *leaf) forward() manifest.Expr {
	literal := l.comparison.Right.Variable + l.comparison.Right.Value
	spec, ok := l.comparison.Specifier()
	switch {
	case !ok:
		return l.text(literal, manifest.In, manifest.NotIn)
	case spec.Operator() == "===":
		return l.identical(literal)
	}
	e := manifest.InSpans(l.variable, spans(spec.Contains, landmarks(spec))...)
	if l.variable == "platform_release" {
		// A kernel calls itself what it likes. What is no version satisfies nothing.
		e = all(noneOf(l.variable, noVersionHas()...), e)
	}
	if strings.Contains(spec.Version(), "+") || l.variable == "platform_release" {
		e = l.withoutPlus(e)
	}
	return e
}

// noVersionHas lists texts that no version without a local part contains, and that releases of kernels do contain:
// amd64, generic, azure, aarch64, aws.
func noVersionHas() []string { return []string{"g", "m", "n", "x", "z", "ch", "aw"} }

// landmarks returns the version that a clause names, if any.
func landmarks(spec pep440.Specifier) []pep440.Version {
	v, err := pep440.Parse(strings.TrimSuffix(spec.Version(), ".*"))
	if err != nil {
		return nil
	}
	return []pep440.Version{v}
}

// identical is "===": texts are compared, of versions as of anything, without regard to case.
func (l *leaf) identical(literal string) manifest.Expr {
	if strings.Contains(literal, "+") || !isPlain(literal) {
		return unknown()
	}
	same := manifest.Text(l.variable, manifest.Equal, literal)
	var key []pep440.Version
	holds := func(pep440.Version) bool { return false }
	if v, err := pep440.Parse(literal); err == nil {
		key, holds = []pep440.Version{v}, v.Equal
	}
	// A version that isn't equal has no such text.
	return anyOf(same, all(manifest.InSpans(l.variable, spans(holds, key)...), unknown()))
}

// reversedVersion is a comparison that asks something of the version in its literal, by the one in the variable.
func (l *leaf) reversedVersion() manifest.Expr {
	literal, op := l.comparison.Left.Value, l.comparison.Op
	var key []pep440.Version
	if v, err := pep440.Parse(literal); err == nil {
		key = []pep440.Version{v}
	}
	found := spans(func(v pep440.Version) bool {
		spec, err := pep440.ParseSpecifier(op + v.String())
		return err == nil && spec.ContainsText(literal)
	}, key)
	// With a local part, the variable's value cannot follow most operators, and then texts are compared.
	return l.withoutPlus(manifest.InSpans(l.variable, found...))
}

// reversedText is a comparison of texts with the variable on the right.
func (l *leaf) reversedText() manifest.Expr {
	literal := l.comparison.Left.Value
	e := l.text(literal, manifest.Contains, manifest.NotContains)
	if l.variable == "python_full_version" && strings.ContainsAny(literal, "+local") {
		return l.withoutPlus(e) // "3.13.0a1+" is read as "3.13.0a1+local"
	}
	return e
}

// text compares the variable's text with a literal. Of versions only equality is defined.
func (l *leaf) text(literal string, in, notIn manifest.Comparison) manifest.Expr {
	var comparison manifest.Comparison
	switch l.comparison.Op {
	case "==", "<=", ">=":
		comparison = manifest.Equal
	case "!=":
		comparison = manifest.NotEqual
	case "in":
		comparison = in
	case "not in":
		comparison = notIn
	default:
		return manifest.Constant(false)
	}
	if !isPlain(literal) {
		return unknown()
	}
	e := manifest.Text(l.variable, comparison, literal)
	if l.variable == "python_full_version" && strings.Contains(literal, "+") {
		return l.withoutPlus(e)
	}
	return e
}

// withoutPlus is e where the variable's value has no local part, and elsewhere has no truth.
func (l *leaf) withoutPlus(e manifest.Expr) manifest.Expr { return withoutPlus(l.variable, e) }

func withoutPlus(variable string, e manifest.Expr) manifest.Expr {
	if variable == "python_version" || variable == "implementation_version" {
		return e // they never have one
	}
	return anyOf(
		all(manifest.Text(variable, manifest.NotContains, "+"), e),
		all(manifest.Text(variable, manifest.Contains, "+"), unknown()),
	)
}
