package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MarshalJSON returns the array form.
func (e Expr) MarshalJSON() ([]byte, error) {
	parts := []any{e.Op}
	switch e.Op {
	case OpAll, OpAny, OpNot:
		for _, operand := range e.Operands {
			parts = append(parts, operand)
		}
	case OpTrue, OpFalse:
	case OpVersion:
		spans := e.Spans
		if spans == nil {
			spans = []Span{}
		}
		parts = append(parts, e.Variable, spans)
	case OpText:
		parts = append(parts, e.Variable, e.Comparison, e.Value)
	case OpSame:
		parts = append(parts, e.Variable, e.Value, e.Truth)
	default:
		return nil, fmt.Errorf("expression without a known operation: %q", e.Op)
	}
	return marshal(parts)
}

// marshal is json.Marshal but for its escapes: "<" stays readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// maxDepth bounds the nesting of a manifest's JSON, and so of expressions.
const maxDepth = 64

// UnmarshalJSON reads the array form. What it accepts can be evaluated.
func (e *Expr) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) == 0 {
		return fmt.Errorf("an expression is empty")
	}
	read := Expr{}
	if err := json.Unmarshal(parts[0], &read.Op); err != nil {
		return err
	}
	arguments := parts[1:]
	switch read.Op {
	case OpAll, OpAny, OpNot:
		for _, argument := range arguments {
			var operand Expr
			if err := operand.UnmarshalJSON(argument); err != nil {
				return err
			}
			read.Operands = append(read.Operands, operand)
		}
	case OpTrue, OpFalse:
		if len(arguments) != 0 {
			return fmt.Errorf("%s takes no arguments", read.Op)
		}
	case OpVersion:
		if err := unmarshalAll(arguments, &read.Variable, &read.Spans); err != nil {
			return fmt.Errorf("%s: %w", read.Op, err)
		}
	case OpText:
		if err := unmarshalAll(arguments, &read.Variable, &read.Comparison, &read.Value); err != nil {
			return fmt.Errorf("%s: %w", read.Op, err)
		}
	case OpSame:
		if err := unmarshalAll(arguments, &read.Variable, &read.Value, &read.Truth); err != nil {
			return fmt.Errorf("%s: %w", read.Op, err)
		}
	}
	*e = read
	return e.validate()
}

// unmarshalAll reads one value per destination.
func unmarshalAll(values []json.RawMessage, destinations ...any) error {
	if len(values) != len(destinations) {
		return fmt.Errorf("%d arguments, want %d", len(values), len(destinations))
	}
	for i, value := range values {
		if bytes.Equal(value, []byte("null")) {
			return fmt.Errorf("argument %d is null", i+1)
		}
		if err := json.Unmarshal(value, destinations[i]); err != nil {
			return err
		}
	}
	return nil
}

// MarshalJSON returns the form [LOW, LOWIN, HIGH, HIGHIN].
func (s Span) MarshalJSON() ([]byte, error) {
	return marshal([]any{s.Low, s.LowInclusive, s.High, s.HighInclusive})
}

// UnmarshalJSON reads the form [LOW, LOWIN, HIGH, HIGHIN].
func (s *Span) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 4 {
		return fmt.Errorf("a span has %d parts, want 4", len(parts))
	}
	read := Span{}
	if err := json.Unmarshal(parts[0], &read.Low); err != nil {
		return err
	}
	if err := json.Unmarshal(parts[2], &read.High); err != nil {
		return err
	}
	if err := unmarshalAll([]json.RawMessage{parts[1], parts[3]}, &read.LowInclusive, &read.HighInclusive); err != nil {
		return err
	}
	*s = read
	return nil
}

// UnmarshalJSON reads one to five numbers; missing parts are 0.
func (k *Key) UnmarshalJSON(data []byte) error {
	var parts []int
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) == 0 || len(parts) > len(k) {
		return fmt.Errorf("a version key has %d parts, want 1 to %d", len(parts), len(k))
	}
	*k = Key{}
	copy(k[:], parts)
	return nil
}
