package solve

import (
	"context"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// A project is a node with candidates, and the extras that anything requires of it.
type project struct {
	name     string
	node     *node
	elements []element // ascending; state i+1 of the node is element i
	missing  *NotFound // the project is on no index, and no direct reference is known
	extras   map[string]*node
	byUser   bool

	unusable set // the states of elements with a problem
	// late are the states of pre-releases that only distributions ask for: they come after the final releases, unless
	// one of those that ask has been selected.
	late set
	// fallback are the states of candidates that come after all others.
	fallback set
	// guarded are the states of direct references that only distributions have. Such a one is picked only when a
	// distribution that refers to it has been selected.
	guarded set
	askers  []asker

	tries    int // of its versions
	batch    int // the number of tries at which the next candidates are announced
	expanded map[expansion]bool
	standing
}

// element is a candidate as the solver sees it.
type element struct {
	*Candidate
	direct  string   // identifies the direct reference that it comes from
	problem *problem // why it can't be picked; nil if it can
	release *release // once it has been read
}

// expansion is a version whose requirements have been turned into incompatibilities, without extra or for one.
type expansion struct {
	state int
	extra string
}

// asker is a version, of an extra or not, that asks for pre-releases of a project or refers to one by URL.
type asker struct {
	project *project
	state   int
	extra   *node
	direct  string // the reference; empty: it asks for pre-releases
}

func (a asker) selected() bool {
	return a.project.node.decided == a.state && (a.extra == nil || a.extra.selected())
}

// problem is why a candidate can't be picked.
type problem struct {
	kind   problemKind
	text   string
	remedy string // one action, or empty
}

type problemKind int

const (
	wrongPython      problemKind = iota // text is its Requires-Python
	wrongTarget                         // text says why
	unusableMetadata                    // text says why
	yanked                              // text is the reason, or empty
	isPrerelease
)

// project returns a project, which it looks up on first mention.
func (s *solver) project(ctx context.Context, name string) (*project, error) {
	if p, ok := s.projects[name]; ok {
		return p, nil
	}
	p := &project{
		name:     name,
		extras:   make(map[string]*node),
		expanded: make(map[expansion]bool),
		batch:    firstBatch,
	}
	users := s.rules.urls[name]
	for _, d := range users {
		if _, err := s.direct(ctx, d); err != nil {
			return nil, err
		}
	}
	if len(users) == 0 {
		l, err := s.listing(ctx, name)
		if err != nil {
			return nil, err
		}
		p.missing = l.missing
		p.elements = make([]element, len(l.candidates), len(l.candidates)+len(s.directs[name]))
		for i := range l.candidates {
			p.elements[i].Candidate = &l.candidates[i]
		}
	}
	for _, d := range s.directs[name] {
		if d.problem == "" {
			p.elements = append(p.elements, element{Candidate: &d.candidate, direct: d.url})
			p.missing = nil
		}
	}
	if len(s.directs[name]) > 0 {
		slices.SortStableFunc(p.elements, func(a, b element) int { return a.Version.Compare(b.Version) })
	}
	s.projects[name] = p
	p.node = s.newNode(p, "")
	s.judge(p)
	for _, d := range s.rules.constraints[name] {
		s.constrain(p, d)
	}
	return p, nil
}

// extra returns the node of an extra.
func (s *solver) extraNode(p *project, extra string) *node {
	n, ok := p.extras[extra]
	if !ok {
		n = s.newNode(p, extra)
		p.extras[extra] = n
		s.extras = append(s.extras, n)
	}
	return n
}

func (s *solver) newNode(p *project, extra string) *node {
	n := &node{id: len(s.nodes), project: p, extra: extra, decided: -1}
	n.all = fullSet(n.states())
	n.now = n.all
	s.nodes = append(s.nodes, n)
	return n
}

// judge finds the problems of p's candidates.
func (s *solver) judge(p *project) {
	states := p.node.states()
	p.unusable, p.late, p.fallback, p.guarded = newSet(states), newSet(states), newSet(states), newSet(states)
	final := false // whether there is a final release to pick
	for i := range p.elements {
		e := &p.elements[i]
		switch {
		case !s.pythonFits(e.RequiresPython):
			e.problem = &problem{kind: wrongPython, text: e.RequiresPython}
		case e.Unusable != "":
			e.problem = &problem{wrongTarget, e.Unusable, e.Remedy}
		case e.Yanked && !s.mayBeYanked(p, e):
			e.problem = &problem{kind: yanked, text: e.YankedReason}
		case e.direct == "" && !e.Version.IsPrerelease():
			final = true
		}
		if e.direct != "" && len(s.rules.urls[p.name]) == 0 {
			p.guarded.add(i + 1)
		}
		if e.Fallback {
			p.fallback.add(i + 1)
		}
	}
	for i := range p.elements {
		e := &p.elements[i]
		if e.problem == nil && e.direct == "" && e.Version.IsPrerelease() {
			switch s.welcomes(p, final) {
			case never:
				e.problem = &problem{kind: isPrerelease}
			case ifAsked:
				p.late.add(i + 1)
			}
		}
		if e.problem != nil {
			p.unusable.add(i + 1)
		}
	}
	if !p.unusable.isEmpty() {
		s.addFact(&fact{kind: hasProblem, of: p}, term{p.node, p.unusable})
	}
}

// welcome is how pre-releases of a project are taken.
type welcome int

const (
	never welcome = iota
	ifAsked
	always
)

func (s *solver) welcomes(p *project, final bool) welcome {
	switch {
	case s.rules.Prereleases == Disallow:
		return never
	case s.rules.Prereleases == Allow, s.rules.asks[p.name], !final:
		return always
	case s.asked[p.name]:
		return ifAsked
	}
	return never
}

// mayBeYanked reports whether the yanked e can be picked all the same: because it is preferred, or because the user
// pins it and everything else that the pin allows is yanked too.
func (s *solver) mayBeYanked(p *project, e *element) bool {
	if v, ok := s.rules.prefs[p.name]; ok && v.Equal(e.Version) {
		return true
	}
	return slices.ContainsFunc(s.rules.pins[p.name], func(pin pep440.Specifier) bool {
		return pin.Contains(e.Version) && !slices.ContainsFunc(p.elements, func(other element) bool {
			return !other.Yanked && other.direct == "" && other.Unusable == "" && s.pythonFits(other.RequiresPython) &&
				pin.Contains(other.Version)
		})
	})
}

// matching returns the states of p that d allows.
func (p *project) matching(d dependency) set {
	states := newSet(p.node.states())
	if d.url != "" {
		url := canonicalURL(d.url)
		for i := range p.elements {
			if p.elements[i].direct == url {
				states.add(i + 1)
			}
		}
		return states
	}
	if d.specifier.IsEmpty() {
		return p.node.all.without(singleton(p.node.states(), absent))
	}
	versions := d.specifier.Range()
	for i := range p.elements {
		if versions.Contains(p.elements[i].Version) {
			states.add(i + 1)
		}
	}
	return states
}

// element returns the element that a state stands for.
func (p *project) element(state int) *element { return &p.elements[state-1] }
