package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
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

// missingTable has a line per distribution and target. What is the same as in
// the line above is left out.
func missingTable(wheels []resolve.MissingWheel) []string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  DISTRIBUTION\tTARGET\tNEAREST WITH A WHEEL\tTHE WHEELS OF THIS VERSION")
	var nameAbove, wheelsAbove string
	for _, wheel := range wheels {
		name, nearest := wheel.Name+" "+wheel.Version.String(), "none"
		if len(wheel.RequiredBy) > 0 {
			name += " (for " + someOf(wheel.RequiredBy, 2) + ")"
		}
		if !wheel.Nearest.IsZero() {
			nearest = wheel.Nearest.String()
		}
		has := wheelsOf(wheel)
		if name == nameAbove {
			name = ""
			if has == wheelsAbove {
				has = ""
			}
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", name, wheel.Target, nearest, has)
		nameAbove, wheelsAbove = cmp.Or(name, nameAbove), cmp.Or(has, wheelsAbove)
	}
	w.Flush()
	lines := strings.Split(strings.TrimRight(text.String(), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// wheelsOf says which wheels a version has, and what becomes of its sources.
func wheelsOf(wheel resolve.MissingWheel) string {
	tags := someOf(plainTags(wheel.Tags), 3)
	source := ""
	switch {
	case wheel.Sources == 0:
	case wheel.Excluded:
		source = count(wheel.Sources, "source distribution") + " ruled out by --only-binary"
	case len(wheel.Here) > 0:
		source = "only a source distribution, of which this machine makes " + someOf(wheel.Here, 3)
	case tags == "":
		source = "only a source distribution"
	}
	switch {
	case tags == "" && source == "":
		return "none"
	case tags == "":
		return "none, " + source
	case source == "":
		return tags
	}
	return tags + "; " + source
}

// plainTags leaves the older of two names for a platform out.
func plainTags(tags []string) []string {
	older := map[string]string{"manylinux1_": "manylinux_2_5_", "manylinux2010_": "manylinux_2_12_", "manylinux2014_": "manylinux_2_17_"}
	plain := make([]string, len(tags))
	for i, text := range tags {
		at := strings.LastIndexByte(text, '-') + 1
		platforms := strings.Split(text[at:], ".")
		shown := slices.DeleteFunc(slices.Clone(platforms), func(platform string) bool {
			kind, arch, _ := strings.Cut(platform, "_")
			newer, ok := older[kind+"_"]
			return ok && slices.Contains(platforms, newer+arch)
		})
		plain[i] = text[:at] + strings.Join(shown, ".")
	}
	return plain
}

// someOf joins the first names and counts the others.
func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// missingHint advises what every line of the table allows.
func missingHint(missing *resolve.MissingWheelsError) string {
	lacking := map[string]bool{}
	near, excluded := true, true
	var projects []string
	for _, wheel := range missing.Wheels {
		lacking[wheel.Target] = true
		near = near && !wheel.Nearest.IsZero()
		excluded = excluded && wheel.Excluded
		if name := wheel.Name + "==" + wheel.Version.String(); !slices.Contains(projects, name) {
			projects = append(projects, name)
		}
	}
	first := missing.Wheels[0]
	command := fmt.Sprintf("run `gobundle wheel %s --no-deps -w wheels`", strings.Join(projects, " "))
	switch {
	case excluded:
		return fmt.Sprintf("let it be built, with --no-binary %s behind --only-binary", first.Name)
	case near && len(missing.Wheels) == 1:
		return fmt.Sprintf("require a version that has a wheel, such as %s==%s, or %s on a machine for %s and name that folder with --find-links",
			first.Name, first.Nearest, command, first.Target)
	case near:
		return "require versions that have wheels, as in the third column, or " + command + " on such machines and name those folders with --find-links"
	case len(lacking) < missing.Targets && len(lacking) == 1:
		return fmt.Sprintf("leave the target %s out, or %s there and name that folder with --find-links", first.Target, command)
	}
	return command + " on such a machine, and name that folder with --find-links"
}
