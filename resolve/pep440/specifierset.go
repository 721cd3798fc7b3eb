package pep440

import (
	"slices"
	"strings"
)

// SpecifierSet is a conjunction of clauses. The zero SpecifierSet has none and contains every version.
type SpecifierSet struct {
	clauses []Specifier
}

// ParseSpecifierSet reads clauses separated by commas; empty ones are skipped. The error is a *[SpecifierError].
func ParseSpecifierSet(s string) (SpecifierSet, error) {
	var set SpecifierSet
	if skipSpace(s, 0) < len(s) {
		set.clauses = make([]Specifier, 0, 1+strings.Count(s, ","))
	}
	for start := 0; start <= len(s); {
		text := s[start:]
		if comma := strings.IndexByte(text, ','); comma >= 0 {
			text = text[:comma]
		}
		if skipSpace(text, 0) < len(text) {
			spec, offset, reason := parseSpecifier(text)
			if reason != "" {
				return SpecifierSet{}, &SpecifierError{Input: s, Offset: start + offset, Reason: reason}
			}
			set.clauses = append(set.clauses, spec)
		}
		start += len(text) + 1
	}
	return set, nil
}

// MustParseSpecifierSet is [ParseSpecifierSet] for constants and tests. It panics where that returns an error.
func MustParseSpecifierSet(s string) SpecifierSet {
	set, err := ParseSpecifierSet(s)
	if err != nil {
		panic(err)
	}
	return set
}

// SetOf returns the conjunction of clauses.
func SetOf(clauses ...Specifier) SpecifierSet {
	return SpecifierSet{clauses: slices.Clone(clauses)}
}

// String returns the clauses sorted by their text and joined by commas, each once, as packaging's str() does.
func (s SpecifierSet) String() string {
	switch len(s.clauses) {
	case 0:
		return ""
	case 1:
		return s.clauses[0].String()
	}
	sorted := slices.Clone(s.clauses)
	slices.SortStableFunc(sorted, func(a, b Specifier) int { return strings.Compare(a.String(), b.String()) })
	var b strings.Builder
	seen := make(map[string]bool, len(sorted))
	for _, clause := range sorted {
		key := clause.canonical()
		if seen[key] {
			continue
		}
		seen[key] = true
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(clause.String())
	}
	return b.String()
}

// Clauses returns the clauses in the order they were written.
func (s SpecifierSet) Clauses() []Specifier { return slices.Clone(s.clauses) }

// IsEmpty reports whether s has no clauses.
func (s SpecifierSet) IsEmpty() bool { return len(s.clauses) == 0 }

// And returns the conjunction of s and t.
func (s SpecifierSet) And(t SpecifierSet) SpecifierSet {
	if len(s.clauses) == 0 {
		return t
	}
	return SpecifierSet{clauses: append(slices.Clip(s.clauses), t.clauses...)}
}

// Contains reports whether v satisfies every clause; pre-releases are allowed.
func (s SpecifierSet) Contains(v Version) bool {
	for i := range s.clauses {
		if !s.clauses[i].Contains(v) {
			return false
		}
	}
	return true
}

// NamesPrerelease reports whether a clause other than != names a pre-release: then pre-releases are welcome (PEP 440,
// "Handling of pre-releases").
func (s SpecifierSet) NamesPrerelease() bool {
	for i := range s.clauses {
		if s.clauses[i].namesPrerelease() {
			return true
		}
	}
	return false
}
