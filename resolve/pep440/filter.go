package pep440

// Filter returns those of versions that satisfy s, in their order.
//
// With prereleases true, pre-releases are kept; with false, they are dropped; with nil they are kept where s names
// one, and else only if no final release satisfies s. A text that is no version satisfies only "===" and the set
// without clauses; it counts as neither pre-release nor final release.
func (s SpecifierSet) Filter(versions []string, prereleases *bool) []string {
	keep := prereleases != nil && *prereleases || prereleases == nil && s.NamesPrerelease()
	matches := make([]string, 0, len(versions))
	isPre := make([]bool, 0, len(versions))
	anyFinal := false
	for _, text := range versions {
		v, ok := s.match(text)
		if !ok {
			continue
		}
		matches = append(matches, text)
		isPre = append(isPre, v.IsPrerelease())
		anyFinal = anyFinal || !v.IsZero() && !v.IsPrerelease()
	}
	if keep || prereleases == nil && !anyFinal {
		return matches
	}
	kept := matches[:0]
	for i, text := range matches {
		if !isPre[i] {
			kept = append(kept, text)
		}
	}
	return kept
}

// ContainsText reports whether [SpecifierSet.Filter] keeps text when it is the only one.
func (s SpecifierSet) ContainsText(text string, prereleases *bool) bool {
	v, ok := s.match(text)
	return ok && (prereleases == nil || *prereleases || !v.IsPrerelease())
}

// match reports whether text satisfies every clause, and returns the version that it is, if it is one.
func (s SpecifierSet) match(text string) (v Version, ok bool) {
	v, err := Parse(text)
	for i := range s.clauses {
		clause := &s.clauses[i]
		if clause.operator == arbitrary {
			ok = clause.matchesText(text)
		} else {
			ok = err == nil && clause.Contains(v)
		}
		if !ok {
			return Version{}, false
		}
	}
	return v, true
}
