package solve

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// phrase is a part of a sentence.
type phrase struct {
	text   string
	plural bool // as a subject
}

// versionsOf says which of p's versions a set of states is, by versions that exist: "every version of a", "a 1.0.0",
// "a >=1.2", "a 1.0.0 and 1.2.0". Versions with a problem count as either in or out, whichever is shorter: they are
// not what the sentence is about.
func (p *project) versionsOf(states set) phrase {
	ignored := p.problems()
	if states.without(ignored).without(singleton(p.node.states(), absent)).isEmpty() {
		return p.exactVersionsOf(states)
	}
	return p.describe(states, ignored)
}

// exactVersionsOf is versionsOf where versions with a problem do count.
func (p *project) exactVersionsOf(states set) phrase {
	if len(p.elements) == 1 {
		return phrase{text: p.name + " " + p.elements[0].Version.String()}
	}
	return p.describe(states, newSet(p.node.states()))
}

func (p *project) describe(states, ignored set) phrase {
	runs, outside := p.runs(states, ignored)
	switch {
	case outside == 0 && ignored.isEmpty():
		return phrase{text: "every version of " + p.name}
	case outside == 0 && (len(runs) != 1 || runs[0].first != runs[0].last):
		return phrase{text: "every usable version of " + p.name}
	}
	var pieces []string
	for _, r := range runs {
		pieces = append(pieces, r.pieces()...)
	}
	if others, inside := p.runs(p.node.all.without(states).without(singleton(p.node.states(), absent)), ignored); inside > 0 {
		var exceptions []string
		for _, r := range others {
			exceptions = append(exceptions, r.pieces()...)
		}
		if len(pieces) > 2 && len(exceptions) < len(pieces) {
			return phrase{text: "every version of " + p.name + " but " + list(exceptions, "and")}
		}
	}
	if len(pieces) > maxPieces {
		rest := len(pieces) - maxPieces + 1
		pieces = append(pieces[:maxPieces-1:maxPieces-1], count(rest, "other", "others"))
	}
	return phrase{text: p.name + " " + list(pieces, "and"), plural: len(pieces) > 1}
}

// maxPieces is how many intervals of versions a sentence lists before it says "others".
const maxPieces = 5

// asObject turns a subject into what follows "requires": any one of the versions.
func (p *project) asObject(states set) string {
	text := p.versionsOf(states).text
	if rest, ok := strings.CutPrefix(text, "every version of "+p.name); ok {
		return strings.TrimSpace(p.name + strings.Replace(rest, " but ", " other than ", 1))
	}
	if text == "every usable version of "+p.name {
		return p.name
	}
	return strings.Replace(text, " and ", " or ", 1)
}

// versionRun is a stretch of candidates that a set holds.
type versionRun struct {
	first, last *element
	size        int
	next        *element // the candidate above, nil if there is none
	lowest      bool     // no candidate is below
}

// pieces returns the texts of r: one, or two for a pair in the middle.
func (r versionRun) pieces() []string {
	first := r.first.Version.String()
	switch {
	case r.size == 1 && r.first.direct != "":
		return []string{"@ " + r.first.Direct}
	case r.size == 1:
		return []string{first}
	case r.next == nil:
		return []string{">=" + first}
	case r.lowest:
		return []string{"<" + r.next.Version.String()}
	case r.size == 2:
		return []string{first, r.last.Version.String()}
	}
	return []string{">=" + first + ",<" + r.next.Version.String()}
}

// runs divides the candidates that are not ignored into runs that states holds; outside is how many it doesn't hold.
func (p *project) runs(states, ignored set) (runs []versionRun, outside int) {
	inside, below := false, 0
	for i := range p.elements {
		if ignored.has(i + 1) {
			continue
		}
		e := &p.elements[i]
		switch {
		case !states.has(i + 1):
			if inside {
				runs[len(runs)-1].next = e
			}
			inside = false
			outside++
		case inside:
			runs[len(runs)-1].last = e
			runs[len(runs)-1].size++
		default:
			runs = append(runs, versionRun{first: e, last: e, size: 1, lowest: below == 0})
			inside = true
		}
		below++
	}
	return runs, outside
}

// problems returns the states of the candidates that have one.
func (p *project) problems() set {
	s := newSet(p.node.states())
	for i := range p.elements {
		if p.elements[i].problem != nil {
			s.add(i + 1)
		}
	}
	return s
}

// list joins words as in "a, b and c".
func list(words []string, conjunction string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + conjunction + " " + words[n-1]
	}
}

// text says what a dependency is on, as in "b[x] >=1,<2"; "==1.0" alone is just "1.0".
func (d dependency) text() string {
	text := withExtras(d.name, d.extras)
	if d.url != "" {
		return text + " @ " + d.url
	}
	clauses := d.specifier.Clauses()
	if len(clauses) == 0 {
		return text
	}
	if len(clauses) == 1 && clauses[0].Operator() == "==" && isPin(clauses[0]) {
		return text + " " + clauses[0].Version()
	}
	slices.SortStableFunc(clauses, func(a, b pep440.Specifier) int {
		return clauseOrder(a) - clauseOrder(b)
	})
	words := make([]string, len(clauses))
	for i, clause := range clauses {
		words[i] = clause.String()
	}
	return text + " " + strings.Join(words, ",")
}

// clauseOrder puts lower bounds before upper ones and exceptions last.
func clauseOrder(clause pep440.Specifier) int {
	return strings.Index("> >= ~= == === < <= !=", clause.Operator())
}
