package solve

// propagate derives everything that follows for the nodes in changed, resolving conflicts as they come up. It returns
// the incompatibility without terms if there is no solution, else nil.
func (s *solver) propagate(changed ...*node) *incompatibility {
	queue := changed
	for _, n := range queue {
		n.queued = true
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		n.queued = false
		n.sweep()
		// From new to old: what was learned last is the most general.
		for k := len(n.mentions) - 1; k >= 0; k-- {
			i := n.mentions[k].i
			if n.mentions[k].isOpen() || i.dead {
				continue
			}
			relation, open := relate(i)
			switch relation {
			case inconclusive:
				continue
			case contradicted:
				s.bury(i)
				continue
			case satisfied:
				learned := s.resolveConflict(i)
				if len(learned.terms) == 0 {
					return learned
				}
				for _, m := range queue {
					m.queued = false
				}
				queue = queue[:0]
				i = learned
				_, open = relate(learned)
			}
			s.derive(open, i)
			if !open.node.queued {
				open.node.queued = true
				queue = append(queue, open.node)
			}
			if relation == satisfied {
				break
			}
		}
	}
	return nil
}

// resolveConflict finds the root cause of a satisfied incompatibility and takes the partial solution back to where the
// cause is almost satisfied. It returns the cause; one without terms means that there is no solution.
func (s *solver) resolveConflict(conflict *incompatibility) *incompatibility {
	i := conflict
	for len(i.terms) > 0 {
		last, before := -1, -1 // positions of the satisfier, and of the one before
		var subject term       // the satisfier's
		for _, t := range i.terms {
			switch at := s.satisfier(t); {
			case at > last:
				last, before, subject = at, last, t
			case at > before:
				before = at
			}
		}
		satisfier := s.trail[last]
		if !satisfier.own.subsetOf(subject.states) {
			before = max(before, s.satisfierWith(subject, satisfier.own))
		}
		level := 0
		if before >= 0 {
			level = s.trail[before].level
		}
		if level < satisfier.level {
			if before >= 0 && s.trail[before].node.project != satisfier.node.project {
				blame(satisfier.node.project, s.trail[before].node.project)
			}
			for _, t := range i.terms {
				t.node.project.conflicts++
			}
			s.backtrack(level)
			if i != conflict {
				s.add(i)
			}
			return i
		}
		i = i.resolvent(satisfier.cause, subject.node)
	}
	return i
}
