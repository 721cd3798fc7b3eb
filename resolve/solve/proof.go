package solve

// proof is a derivation made ready for the report: a copy without the steps that a reader would take for repetitions.
type proof struct {
	copies map[*incompatibility]*incompatibility
}

func (s *solver) simplified(failure *incompatibility) *incompatibility {
	p := proof{copies: make(map[*incompatibility]*incompatibility)}
	return p.simplify(failure)
}

// simplify returns i without the steps that draw on the same statement as the step after them. One requirement with
// extras is several facts: that the project is needed, and each extra.
func (p *proof) simplify(i *incompatibility) *incompatibility {
	if i.fact != nil {
		return i
	}
	if known, ok := p.copies[i]; ok {
		return known
	}
	c := &incompatibility{terms: i.terms, left: p.simplify(i.left), right: p.simplify(i.right)}
	p.copies[i] = c
	derived, f := split(c)
	if f == nil {
		return c
	}
	for {
		prior, priorFact := split(derived)
		if priorFact == nil || !f.repeats(priorFact) {
			break
		}
		derived = prior
	}
	c.left, c.right = derived, f
	return c
}

// split returns the causes of i if one is derived and one a fact; f is nil otherwise.
func split(i *incompatibility) (derived, f *incompatibility) {
	switch {
	case i.fact != nil || (i.left.fact == nil) == (i.right.fact == nil):
		return nil, nil
	case i.left.fact != nil:
		return i.right, i.left
	}
	return i.left, i.right
}

// repeats reports whether i and j are facts that come from one requirement.
func (i *incompatibility) repeats(j *incompatibility) bool {
	a, b := i.fact, j.fact
	if a.kind != requires || b.kind != requires || a.of != b.of || a.extra != b.extra || a.on.project != b.on.project {
		return false
	}
	if a.on == b.on || a.dependency.from != b.dependency.from || a.dependency.text() != b.dependency.text() {
		return false
	}
	if a.of == nil {
		return true
	}
	one, _ := i.about(a.of.node)
	other, _ := j.about(b.of.node)
	return one.states.equal(other.states)
}

// explained is a fact of a proof, with what a conclusion is drawn from beside it, and the conclusion.
type explained struct {
	*incompatibility
	beside, into *incompatibility
}

// facts returns the facts that failure was derived from, each once, the deepest first.
func facts(failure *incompatibility) []explained {
	var found []explained
	seen := make(map[*incompatibility]bool)
	var visit func(e explained)
	visit = func(e explained) {
		if seen[e.incompatibility] {
			return
		}
		seen[e.incompatibility] = true
		if e.fact != nil {
			found = append(found, e)
			return
		}
		visit(explained{e.left, e.right, e.incompatibility})
		visit(explained{e.right, e.left, e.incompatibility})
	}
	visit(explained{failure, &incompatibility{}, failure})
	return found
}

// dependents returns the versions that e, a requirement of a distribution, is needed for.
func (e explained) dependents() set {
	t, _ := e.about(e.fact.of.node)
	if c, ok := e.into.about(t.node); ok && c.positive() && c.states.overlaps(t.states) {
		return c.states.and(t.states)
	}
	return t.states
}

// concerned returns the versions that e, a fact about problems, is needed for.
func (e explained) concerned() set {
	t, _ := e.about(e.fact.of.node)
	if other, ok := e.beside.about(t.node); ok {
		return t.states.without(other.states)
	}
	return t.states
}
