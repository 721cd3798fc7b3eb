package manifest

// An Op is the first word of an expression.
type Op string

// The operations.
const (
	OpAll     Op = "all"     // ["all", E...]
	OpAny     Op = "any"     // ["any", E...]
	OpNot     Op = "not"     // ["not", E]
	OpTrue    Op = "true"    // ["true"]
	OpFalse   Op = "false"   // ["false"]
	OpVersion Op = "version" // ["version", VARIABLE, [[LOW, LOWIN, HIGH, HIGHIN], ...]]
	OpText    Op = "text"    // ["text", VARIABLE, COMPARISON, VALUE]
	OpSame    Op = "same"    // ["same", VARIABLE, VALUE, TRUTH]
)

// A Comparison is the operator of a text expression.
type Comparison string

// The comparisons.
const (
	Equal       Comparison = "=="
	NotEqual    Comparison = "!="
	In          Comparison = "in"           // the variable's text lies in the value
	NotIn       Comparison = "not-in"       // the opposite
	Contains    Comparison = "contains"     // the value lies in the variable's text
	NotContains Comparison = "not-contains" // the opposite
)

// An Expr is a question about an interpreter, as plain data. The functions of
// this package make valid ones; the zero Expr is none.
type Expr struct {
	Op         Op
	Operands   []Expr     // of all, any (any number) and not (one)
	Variable   string     // of version, text and same
	Spans      []Span     // of version
	Comparison Comparison // of text
	Value      string     // of text and same
	Truth      bool       // of same
}

// All is true where every operand is, so without operands everywhere.
func All(operands ...Expr) Expr { return Expr{Op: OpAll, Operands: operands} }

// Any is true where one operand is, so without operands nowhere.
func Any(operands ...Expr) Expr { return Expr{Op: OpAny, Operands: operands} }

// Not is the opposite; of what is not known, it is not known either.
func Not(operand Expr) Expr { return Expr{Op: OpNot, Operands: []Expr{operand}} }

// Constant has one truth everywhere.
func Constant(truth bool) Expr {
	if truth {
		return Expr{Op: OpTrue}
	}
	return Expr{Op: OpFalse}
}

// InSpans is true where the variable's value is a version in one of the spans.
// It is not known where the value has no [Key].
func InSpans(variable string, spans ...Span) Expr {
	return Expr{Op: OpVersion, Variable: variable, Spans: spans}
}

// Text compares the variable's text.
func Text(variable string, comparison Comparison, value string) Expr {
	return Expr{Op: OpText, Variable: variable, Comparison: comparison, Value: value}
}

// Same has the truth where the variable's text is the value, and is not known
// elsewhere. It stands for questions that have no exact form as data.
func Same(variable, value string, truth bool) Expr {
	return Expr{Op: OpSame, Variable: variable, Value: value, Truth: truth}
}
