package solve

import (
	"fmt"
	"slices"
	"strings"
)

// report explains a failure, as the section on error reporting of PubGrub's description has it: a line per conclusion,
// a number on those that a later line needs again, and no line for what a reader sees anyway.
type report struct {
	*solver
	uses  map[*incompatibility]int // how many conclusions are drawn from each
	known map[*incompatibility]int // the number of the line that says it; 0 for a line without number
	lines []reportLine
	next  int
}

type reportLine struct {
	text   string
	number int
}

// explain returns the derivation of failure in English.
func (s *solver) explain(failure *incompatibility) string {
	r := &report{solver: s, uses: make(map[*incompatibility]int), known: make(map[*incompatibility]int)}
	if failure.fact != nil {
		return "Because " + r.clause(facts(failure)[0]) + ", " + r.conclusion(failure) + "."
	}
	r.count(failure)
	if steps := len(r.uses) - len(facts(failure)); steps > maxSteps {
		return r.summary(failure, steps)
	}
	r.visit(failure, true, false)
	return r.String()
}

// maxSteps is how many conclusions a derivation may have for anybody to want to read it.
const maxSteps = 60

// summary stands in for a derivation that is too long: it names the user's requirements that it rests on.
func (r *report) summary(failure *incompatibility, steps int) string {
	projects := make(map[*project]bool)
	var own []*incompatibility
	for _, e := range facts(failure) {
		switch f := e.fact; {
		case f.kind == requires && f.of == nil:
			own = append(own, e.incompatibility)
		case f.of != nil:
			projects[f.of] = true
		}
	}
	slices.SortStableFunc(own, func(a, b *incompatibility) int { return a.fact.dependency.order - b.fact.dependency.order })
	var words []string
	for _, i := range own {
		words = append(words, r.object(i))
	}
	return fmt.Sprintf("Because you require %s, and no versions of the %d projects that this leads to go together "+
		"(to show it takes %d steps), your requirements cannot be met.", list(slices.Compact(words), "and"), len(projects), steps)
}

func (r *report) count(i *incompatibility) {
	r.uses[i]++
	if r.uses[i] == 1 && i.fact == nil {
		r.count(i.left)
		r.count(i.right)
	}
}

// write adds a line that concludes i, and numbers it if that is needed later.
func (r *report) write(i *incompatibility, numbered bool, format string, args ...any) {
	line := reportLine{text: fmt.Sprintf(format, args...)}
	if numbered || r.uses[i] > 1 {
		r.next++
		line.number = r.next
	}
	r.known[i] = line.number
	r.lines = append(r.lines, line)
}

// visit explains the derived i. last is whether it is what everything leads to, numbered whether it needs a number in
// any case.
func (r *report) visit(i *incompatibility, last, numbered bool) {
	and := "And"
	if last {
		and = "So,"
	}
	conclusion := r.conclusion(i)
	left, right := i.left, i.right
	switch {
	case left.fact != nil && right.fact != nil:
		r.write(i, numbered, "Because %s, %s.", r.both(explained{left, right, i}, explained{right, left, i}), conclusion)
	case left.fact != nil || right.fact != nil:
		derived, f := split(i)
		if number := r.known[derived]; number > 0 {
			r.write(i, numbered, "Because %s and %s (%d), %s.", r.clause(explained{f, derived, i}), r.conclusion(derived), number, conclusion)
			return
		}
		if prior, priorFact := r.collapsible(derived); prior != nil {
			r.visit(prior, false, false)
			r.write(i, numbered, "%s because %s, %s.", and, r.both(explained{priorFact, prior, derived}, explained{f, derived, i}), conclusion)
			return
		}
		r.visit(derived, false, false)
		r.write(i, numbered, "%s because %s, %s.", and, r.clause(explained{f, derived, i}), conclusion)
	default:
		r.visitBoth(i, left, right, and, conclusion, numbered)
	}
}

