package lockfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// separators are the variables that tell environments apart in the markers that are
// written, those that people read most easily first. All other variables follow
// from them, but the last number of a version and what a kernel says of itself.
var separators = []string{"sys_platform", "python_version", "platform_machine", "implementation_name", "python_full_version"}

// Separate returns a marker that is true in the chosen environments and false in
// the others, with as few variables as will do; nil where all are chosen. It is
// false if no marker can tell them apart.
func Separate(environments []pep508.Environment, chosen []bool) (*pep508.Marker, bool) {
	if !slices.Contains(chosen, false) {
		return nil, true
	}
	for size := 1; size <= len(separators); size++ {
		for _, variables := range combinations(separators, size) {
			if text := separate(environments, chosen, variables); text != "" {
				marker, err := pep508.ParseMarker(text)
				return marker, err == nil
			}
		}
	}
	return nil, false
}

// combinations lists the choices of so many names, in the order of the names.
func combinations(names []string, size int) [][]string {
	if size == 0 {
		return [][]string{nil}
	}
	var all [][]string
	for i := range names {
		for _, rest := range combinations(names[i+1:], size-1) {
			all = append(all, append([]string{names[i]}, rest...))
		}
	}
	return all
}

// separate tells environments apart by the given variables, "" if they don't.
func separate(environments []pep508.Environment, chosen []bool, variables []string) string {
	var inside, outside [][]string
	for i, e := range environments {
		values := make([]string, len(variables))
		for k, variable := range variables {
			values[k], _ = e.Lookup(variable)
		}
		side := &outside
		if chosen[i] {
			side = &inside
		}
		if !contains(*side, values) {
			*side = append(*side, values)
		}
	}
	for _, values := range inside {
		if contains(outside, values) {
			return ""
		}
	}
	if len(variables) == 1 && variables[0] == "python_version" {
		if text := pythonRange(inside, outside); text != "" {
			return text
		}
	}
	slices.SortFunc(inside, slices.Compare[[]string])
	texts := make([]string, len(inside))
	for i, values := range inside {
		texts[i] = allEqual(variables, values)
		if len(inside) > 1 && len(variables) > 1 {
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, " or ")
}

func contains(all [][]string, values []string) bool {
	return slices.ContainsFunc(all, func(other []string) bool { return slices.Equal(other, values) })
}

func allEqual(variables, values []string) string {
	texts := make([]string, len(variables))
	for k, variable := range variables {
		texts[k] = pep508.Comparison{Left: pep508.Operand{Variable: variable}, Op: "==", Right: pep508.Operand{Value: values[k]}}.String()
	}
	return strings.Join(texts, " and ")
}

// pythonRange is for versions of Python that are all below, or all above, the
// others.
func pythonRange(inside, outside [][]string) string {
	lowest := func(all [][]string) [2]pep440.Version {
		var ends [2]pep440.Version
		for _, values := range all {
			v, err := pep440.Parse(values[0])
			if err != nil {
				return [2]pep440.Version{}
			}
			if ends[0].IsZero() || v.Compare(ends[0]) < 0 {
				ends[0] = v
			}
			if ends[1].IsZero() || v.Compare(ends[1]) > 0 {
				ends[1] = v
			}
		}
		return ends
	}
	in, out := lowest(inside), lowest(outside)
	switch {
	case in[0].IsZero() || out[0].IsZero():
		return ""
	case in[1].Compare(out[0]) < 0:
		return fmt.Sprintf("python_version < %q", out[0])
	case in[0].Compare(out[1]) > 0:
		return fmt.Sprintf("python_version >= %q", in[0])
	}
	return ""
}

// Environments returns a marker per environment, in their order: it says what
// the environment is, as exactly as the others make it necessary, and repeats what
// was consulted there wherever that may come out otherwise within it. Environments
// that no marker tells apart have the same one.
func Environments(environments []pep508.Environment, consulted [][]Consulted) ([]*pep508.Marker, error) {
	markers := make([]*pep508.Marker, len(environments))
	for i, e := range environments {
		exact := slices.ContainsFunc(environments, func(other pep508.Environment) bool {
			return sameBase(e, other) && e.PythonFullVersion != other.PythonFullVersion
		})
		var variables, values []string
		for _, variable := range []string{"implementation_name", "python_version", "python_full_version", "sys_platform", "platform_machine"} {
			value, _ := e.Lookup(variable)
			if value != "" && (variable != "python_full_version" || exact) {
				variables, values = append(variables, variable), append(values, value)
			}
		}
		text := allEqual(variables, values)
		if !exact {
			for _, c := range consulted[i] {
				if condition := fickle(e, c); condition != "" && !strings.Contains(text, condition) {
					text += " and (" + condition + ")"
				}
			}
		}
		marker, err := pep508.ParseMarker(text)
		if err != nil {
			return nil, fmt.Errorf("writing the marker of an environment: %w", err)
		}
		markers[i] = marker
	}
	return markers, nil
}

func sameBase(a, b pep508.Environment) bool {
	return a.ImplementationName == b.ImplementationName && a.PythonVersion == b.PythonVersion &&
		a.SysPlatform == b.SysPlatform && a.PlatformMachine == b.PlatformMachine
}

// micros bounds the releases of one minor version of Python.
const micros = 60

// fickle returns a consulted marker, turned round where it is false, if some release
// of the same minor version, or of the system, makes it come out otherwise; "" if
// none does.
func fickle(e pep508.Environment, c Consulted) string {
	differs := mentions(c.Marker.Tree(), "platform_release") || mentions(c.Marker.Tree(), "platform_version")
	for micro := range micros {
		other := e
		other.PythonFullVersion = fmt.Sprintf("%s.%d", e.PythonVersion, micro)
		if e.ImplementationVersion == e.PythonFullVersion {
			other.ImplementationVersion = other.PythonFullVersion
		}
		truth, err := c.Marker.Evaluate(other)
		differs = differs || err != nil || truth != c.Truth
	}
	if !differs {
		return ""
	}
	tree := c.Marker.Tree()
	if !c.Truth {
		opposite, ok := negated(tree)
		if !ok {
			return allEqual([]string{"python_full_version"}, []string{e.PythonFullVersion})
		}
		tree = opposite
	}
	return nodeText(tree)
}

func mentions(n pep508.Node, variable string) bool {
	switch n := n.(type) {
	case pep508.And:
		return slices.ContainsFunc(n.Nodes, func(n pep508.Node) bool { return mentions(n, variable) })
	case pep508.Or:
		return slices.ContainsFunc(n.Nodes, func(n pep508.Node) bool { return mentions(n, variable) })
	case pep508.Comparison:
		return n.Variable() == variable
	}
	return false
}
