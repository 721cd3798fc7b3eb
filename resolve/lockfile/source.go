package lockfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// A Source says what a lock installs in an environment: a [Lock], or what was read
// of another tool's file. It is safe for concurrent use.
type Source interface {
	// Select returns the packages for an environment, each name once. Errors:
	// *UncoveredError, *UnknownNameError, *AmbiguousError, *pep508.EvaluationError.
	Select(w Wanted) (*Selection, error)
}

// Wanted is for whom packages are selected.
type Wanted struct {
	Environment pep508.Environment
	Python      pep440.Version // what Requires-Python is compared with
	// Extras and Groups are those to install. Groups are added to the default
	// ones, unless NoDefaultGroups is set.
	Extras, Groups  []string
	NoDefaultGroups bool
}

// A Selection is what an environment gets.
type Selection struct {
	Packages []*Package // in the order of the lock
	// Consulted are the markers that decided, as they came out.
	Consulted []Consulted
}

// Consulted is a marker without variables of lock files, and its truth.
type Consulted struct {
	Marker *pep508.Marker
	Truth  bool
}

// An UncoveredError says that a lock is not for an environment.
type UncoveredError struct {
	// Reason completes "the lock is not for it: ", as in "it needs Python >=3.9".
	Reason string
	// Environments are the markers of those that it is for, if it lists them.
	Environments []string
}

func (e *UncoveredError) Error() string { return e.Reason }

// An UnknownNameError is an extra or a dependency group that a lock doesn't have.
type UnknownNameError struct {
	Kind  string // "extra" or "dependency group"
	Name  string
	Known []string // what it has, sorted
}

func (e *UnknownNameError) Error() string {
	known := "it has none"
	if len(e.Known) > 0 {
		known = "it has " + strings.Join(e.Known, ", ")
	}
	return fmt.Sprintf("the lock has no %s %s (%s)", e.Kind, e.Name, known)
}

// An AmbiguousError says that a lock has two packages of one name for an
// environment.
type AmbiguousError struct{ Name string }

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("the lock has %s twice for one environment", e.Name)
}

// Select follows the section "Installation" of the specification.
func (l *Lock) Select(w Wanted) (*Selection, error) {
	groups, err := l.groups(w)
	if err != nil {
		return nil, err
	}
	if !l.RequiresPython.Contains(w.Python) {
		return nil, &UncoveredError{Reason: fmt.Sprintf("it needs Python %s", l.RequiresPython)}
	}
	s := &Selection{}
	if err := l.checkEnvironments(w, groups, s); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range l.Packages {
		p := &l.Packages[i]
		holds, err := s.consult(p.Marker, w, groups)
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of %s: %w", p.Name, err)
		}
		if !holds {
			continue
		}
		if !p.RequiresPython.Contains(w.Python) {
			return nil, &UncoveredError{Reason: fmt.Sprintf("its %s needs Python %s", p.label(), p.RequiresPython)}
		}
		if seen[p.Name] {
			return nil, &AmbiguousError{Name: p.Name}
		}
		seen[p.Name] = true
		s.Packages = append(s.Packages, p)
	}
	return s, nil
}

// label is the name with the version where there is one.
func (p *Package) label() string {
	if p.Version.IsZero() {
		return p.Name
	}
	return p.Name + " " + p.Version.String()
}

// groups returns the groups to install, and checks that all names are known.
func (l *Lock) groups(w Wanted) ([]string, error) {
	if err := known("extra", w.Extras, l.Extras); err != nil {
		return nil, err
	}
	if err := known("dependency group", w.Groups, slices.Concat(l.DependencyGroups, l.DefaultGroups)); err != nil {
		return nil, err
	}
	if w.NoDefaultGroups {
		return w.Groups, nil
	}
	return slices.Concat(l.DefaultGroups, w.Groups), nil
}

func known(kind string, wanted, has []string) error {
	for _, name := range wanted {
		if !slices.Contains(has, pep508.NormalizeName(name)) {
			return &UnknownNameError{Kind: kind, Name: name, Known: slices.Sorted(slices.Values(has))}
		}
	}
	return nil
}

// checkEnvironments finds the first environment of the lock that holds.
func (l *Lock) checkEnvironments(w Wanted, groups []string, s *Selection) error {
	if len(l.Environments) == 0 {
		return nil
	}
	uncovered := &UncoveredError{Reason: "it is for other environments"}
	for _, marker := range l.Environments {
		holds, err := marker.EvaluateLocked(w.Environment, w.Extras, groups)
		if err != nil {
			return fmt.Errorf("evaluating an environment: %w", err)
		}
		if holds {
			_, err := s.consult(marker, w, groups)
			return err
		}
		uncovered.Environments = append(uncovered.Environments, marker.String())
	}
	return uncovered
}

// consult evaluates a marker and notes what of it depends on the environment.
func (s *Selection) consult(m *pep508.Marker, w Wanted, groups []string) (bool, error) {
	holds, err := m.EvaluateLocked(w.Environment, w.Extras, groups)
	if err != nil || m == nil {
		return holds, err
	}
	narrowed, truth, err := narrow(m, w.Extras, groups)
	if err != nil || truth != nil {
		return holds, err
	}
	text := narrowed.String()
	if !slices.ContainsFunc(s.Consulted, func(c Consulted) bool { return c.Marker.String() == text }) {
		s.Consulted = append(s.Consulted, Consulted{Marker: narrowed, Truth: holds})
	}
	return holds, nil
}
