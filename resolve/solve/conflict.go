package solve

// Conflict says that a problem has no solution.
type Conflict struct {
	explanation string
	hint        string
}

// Error is the derivation in English, in lines; the last one ends at the user's requirements.
func (c *Conflict) Error() string { return c.explanation }

// Hint is one action that may help, or empty.
func (c *Conflict) Hint() string { return c.hint }

func (s *solver) conflict(failure *incompatibility) *Conflict {
	simple := s.simplified(failure)
	return &Conflict{explanation: s.explain(simple), hint: adviser{s, facts(simple)}.hint()}
}
