package pep508

import (
	"fmt"
	"strings"
)

// maxDepth is how many parentheses may be open at once: enough for any marker, and too few to exhaust a stack.
const maxDepth = 200

// ParseMarker reads a marker. The error is a *[SyntaxError].
func ParseMarker(s string) (*Marker, error) {
	p := &parser{text: s}
	g, err := p.markerToEnd()
	if err != nil {
		return nil, err
	}
	return &Marker{root: g}, nil
}

func (p *parser) markerToEnd() (group, error) {
	g, err := p.group(0)
	if err != nil {
		return group{}, err
	}
	if !p.atEnd() {
		return group{}, p.fail(p.pos, `expected "and", "or" or the end of the marker`)
	}
	return g, nil
}

// group reads term (("and" | "or") term)*, and the space around it.
func (p *parser) group(depth int) (group, error) {
	var g group
	for {
		p.skipSpace()
		t, err := p.term(depth)
		if err != nil {
			return group{}, err
		}
		g.terms = append(g.terms, t)
		p.skipSpace()
		switch {
		case p.takeWord("or"):
			g.or = append(g.or, true)
		case p.takeWord("and"):
			g.or = append(g.or, false)
		default:
			if len(g.terms) == 1 && t.group != nil {
				return *t.group, nil
			}
			return g, nil
		}
	}
}

// term reads "(" group ")" | comparison
func (p *parser) term(depth int) (term, error) {
	start := p.pos
	if !p.take('(') {
		return p.comparison()
	}
	if depth++; depth > maxDepth {
		return term{}, p.fail(start, fmt.Sprintf("more than %d open parentheses", maxDepth))
	}
	g, err := p.group(depth)
	if err != nil {
		return term{}, err
	}
	if !p.take(')') {
		return term{}, p.fail(start, `expected "and", "or" or ")" in the marker`)
	}
	return g.term(), nil
}

// comparison reads operand operator operand
func (p *parser) comparison() (term, error) {
	var c Comparison
	var err error
	if c.Left, err = p.operand(); err != nil {
		return term{}, err
	}
	p.skipSpace()
	if c.Op, err = p.operator(); err != nil {
		return term{}, err
	}
	p.skipSpace()
	if c.Right, err = p.operand(); err != nil {
		return term{}, err
	}
	switch {
	case isNameVariable(c.Left.Variable) && c.Right.Variable == "":
		c.Right.Value = NormalizeName(c.Right.Value)
	case isNameVariable(c.Right.Variable) && c.Left.Variable == "":
		c.Left.Value = NormalizeName(c.Left.Value)
	}
	return c.term(), nil
}

// isNameVariable reports whether the variable is compared with normalised names (PEP 685).
func isNameVariable(variable string) bool {
	return variable == "extra" || variable == "extras" || variable == "dependency_groups"
}

// markerVariables lists the variables, and older spellings with the name that they have now.
var markerVariables = [...]struct{ spelling, name string }{
	{"python_version", "python_version"},
	{"python_full_version", "python_full_version"},
	{"os_name", "os_name"},
	{"os.name", "os_name"},
	{"sys_platform", "sys_platform"},
	{"sys.platform", "sys_platform"},
	{"platform_release", "platform_release"},
	{"platform_system", "platform_system"},
	{"platform_version", "platform_version"},
	{"platform.version", "platform_version"},
	{"platform_machine", "platform_machine"},
	{"platform.machine", "platform_machine"},
	{"platform_python_implementation", "platform_python_implementation"},
	{"platform.python_implementation", "platform_python_implementation"},
	{"python_implementation", "platform_python_implementation"},
	{"implementation_name", "implementation_name"},
	{"implementation_version", "implementation_version"},
	{"extra", "extra"},
	{"extras", "extras"},
	{"dependency_groups", "dependency_groups"},
}

// operand reads a variable or a literal in quotes.
func (p *parser) operand() (Operand, error) {
	for _, v := range markerVariables {
		if p.takeWord(v.spelling) {
			return Operand{Variable: v.name}, nil
		}
	}
	start := p.pos
	if !p.at('\'') && !p.at('"') {
		return Operand{}, p.fail(start, "expected a marker variable or a text in quotes")
	}
	length := strings.IndexByte(p.text[start+1:], p.text[start])
	if length < 0 {
		return Operand{}, p.fail(start, "expected a closing quote")
	}
	p.pos = start + 1 + length + 1
	value, reason := unquote(p.text[start+1 : p.pos-1])
	if reason != "" {
		return Operand{}, p.fail(start, reason)
	}
	return Operand{Value: value}, nil
}

// operator reads one of the comparison operators.
func (p *parser) operator() (string, error) {
	for _, op := range [...]string{"===", "==", "~=", "!=", "<=", ">=", "<", ">"} {
		if strings.HasPrefix(p.rest(), op) {
			p.pos += len(op)
			return op, nil
		}
	}
	if p.takeWord("in") {
		return "in", nil
	}
	if p.takeWord("not") {
		p.skipSpace()
		if !p.takeWord("in") {
			return "", p.fail(p.pos, `expected "in" after "not"`)
		}
		return "not in", nil
	}
	return "", p.fail(p.pos, "expected an operator: one of ===, ==, ~=, !=, <=, >=, <, >, in, not in")
}
