// Package settings reads what is said about flags elsewhere than on the command
// line: in variables, in gobundle.toml or the [tool.gobundle] table of
// pyproject.toml, and, for a few flags, in pip's own variables and files.
//
// It knows flags as Keys only, which are made from the command line's own
// description, so that every flag is a key and none has to be listed twice. What a
// value means, and whether it is valid, is for the command line to say.
package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is the form of a key's value.
type Kind int

// The kinds.
const (
	Text   Kind = iota
	Number      // a TOML number, or text with a unit
	Switch      // a TOML boolean
	List        // an array of texts, or one; a table where Pairs is set
)

// Paths says which words of a key are paths.
type Paths int

// What of a relative word in a file is taken relative to the file.
const (
	NoPath    Paths = iota
	Path            // all of it, unless it is a URL
	MaybePath       // all of it, if it has a path's separator in it
	AfterName       // what follows the first "=", unless it is a URL
)

// Key is a flag as files and variables know it.
type Key struct {
	Name  string // the flag's, without dashes before it
	Kind  Kind
	Pairs bool // each word is NAME=VALUE
	Paths Paths
	// Variable is the one that sets the key; "" is none.
	Variable string
}

// Level is how much a value counts; a higher one counts before a lower.
type Level int

// The levels. The command line is above them all, and defaults are below.
const (
	Pip         Level = iota + 1
	File              // the top level of a file
	Bundle            // a bundle's own table in it
	Environment       // a GOBUNDLE_ variable
)

// Value is what one place says about a key.
type Value struct {
	// Words are as on the command line, one for each time that the flag would
	// stand there; a switch has "true" or "false". They may be none: an empty list.
	Words []string
	Level Level
	// From names the place for people.
	From string
}

// Set is what all places together say. It is not changed once it is made.
type Set struct {
	values  map[string]Value
	bundles []string
	file    string // as shown; "" is none
}

// Value returns what is said about a key.
func (s *Set) Value(key string) (Value, bool) {
	v, ok := s.values[key]
	return v, ok
}

// Bundles returns the names of the bundles that the file has, in its order.
func (s *Set) Bundles() []string { return s.bundles }

// FileName returns the name of the file that was read, "" if there was none.
func (s *Set) FileName() string { return s.file }

// Merge lays values over each other: of two for one key the higher level counts.
func Merge(file *Document, bundle string, others ...map[string]Value) *Set {
	s := &Set{values: map[string]Value{}}
	layers := slices.Clone(others)
	if file != nil {
		s.bundles, s.file = file.names, file.Name
		layers = append(layers, file.top, file.bundles[bundle])
	}
	for _, layer := range layers {
		for key, value := range layer {
			if before, ok := s.values[key]; !ok || before.Level < value.Level {
				s.values[key] = value
			}
		}
	}
	return s
}

// Keys returns the keys that something is said about, sorted.
func (s *Set) Keys() []string { return slices.Sorted(maps.Keys(s.values)) }

// Error is a setting that can't be used.
type Error struct {
	Place  string // "gobundle.toml", "gobundle.toml, [bundle.app]", "GOBUNDLE_PRE"
	Key    string // "" when the place as a whole is wrong
	Reason string // continues a sentence that starts with the key or the place
	Near   []string
}

func (e *Error) Error() string {
	if e.Key == "" {
		return e.Place + " " + e.Reason
	}
	return fmt.Sprintf("%s: %s %s", e.Place, e.Key, e.Reason)
}

// fromVariable reads a variable's value for a key. Lists are words between
// blanks or, where there are several lines and it isn't pip's, lines.
func fromVariable(key Key, text, place string, level Level) (Value, error) {
	v := Value{Level: level, From: place}
	switch key.Kind {
	case Switch:
		on, ok := map[string]string{
			"1": "true", "true": "true", "t": "true", "yes": "true", "y": "true", "on": "true",
			"0": "false", "false": "false", "f": "false", "no": "false", "n": "false", "off": "false",
		}[strings.ToLower(strings.TrimSpace(text))]
		if !ok {
			return v, &Error{Place: place, Reason: fmt.Sprintf("must be 1 or 0, not %q", text)}
		}
		v.Words = []string{on}
	case List:
		v.Words = words(text, level)
	default:
		v.Words = []string{strings.TrimSpace(text)}
	}
	return v, nil
}

func words(text string, level Level) []string {
	if text = strings.TrimSpace(text); level == Pip || !strings.Contains(text, "\n") {
		return strings.Fields(text)
	}
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Variables reads the variables of the keys. An empty one says nothing.
func Variables(keys []Key, getenv func(string) string) (map[string]Value, error) {
	values := map[string]Value{}
	for _, key := range keys {
		if key.Variable == "" {
			continue
		}
		text := getenv(key.Variable)
		if strings.TrimSpace(text) == "" {
			continue
		}
		v, err := fromVariable(key, text, key.Variable, Environment)
		if err != nil {
			return nil, err
		}
		values[key.Name] = v
	}
	return values, nil
}
