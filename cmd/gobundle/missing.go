package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/gobundle/gobundle/resolve"
)

// explainMissing shows the wheels that targets lack as one table.
func explainMissing(err error, e *explanation) bool {
	missing, ok := asError[*resolve.MissingWheelsError](err)
	if !ok {
		return false
	}
	e.exit = exitNoSolution
	e.what = missing.Error()
	e.detail = missingTable(missing.Wheels)
	e.hint = missingHint(missing)
	return true
}

// missingTable has a line per distribution and target.
func missingTable(wheels []resolve.MissingWheel) []string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  DISTRIBUTION\tTARGET\tNEAREST WITH A WHEEL\tTHE WHEELS OF THIS VERSION")
	for _, wheel := range wheels {
		name, nearest := wheel.Name+" "+wheel.Version.String(), "none"
		if len(wheel.RequiredBy) > 0 {
			name += " (for " + someOf(wheel.RequiredBy, 2, ", ") + ")"
		}
		if !wheel.Nearest.IsZero() {
			nearest = wheel.Nearest.String()
		}
		tags := someOf(wheel.Tags, 3, ", ")
		if tags == "" {
			tags = "none, only a source distribution"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", name, wheel.Target, nearest, tags)
	}
	w.Flush()
	return strings.Split(strings.TrimRight(text.String(), "\n"), "\n")
}

// someOf joins the first names and counts the others.
func someOf(names []string, most int, separator string) string {
	if len(names) <= most {
		return strings.Join(names, separator)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], separator), len(names)-most)
}

// missingHint advises what every line of the table allows.
func missingHint(missing *resolve.MissingWheelsError) string {
	lacking := map[string]bool{}
	near := true
	for _, wheel := range missing.Wheels {
		lacking[wheel.Target] = true
		near = near && !wheel.Nearest.IsZero()
	}
	first := missing.Wheels[0]
	switch {
	case near && len(missing.Wheels) == 1:
		return fmt.Sprintf("require a version that has a wheel, such as %s==%s, or build the wheel elsewhere and name its folder with --find-links", first.Name, first.Nearest)
	case near:
		return "require versions that have wheels, as in the third column, or build the wheels elsewhere and name their folder with --find-links"
	case len(lacking) < missing.Targets && len(lacking) == 1:
		return fmt.Sprintf("leave the target %s out, or build the wheels there and name their folder with --find-links", first.Target)
	}
	return "build the wheels on such a machine with `pip wheel`, and name their folder with --find-links"
}
