package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/condition"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// A ConstraintError says that targets contradict the constraint on Pythons.
type ConstraintError struct {
	Constraint string
	Targets    []string
	Named      bool // the user named the targets
	All        bool // no other targets are left
}

func (e *ConstraintError) Error() string {
	targets := "the target"
	if len(e.Targets) > 1 {
		targets = "the targets"
	}
	return fmt.Sprintf("the Python constraint %s excludes %s %s", e.Constraint, targets, strings.Join(e.Targets, " and "))
}

// constrain checks the targets against constraints of which one must hold, and
// records those for the run time.
func constrain(o *manifest.Options, texts []string, targets []*target.Target, named bool) error {
	if len(texts) == 0 {
		return nil
	}
	var constraints []target.Constraint
	for _, text := range texts {
		c, err := target.ParseConstraint(text)
		if err != nil {
			return err
		}
		constraints = append(constraints, c)
	}
	text, test := condition.Constraints(constraints)
	wrong := &ConstraintError{Constraint: text, Named: named}
	for _, on := range targets {
		if !slices.ContainsFunc(constraints, on.Satisfies) {
			wrong.Targets = append(wrong.Targets, on.Name)
		}
	}
	wrong.All = len(wrong.Targets) == len(targets)
	if len(wrong.Targets) > 0 {
		return wrong
	}
	o.RequiresPython, o.RequiresPythonTest = text, &test
	return nil
}
