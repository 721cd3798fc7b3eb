package pep508

import "fmt"

// SyntaxError says where and why a text is no requirement, or no marker.
type SyntaxError struct {
	Input  string
	Offset int // in bytes, where the fault begins
	Length int // in bytes; 0 where something is missing at Offset
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid dependency specifier %q: %s", e.Input, e.Reason)
}

// EvaluationError says that a marker is neither true nor false in an environment.
type EvaluationError struct {
	Comparison string // the part of the marker that has no meaning
	Undefined  string // the variable that the environment lacks; "" where the comparison itself is undefined
}

func (e *EvaluationError) Error() string {
	if e.Undefined != "" {
		return fmt.Sprintf("marker variable %q of %s is not defined here", e.Undefined, e.Comparison)
	}
	return fmt.Sprintf("marker comparison %s is not defined for these values", e.Comparison)
}
