package pep508

// Node is a node of a marker's tree: an [And], an [Or] or a [Comparison].
type Node interface{ isNode() }

// And is true where all of its two or more nodes are.
type And struct{ Nodes []Node }

// Or is true where any of its two or more nodes is.
type Or struct{ Nodes []Node }

func (And) isNode()        {}
func (Or) isNode()         {}
func (Comparison) isNode() {}

// Tree returns the marker with its precedence resolved, nil for a nil Marker. Literals that are compared with
// "extra", "extras" and "dependency_groups" are normalised.
func (m *Marker) Tree() Node {
	if m == nil {
		return nil
	}
	return m.root.node()
}

func (g *group) node() Node {
	var alternatives, conjunction []Node
	for i, t := range g.terms {
		if i > 0 && g.or[i-1] {
			alternatives = append(alternatives, conjunctionOf(conjunction))
			conjunction = nil
		}
		if t.group != nil {
			conjunction = append(conjunction, t.group.node())
		} else {
			conjunction = append(conjunction, t.comparison)
		}
	}
	if alternatives == nil {
		return conjunctionOf(conjunction)
	}
	return Or{append(alternatives, conjunctionOf(conjunction))}
}

func conjunctionOf(nodes []Node) Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	return And{nodes}
}
