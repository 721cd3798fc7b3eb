package main

import (
	"fmt"
	"strconv"
	"time"
)

// A timespan is how long to wait: "30" or "2.5" are seconds, as pip has it, "2m" is
// as Go has it.
type timespan time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *timespan) UnmarshalText(text []byte) error {
	span, err := time.ParseDuration(string(text))
	if seconds, notNumber := strconv.ParseFloat(string(text), 64); notNumber == nil {
		span, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || span <= 0 {
		return fmt.Errorf("%q is no time to wait; 30 or 30s is", text)
	}
	*t = timespan(span)
	return nil
}

// A number counts something that can be none, but not less.
type number int

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *number) UnmarshalText(text []byte) error {
	value, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return fmt.Errorf("%q is no number from 0", text)
	}
	*n = number(value)
	return nil
}
