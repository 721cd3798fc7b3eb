package solve

// Conflict says that a problem has no solution.
type Conflict struct {
	explanation string
	hint        string
	missing     []string
}

// Error is the derivation in English, in lines; the last one ends at the user's requirements.
func (c *Conflict) Error() string { return c.explanation }

// Hint is one action that may help, or empty.
func (c *Conflict) Hint() string { return c.hint }

// Missing are the names that the user requires and that are nowhere, normalised,
// so far as they are a reason of the failure.
func (c *Conflict) Missing() []string { return c.missing }

func (s *solver) conflict(failure *incompatibility) *Conflict {
	simple := s.simplified(failure)
	reasons := facts(simple)
	c := &Conflict{explanation: s.explain(simple), hint: adviser{s, reasons}.hint()}
	for _, e := range reasons {
		if f := e.fact; f.kind == requires && f.of == nil && f.on.project.missing != nil {
			c.missing = append(c.missing, f.on.project.name)
		}
	}
	return c
}
