package pep508

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// Marker is a condition on an [Environment]. A nil Marker is always true.
type Marker struct {
	root group
}

// group is a marker as written: terms with "and" or "or" between them, of which "and" binds tighter.
type group struct {
	terms []term
	or    []bool // or[i] tells whether "or" stands between terms i and i+1
}

// term is a comparison, or a group in parentheses.
type term struct {
	group      *group // nil: a comparison
	comparison Comparison
	specifier  *pep440.Specifier // what the comparison asks of a version, where its literal says so
}

// Comparison compares a variable with a literal text. Op is one of ===, ==, ~=, !=, <=, >=, <, >, in, not in.
type Comparison struct {
	Left, Right Operand
	Op          string
}

// Operand is a variable or a literal text: one of the fields is empty, both for the empty text.
type Operand struct {
	Variable string // spelled with "_", never "."
	Value    string
}

// String returns the comparison as packaging writes it.
func (c Comparison) String() string { return c.Left.String() + " " + c.Op + " " + c.Right.String() }

// String returns the name of the variable, or the literal in quotes.
func (o Operand) String() string {
	if o.Variable != "" {
		return o.Variable
	}
	return quote(o.Value)
}

// term returns c as a part of a group.
func (c Comparison) term() term {
	t := term{comparison: c}
	if spec, ok := c.Specifier(); ok {
		t.specifier = &spec
	}
	return t
}

// Specifier returns what c asks of the version in its variable; ok is false where c compares texts, and where the
// variable stands on the right, since then it is the literal of which the variable asks something.
func (c Comparison) Specifier() (spec pep440.Specifier, ok bool) {
	if !IsVersionVariable(c.Left.Variable) {
		return pep440.Specifier{}, false
	}
	spec, err := pep440.ParseSpecifier(c.Op + c.Right.text())
	return spec, err == nil
}

// text returns the name of the variable, or the literal.
func (o Operand) text() string { return o.Variable + o.Value }

// String returns the marker as packaging writes it: single spaces, double quotes where possible, and only the
// parentheses that were written around more than one comparison. It is "" for a nil Marker.
func (m *Marker) String() string {
	if m == nil {
		return ""
	}
	var b strings.Builder
	m.root.write(&b)
	return b.String()
}

func (g *group) write(b *strings.Builder) {
	for i, t := range g.terms {
		if i > 0 && g.or[i-1] {
			b.WriteString(" or ")
		} else if i > 0 {
			b.WriteString(" and ")
		}
		if t.group == nil {
			b.WriteString(t.comparison.String())
			continue
		}
		b.WriteByte('(')
		t.group.write(b)
		b.WriteByte(')')
	}
}

// And returns the marker that is true where both are.
func (m *Marker) And(n *Marker) *Marker {
	switch {
	case m == nil:
		return n
	case n == nil:
		return m
	}
	return &Marker{root: group{terms: []term{m.root.term(), n.root.term()}, or: []bool{false}}}
}

// term returns g as a part of another group.
func (g group) term() term {
	if len(g.terms) == 1 {
		return g.terms[0]
	}
	return term{group: &g}
}
