package pep508

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// Evaluate reports whether the marker is true in an environment for any of the extras, as pip does for the extras
// that are asked of a distribution: the whole marker is evaluated with "extra" being each of them in turn, and "" if
// there are none. Extras are normalised. The variables of lock files are not defined.
//
// The error is an *[EvaluationError]. As in packaging every comparison is made, so one without a meaning is an error
// wherever it stands.
func (m *Marker) Evaluate(e Environment, extras ...string) (bool, error) {
	if m == nil {
		return true, nil
	}
	extra := ""
	lookup := func(variable string) (value, bool) {
		if variable == "extra" {
			return value{text: extra}, true
		}
		text, ok := e.Lookup(variable)
		return value{text: text}, ok
	}
	truth, err := m.root.evaluate(lookup)
	if len(extras) == 0 || err != nil {
		return truth, err
	}
	truth = false
	for _, extra = range extras {
		extra = NormalizeName(extra)
		one, err := m.root.evaluate(lookup)
		if err != nil {
			return false, err
		}
		truth = truth || one
	}
	return truth, nil
}

// Evaluate reports whether the comparison is true, as [Marker.Evaluate] does for a marker that has no other.
func (c Comparison) Evaluate(e Environment, extras ...string) (bool, error) {
	m := Marker{root: group{terms: []term{c.term()}}}
	return m.Evaluate(e, extras...)
}

// EvaluateLocked reports whether the marker of a lock file (PEP 751) is true in an environment for the chosen extras
// and dependency groups, which are its variables "extras" and "dependency_groups"; "extra" is not defined. The error
// is an *[EvaluationError].
func (m *Marker) EvaluateLocked(e Environment, extras, groups []string) (bool, error) {
	if m == nil {
		return true, nil
	}
	return m.root.evaluate(func(variable string) (value, bool) {
		switch variable {
		case "extras":
			return setOf(extras), true
		case "dependency_groups":
			return setOf(groups), true
		}
		text, ok := e.Lookup(variable)
		return value{text: text}, ok
	})
}

// value is what a variable stands for: a text, or a set of normalised names.
type value struct {
	text  string
	set   []string
	isSet bool
}

func setOf(names []string) value {
	set := make([]string, len(names))
	for i, name := range names {
		set[i] = NormalizeName(name)
	}
	return value{set: set, isSet: true}
}

func (g *group) evaluate(lookup func(variable string) (value, bool)) (bool, error) {
	truth, conjunction := false, true
	for i := range g.terms {
		if i > 0 && g.or[i-1] {
			truth = truth || conjunction
			conjunction = true
		}
		one, err := g.terms[i].evaluate(lookup)
		if err != nil {
			return false, err
		}
		conjunction = conjunction && one
	}
	return truth || conjunction, nil
}

func (t *term) evaluate(lookup func(variable string) (value, bool)) (bool, error) {
	if t.group != nil {
		return t.group.evaluate(lookup)
	}
	c := &t.comparison
	variable := c.Variable()
	looked, ok := lookup(variable)
	if !ok {
		return false, &EvaluationError{Comparison: c.String(), Undefined: variable}
	}
	if c.Left.Variable != "" {
		if looked.isSet {
			return false, &EvaluationError{Comparison: c.String()}
		}
		if t.specifier != nil {
			return t.specifier.ContainsText(looked.text), nil
		}
		return c.compareTexts(looked.text, c.Right.text())
	}
	if looked.isSet {
		return c.compareWithSet(NormalizeName(c.Left.Value), looked.set)
	}
	if IsVersionVariable(variable) {
		if spec, err := pep440.ParseSpecifier(c.Op + looked.text); err == nil {
			return spec.ContainsText(c.Left.Value), nil
		}
	}
	return c.compareTexts(c.Left.Value, looked.text)
}

// Variable returns the name of the variable whose value is compared. As packaging has it, that is the left operand if
// it is a variable, and else the right one, even if that is a literal too.
func (c Comparison) Variable() string {
	if c.Left.Variable != "" {
		return c.Left.Variable
	}
	return c.Right.text()
}

// IsVersionVariable reports whether comparisons with the variable are between versions, where both sides are such.
func IsVersionVariable(variable string) bool {
	switch variable {
	case "implementation_version", "platform_release", "python_full_version", "python_version":
		return true
	default:
		return false
	}
}

// compareTexts compares what is no pair of versions.
func (c *Comparison) compareTexts(left, right string) (bool, error) {
	switch c.Op {
	case "in":
		return strings.Contains(right, left), nil
	case "not in":
		return !strings.Contains(right, left), nil
	case "==", "<=", ">=":
		return left == right, nil
	case "!=":
		return left != right, nil
	case "<", ">":
		return false, nil
	default:
		return false, &EvaluationError{Comparison: c.String()}
	}
}

func (c *Comparison) compareWithSet(left string, set []string) (bool, error) {
	switch c.Op {
	case "in":
		return slices.Contains(set, left), nil
	case "not in":
		return !slices.Contains(set, left), nil
	case "!=":
		return true, nil
	case "===", "~=":
		return false, &EvaluationError{Comparison: c.String()}
	default:
		return false, nil // a text is no set
	}
}