// visitBoth explains what follows from two derived incompatibilities.
func (r *report) visitBoth(i, left, right *incompatibility, and, conclusion string, numbered bool) {
	if r.known[left] > 0 && r.known[right] == 0 || r.known[right] == 0 && isSimple(left) {
		left, right = right, left
	}
	short := r.known[right] == 0 && isSimple(right) // needs one line, so that the other needs no number
	switch {
	case r.known[left] > 0:
		r.write(i, numbered, "Because %s (%d) and %s (%d), %s.",
			r.conclusion(left), r.known[left], r.conclusion(right), r.known[right], conclusion)
		return
	case r.known[right] == 0:
		r.visit(left, false, !short)
	default:
		r.visit(left, false, false)
	}
	switch number := r.known[right]; {
	case number > 0: // before, or on the way to left
		r.write(i, numbered, "%s because %s (%d), %s.", and, r.conclusion(right), number, conclusion)
	case short:
		r.visit(right, false, false)
		r.write(i, numbered, "Thus, %s.", conclusion)
	default:
		r.lines = append(r.lines, reportLine{})
		r.visit(right, false, false)
		r.write(i, numbered, "%s because %s (%d), %s.", and, r.conclusion(left), r.known[left], conclusion)
	}
}

// collapsible returns what i is derived from if i needs no line of its own: it follows from a fact and one other
// derived incompatibility, and is used once.
func (r *report) collapsible(i *incompatibility) (prior, f *incompatibility) {
	prior, f = split(i)
	if f == nil || r.uses[i] > 1 || r.known[prior] > 0 {
		return nil, nil
	}
	return prior, f
}

func isSimple(i *incompatibility) bool { return i.left.fact != nil && i.right.fact != nil }

// both joins two facts.
func (r *report) both(a, b explained) string {
	if comesAfter(a, b) {
		a, b = b, a
	}
	one, other := r.clause(a), r.clause(b)
	if a.fact.kind == requires && b.fact.kind == requires {
		if subject, verb := r.subject(a), r.verb(a); subject == r.subject(b) {
			return fmt.Sprintf("%s %s both %s and %s", subject, verb, r.object(a.incompatibility), r.object(b.incompatibility))
		}
		switch {
		case leadsTo(a, b):
			return one + " which depends on " + r.object(b.incompatibility)
		case leadsTo(b, a):
			return other + " which depends on " + r.object(a.incompatibility)
		}
	}
	for _, long := range []string{" and ", ", but "} {
		if strings.Contains(one, long) || strings.Contains(other, long) {
			return one + ", and " + other
		}
	}
	return one + " and " + other
}

// comesAfter reports whether a sentence should have the fact b before a: requirements before problems, the user's in
// their own order, and those of one project in the order of its versions.
func comesAfter(a, b explained) bool {
	if a.fact.kind != b.fact.kind {
		return a.fact.kind > b.fact.kind
	}
	if a.fact.kind != requires || a.fact.of != b.fact.of {
		return false
	}
	if a.fact.of == nil {
		return a.fact.dependency.order > b.fact.dependency.order
	}
	return a.dependents().lowest(1) > b.dependents().lowest(1)
}

// leadsTo reports whether every version that a requires requires what b does.
func leadsTo(a, b explained) bool {
	if b.fact.of == nil || a.fact.on != b.fact.of.node || b.fact.extra != nil {
		return false
	}
	required, ok := a.about(a.fact.on)
	if !ok {
		return false
	}
	depends, _ := b.about(b.fact.of.node)
	return a.fact.on.all.without(required.states).without(a.fact.on.project.problems()).subsetOf(depends.states)
}

// String returns the lines, with numbers in front of all if there are any.
func (r *report) String() string {
	width := 0
	for _, line := range r.lines {
		if line.number > 0 {
			width = max(width, len(fmt.Sprintf("(%d) ", line.number)))
		}
	}
	var b strings.Builder
	for k, line := range r.lines {
		if k > 0 {
			b.WriteByte('\n')
		}
		if line.text == "" {
			continue
		}
		prefix := ""
		if line.number > 0 {
			prefix = fmt.Sprintf("(%d) ", line.number)
		}
		fmt.Fprintf(&b, "%*s%s", width, prefix, line.text)
	}
	return b.String()
}
