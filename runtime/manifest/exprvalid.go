package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Variables are the marker variables that an expression may ask for, sorted.
func Variables() []string {
	return []string{
		"implementation_name", "implementation_version", "os_name", "platform_machine", "platform_python_implementation", "platform_release",
		"platform_system", "platform_version", "python_full_version", "python_version", "sys_platform",
	}
}

// validate checks that the expression can be evaluated and written.
func (e Expr) validate() error { return e.validateAt(0) }

func (e Expr) validateAt(depth int) error {
	// A list of conditions in a target stands five deep in a manifest.
	if depth > maxDepth-8 {
		return fmt.Errorf("an expression is nested too deeply")
	}
	switch e.Op {
	case OpNot:
		if len(e.Operands) != 1 {
			return fmt.Errorf("not has %d operands, want 1", len(e.Operands))
		}
	case OpAll, OpAny:
	case OpTrue, OpFalse:
		return nil
	case OpVersion, OpText, OpSame:
		return e.validateVariable()
	default:
		return fmt.Errorf("operation %q is unknown", e.Op)
	}
	for _, operand := range e.Operands {
		if err := operand.validateAt(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

func (e Expr) validateVariable() error {
	if !slices.Contains(Variables(), e.Variable) {
		return fmt.Errorf("variable %q is unknown", e.Variable)
	}
	if e.Op == OpVersion {
		if e.Variable != "platform_release" && !strings.HasSuffix(e.Variable, "_version") {
			return fmt.Errorf("variable %q is no version", e.Variable)
		}
		for _, span := range e.Spans {
			if !span.Low.valid() || !span.High.valid() {
				return fmt.Errorf("a version key is out of range")
			}
		}
		return nil
	}
	if e.Op == OpText {
		if _, known := e.Comparison.holds("", ""); !known {
			return fmt.Errorf("comparison %q is unknown", e.Comparison)
		}
	}
	if !isText(e.Value) {
		return fmt.Errorf("value %q has control characters or is not UTF-8", e.Value)
	}
	return nil
}

func (k *Key) valid() bool {
	const limit = 1_000_000_000 // as maxDigits
	return k == nil || !slices.ContainsFunc(k[:], func(n int) bool { return n < 0 || n >= limit }) && k[3] <= Post
}
