package lockfile

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// narrow takes the variables of lock files out of a marker, given the extras and
// groups. If nothing is left that depends on the environment, it is the truth.
func narrow(m *pep508.Marker, extras, groups []string) (narrowed *pep508.Marker, truth *bool, err error) {
	return narrowBy(m, func(c pep508.Comparison) (bool, bool, error) {
		if variable := c.Variable(); variable != "extras" && variable != "dependency_groups" {
			return false, false, nil
		}
		marker, err := pep508.ParseMarker(c.String())
		if err != nil {
			return false, false, err
		}
		truth, err := marker.EvaluateLocked(pep508.Environment{}, extras, groups)
		return truth, true, err
	})
}

// Consult returns what is left of a distribution's marker when it is evaluated for
// one extra, "" for none. It is false if nothing is left.
func Consult(m *pep508.Marker, extra string, truth bool) (Consulted, bool) {
	narrowed, constant, err := narrowBy(m, func(c pep508.Comparison) (bool, bool, error) {
		if c.Variable() != "extra" {
			return false, false, nil
		}
		truth, err := c.Evaluate(pep508.Environment{}, extra)
		return truth, true, err
	})
	return Consulted{Marker: narrowed, Truth: truth}, err == nil && constant == nil
}

// settler says whether a comparison has a truth already, and which.
type settler func(c pep508.Comparison) (truth, settled bool, err error)

func narrowBy(m *pep508.Marker, settle settler) (narrowed *pep508.Marker, truth *bool, err error) {
	n, truth, err := settle.node(m.Tree())
	if err != nil || truth != nil {
		return nil, truth, err
	}
	narrowed, err = pep508.ParseMarker(nodeText(n))
	return narrowed, nil, err
}

// node returns what is left of a node, or its truth.
func (settle settler) node(n pep508.Node) (left pep508.Node, constant *bool, err error) {
	switch n := n.(type) {
	case pep508.And:
		nodes, constant, err := settle.nodes(n.Nodes, false)
		if constant != nil || err != nil || len(nodes) == 1 {
			return first(nodes), constant, err
		}
		return pep508.And{Nodes: nodes}, nil, nil
	case pep508.Or:
		nodes, constant, err := settle.nodes(n.Nodes, true)
		if constant != nil || err != nil || len(nodes) == 1 {
			return first(nodes), constant, err
		}
		return pep508.Or{Nodes: nodes}, nil, nil
	}
	c, _ := n.(pep508.Comparison)
	truth, settled, err := settle(c)
	if err != nil || !settled {
		return n, nil, err
	}
	return nil, &truth, nil
}

func first(nodes []pep508.Node) pep508.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// nodes returns what is left of the parts of a conjunction or, where true is
// decisive, of a disjunction.
func (settle settler) nodes(nodes []pep508.Node, decisive bool) ([]pep508.Node, *bool, error) {
	var left []pep508.Node
	for _, n := range nodes {
		narrowed, constant, err := settle.node(n)
		switch {
		case err != nil:
			return nil, nil, err
		case constant == nil:
			left = append(left, narrowed)
		case *constant == decisive:
			return nil, constant, nil
		}
	}
	if len(left) == 0 {
		settled := !decisive
		return nil, &settled, nil
	}
	return left, nil, nil
}

// nodeText writes a marker's tree.
func nodeText(n pep508.Node) string {
	switch n := n.(type) {
	case pep508.And:
		return joined(n.Nodes, " and ")
	case pep508.Or:
		return joined(n.Nodes, " or ")
	case pep508.Comparison:
		return n.String()
	}
	return ""
}

func joined(nodes []pep508.Node, word string) string {
	texts := make([]string, len(nodes))
	for i, n := range nodes {
		texts[i] = nodeText(n)
		if _, single := n.(pep508.Comparison); !single {
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, word)
}

// negated returns the tree that is true where n is not. It is false where a
// comparison has no opposite.
func negated(n pep508.Node) (pep508.Node, bool) {
	switch n := n.(type) {
	case pep508.And:
		nodes, ok := negatedNodes(n.Nodes)
		return pep508.Or{Nodes: nodes}, ok
	case pep508.Or:
		nodes, ok := negatedNodes(n.Nodes)
		return pep508.And{Nodes: nodes}, ok
	case pep508.Comparison:
		opposites := []string{"==", "!=", "<", ">=", ">", "<=", "in", "not in"}
		i := slices.Index(opposites, n.Op)
		if i < 0 {
			return nil, false
		}
		n.Op = opposites[i^1]
		return n, true
	}
	return nil, false
}

func negatedNodes(nodes []pep508.Node) ([]pep508.Node, bool) {
	opposite := make([]pep508.Node, len(nodes))
	for i, n := range nodes {
		var ok bool
		if opposite[i], ok = negated(n); !ok {
			return nil, false
		}
	}
	return opposite, true
}
