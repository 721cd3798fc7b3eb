package manifest

import "strings"

// Facts are the marker variables of an interpreter by their names, as the
// dependency specifiers specification has them: "python_version", "os_name".
type Facts map[string]string

// Evaluate answers the question for an interpreter. If known is false, then
// the facts do not decide it, and truth is false.
func (e Expr) Evaluate(facts Facts) (truth, known bool) {
	switch e.Op {
	case OpTrue:
		return true, true
	case OpFalse:
		return false, true
	case OpNot:
		if len(e.Operands) != 1 {
			return false, false
		}
		truth, known = e.Operands[0].Evaluate(facts)
		return known && !truth, known
	case OpAll:
		return decide(e.Operands, facts, false)
	case OpAny:
		return decide(e.Operands, facts, true)
	}
	value, ok := facts[e.Variable]
	if !ok {
		return false, false
	}
	switch e.Op {
	case OpVersion:
		return evaluateSpans(e.Spans, value)
	case OpText:
		return e.Comparison.holds(value, e.Value)
	case OpSame:
		same := value == e.Value
		return same && e.Truth, same
	}
	return false, false
}

// decide evaluates operands of which one with the deciding truth is enough.
// Such an operand decides even beside others that are not known.
func decide(operands []Expr, facts Facts, deciding bool) (truth, known bool) {
	known = true
	for _, operand := range operands {
		t, k := operand.Evaluate(facts)
		if k && t == deciding {
			return deciding, true
		}
		known = known && k
	}
	return known && !deciding, known
}

func evaluateSpans(spans []Span, version string) (truth, known bool) {
	key, ok := KeyOf(version)
	if !ok {
		return false, false
	}
	for _, span := range spans {
		if span.Holds(key) {
			return true, true
		}
	}
	return false, true
}

func (c Comparison) holds(variable, value string) (truth, known bool) {
	switch c {
	case Equal:
		return variable == value, true
	case NotEqual:
		return variable != value, true
	case In:
		return strings.Contains(value, variable), true
	case NotIn:
		return !strings.Contains(value, variable), true
	case Contains:
		return strings.Contains(variable, value), true
	case NotContains:
		return !strings.Contains(variable, value), true
	}
	return false, false
}
