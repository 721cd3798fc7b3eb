package solve

import "context"

// origin is whose requirement one is: the user's if project is nil, else a version's, or that of one of its extras.
type origin struct {
	project *project
	state   int
	extra   *node
}

func (o origin) terms() []term {
	if o.project == nil {
		return nil
	}
	terms := []term{o.project.node.is(o.state)}
	if o.extra != nil {
		terms = append(terms, o.extra.is(1))
	}
	return terms
}

// require adds what requirement d of by means.
func (s *solver) require(ctx context.Context, by origin, d dependency) error {
	if err := s.discover(ctx, by, d); err != nil {
		return err
	}
	p, err := s.project(ctx, d.name)
	if err != nil {
		return err
	}
	allowed := p.matching(d)
	s.addRequirement(by, d, p.node, allowed)
	if by.project == nil {
		p.byUser = true
	} else {
		if d.asks {
			p.askers = append(p.askers, asker{project: by.project, state: by.state, extra: by.extra})
		}
		if d.url != "" {
			p.askers = append(p.askers, asker{by.project, by.state, by.extra, canonicalURL(d.url)})
		}
	}
	for _, extra := range d.extras {
		s.addRequirement(by, d, s.extraNode(p, extra), nil)
	}
	if open := p.node.now.and(allowed).without(p.unusable); !open.isEmpty() {
		if e := p.element(s.favourite(p, open)); e.direct == "" {
			s.prefetch(p.name, e.Version)
		}
	}
	return nil
}

// discover takes from a distribution's requirement what it says about the candidates of the project it names: that
// pre-releases are welcome, or that there is one behind a URL. If that comes too late, the error is errRestart.
func (s *solver) discover(ctx context.Context, by origin, d dependency) error {
	if by.project == nil {
		return nil // newRules has seen to it
	}
	p := s.projects[d.name]
	if d.url != "" {
		if isNew, err := s.direct(ctx, d); err != nil {
			return err
		} else if isNew && p != nil {
			return errRestart
		}
	}
	if d.asks && !s.asked[d.name] {
		s.asked[d.name] = true
		if p != nil && s.refusesPrereleases(p, d) {
			return errRestart
		}
	}
	return nil
}

// refusesPrereleases reports whether d allows a pre-release of p that has been ruled out for nothing else.
func (s *solver) refusesPrereleases(p *project, d dependency) bool {
	if s.rules.Prereleases == Disallow {
		return false
	}
	allowed := p.matching(d)
	for state := allowed.lowest(0); state > 0; state = allowed.lowest(state + 1) {
		if e := p.element(state); e.problem != nil && e.problem.kind == isPrerelease {
			return true
		}
	}
	return false
}

// mergeKey is what the requirements of several versions of a project must have in common to become one
// incompatibility. For problems of versions only project is set.
type mergeKey struct {
	project, extra, target *node
	allowed                string
}

// addRequirement adds that by needs target to be in one of the allowed states; nil for an extra.
func (s *solver) addRequirement(by origin, d dependency, target *node, allowed set) {
	f := &fact{kind: requires, of: by.project, extra: by.extra, on: target, dependency: d}
	var not term
	if target.extra != "" {
		not = target.is(absent)
	} else {
		not = target.not(allowed)
	}
	terms := append(by.terms(), not)
	if by.project == nil || target == by.project.node {
		s.addFact(f, terms...)
		return
	}
	s.addMerged(mergeKey{by.project.node, by.extra, target, allowed.key()}, f, terms...)
}

// addMerged adds a fact whose first term is about a version, merged with the same fact about other versions: the
// fewer, wider incompatibilities make for quicker propagation and better explanations.
func (s *solver) addMerged(key mergeKey, f *fact, terms ...term) {
	old := s.widest[key]
	if old != nil {
		before, _ := old.about(key.project)
		if terms[0].states.highest() < before.states.highest() {
			f = old.fact
		}
		terms[0].states = terms[0].states.or(before.states)
		old.merged = true
		for _, t := range old.terms {
			t.node.stale++
		}
	}
	s.widest[key] = s.addFact(f, terms...)
}

// expand adds the requirements of a version: those it has without extras, or those of one extra. It asks for projects
// that have not been heard of only if those that have leave the version possible.
func (s *solver) expand(ctx context.Context, p *project, state int, extra *node) error {
	name := ""
	if extra != nil {
		name = extra.extra
	}
	if p.expanded[expansion{state, name}] {
		return nil
	}
	if err := s.read(ctx, p, state); err != nil {
		return err
	}
	e := p.element(state)
	var requires []dependency
	switch {
	case e.problem != nil:
	case extra != nil:
		requires, _ = s.extra(e.release, name)
	default:
		requires = e.release.requires
	}
	by := origin{p, state, extra}
	var fresh []dependency
	for _, d := range requires {
		if s.projects[d.name] == nil {
			fresh = append(fresh, d)
		} else if err := s.require(ctx, by, d); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		if _, out := s.rulesOut(p.node, state); out {
			return nil
		}
	}
	for _, d := range fresh {
		if d.url == "" {
			s.prefetch(d.name)
		}
	}
	for _, d := range fresh {
		if err := s.require(ctx, by, d); err != nil {
			return err
		}
	}
	p.expanded[expansion{state, name}] = true
	return nil
}

// read gets the metadata of a version.
func (s *solver) read(ctx context.Context, p *project, state int) error {
	e := p.element(state)
	if e.release != nil {
		return nil
	}
	r, err := s.release(ctx, p.name, e.Candidate)
	if err != nil {
		return err
	}
	e.release = r
	p.tries++
	if r.problem != nil {
		e.problem = r.problem
		s.addMerged(mergeKey{project: p.node}, &fact{kind: hasProblem, of: p}, p.node.is(state))
	}
	return nil
}

// expandExtras adds the requirements of extras whose project was decided before they were selected. It returns the
// nodes that have become worth a look.
func (s *solver) expandExtras(ctx context.Context) ([]*node, error) {
	var changed []*node
	for k := 0; k < len(s.extras); k++ { // may grow
		n := s.extras[k]
		state := n.project.node.decided
		if state < 0 || !n.selected() || n.project.expanded[expansion{state, n.extra}] {
			continue
		}
		if err := s.expand(ctx, n.project, state, n); err != nil {
			return nil, err
		}
		changed = append(changed, n)
	}
	return changed, nil
}

// constrain adds what the user's constraint d means for p.
func (s *solver) constrain(p *project, d dependency) {
	refused := p.node.all.without(p.matching(d)).without(singleton(p.node.states(), absent))
	if !refused.isEmpty() {
		s.addFact(&fact{kind: constrains, on: p.node, dependency: d}, term{p.node, refused})
	}
}
