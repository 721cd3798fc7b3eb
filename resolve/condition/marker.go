package condition

import (
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// maxDepth is how deep an expression may be nested, which is well below what a manifest allows.
const maxDepth = 32

// Marker returns the marker, evaluated with the extras as [pep508.Marker.Evaluate] does, as an expression. It has a
// truth for the environment e, unless the marker has none there or e has values that no manifest can hold.
func Marker(m *pep508.Marker, extras []string, e pep508.Environment) manifest.Expr {
	if m == nil {
		return manifest.Constant(true)
	}
	truth, err := m.Evaluate(e, extras...)
	if err != nil {
		return unknown()
	}
	if len(extras) == 0 {
		extras = []string{""}
	}
	tree := m.Tree()
	c := compiler{environment: e, variables: map[string]bool{}}
	var alternatives []manifest.Expr
	for _, extra := range extras {
		alternatives = append(alternatives, c.node(tree, extra))
	}
	compiled := anyOf(alternatives...)
	if c.fickle || depth(compiled) > maxDepth {
		return c.pinned(truth)
	}
	return compiled
}

// compiler turns the nodes of one marker into expressions.
type compiler struct {
	environment pep508.Environment
	variables   map[string]bool // those of the environment that were met
	fickle      bool            // the marker has a truth in this environment and may be an error in others
}

func (c *compiler) node(n pep508.Node, extra string) manifest.Expr {
	switch n := n.(type) {
	case pep508.And:
		return all(c.nodes(n.Nodes, extra)...)
	case pep508.Or:
		return anyOf(c.nodes(n.Nodes, extra)...)
	case pep508.Comparison:
		return c.comparison(n, extra)
	default:
		return unknown()
	}
}

func (c *compiler) nodes(nodes []pep508.Node, extra string) []manifest.Expr {
	compiled := make([]manifest.Expr, len(nodes))
	for i, n := range nodes {
		compiled[i] = c.node(n, extra)
	}
	return compiled
}

// pinned has the truth where all variables of the marker have the values that they have here, and elsewhere none.
func (c *compiler) pinned(truth bool) manifest.Expr {
	var operands []manifest.Expr
	for _, variable := range manifest.Variables() {
		if !c.variables[variable] {
			continue
		}
		value := c.value(variable)
		if !isPlain(value) {
			return unknown()
		}
		operands = append(operands, manifest.Same(variable, value, true))
	}
	if !truth {
		return manifest.Not(all(operands...))
	}
	return all(operands...)
}

// value returns the value of a variable as interpreters give it.
func (c *compiler) value(variable string) string {
	if variable == "python_full_version" {
		return c.environment.PythonFullVersion // Lookup repairs it
	}
	value, _ := c.environment.Lookup(variable)
	return value
}

// comparison returns n with the truth that it has here made sure of.
func (c *compiler) comparison(n pep508.Comparison, extra string) manifest.Expr {
	variable := n.Variable()
	truth, err := n.Evaluate(c.environment, extra)
	if err != nil {
		return unknown() // Marker saw to it that this doesn't happen
	}
	if variable == "extra" {
		return manifest.Constant(truth)
	}
	c.variables[variable] = true
	l := leaf{comparison: n, variable: variable, value: c.value(variable), truth: truth}
	var e manifest.Expr
	switch {
	case n.Left.Variable != "":
		e = l.forward()
	case pep508.IsVersionVariable(variable) && !strings.HasSuffix(n.Op, "in"):
		if n.Op == "~=" || n.Op == "===" {
			c.fickle = true // whether the variable's value can follow the operator depends on it
		}
		e = l.reversedVersion()
	default:
		e = l.reversedText()
	}
	return l.settled(e)
}
