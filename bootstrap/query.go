package bootstrap

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed query.py
var query string

//go:embed gobundle_bootstrap/facts.py
var facts string

//go:embed gobundle_bootstrap/asked.py
var asked string

// Asked returns a program for any Python 3.6 or newer, to be given to it with -c. Its
// argument is "described", in a virtual environment, or "compiled"; asked.py says what
// these read and print.
func Asked() string { return asked }

// Query returns a program for any Python, to be given to it with -c. It prints who
// the interpreter is, as one line of JSON after its first argument. What the choice
// among a bundle's targets depends on it asks by the code that asks at run time.
//
// A Python before 3.6 answers with version and version_info alone.
func Query() string {
	// A JSON text of ASCII is a literal of every Python, too.
	literal, err := json.Marshal(facts)
	if err != nil {
		panic(err) // a text is always JSON
	}
	return strings.Replace(query, "@FACTS@", string(literal), 1)
}
