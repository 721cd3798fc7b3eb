package solve_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/solve"
)

var update = flag.Bool("update", false, "rewrite what the cases in testdata expect")

// The files in testdata hold cases. A case begins with "== NAME" and goes on with lines
//
//	NAME VERSION [@ URL] [yanked [REASON]|python SPECIFIERS|unusable REASON [| REMEDY]|broken REASON|fallback]
//
// for a distribution, its requirements indented below, and its extras in a line "extras NAME ...". Lines that are but
// one of these words begin a section of indented lines:
//
//	require, constrain    requirements of the user, with "# WHERE" behind
//	override, exclude     as in Problem
//	prefer                NAME VERSION
//	near                  NAME: NAME ...
//	options               pre, no-pre, lowest, lowest-direct, no-deps, python VERSION
//	pins, warnings, consulted, error, hint     what is expected
//
// After a change run go test -update and read the difference.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			comment, rest, _ := strings.Cut(string(data), "== ")
			var texts []string
			for _, body := range strings.Split(rest, "\n== ") {
				c := parseCase(t, "== "+strings.TrimSpace(body)+"\n")
				got := c.solve(t)
				texts = append(texts, c.input+got)
				if !*update && got != c.expected {
					t.Errorf("== %s\ngot:\n%s\nwant:\n%s", c.name, got, c.expected)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(comment+strings.Join(texts, "\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// textCase is one case, ready to solve.
type textCase struct {
	name            string
	input, expected string
	wantsConsulted  bool
	provider        memory
	problem         solve.Problem
}

func parseCase(t *testing.T, body string) *textCase {
	t.Helper()
	c := &textCase{provider: memory{
		projects: map[string][]distribution{}, near: map[string][]string{}, directs: map[string]distribution{},
	}}
	c.problem.Python = pep440.MustParse("3.12.0")
	section := ""
	expected := false
	var last *distribution // what indented lines belong to
	place := func() {
		if last != nil {
			c.place(section, *last)
		}
		last = nil
	}
	for _, line := range strings.SplitAfter(body, "\n") {
		text := strings.TrimSpace(line)
		indented := strings.HasPrefix(line, "\t")
		if text != "" && !indented {
			place()
			section, _, _ = strings.Cut(text, " ")
			expected = expected || slices.Contains([]string{"pins", "warnings", "consulted", "error", "hint"}, section)
			c.wantsConsulted = c.wantsConsulted || section == "consulted"
		}
		if expected {
			c.expected += line
			continue
		}
		c.input += line
		switch {
		case text == "" || text[0] == '#':
		case section == "==":
			c.name = strings.TrimPrefix(text, "== ")
		case !indented && strings.Contains(text, " "):
			d := parseDistribution(t, text)
			last = &d
		case indented && last != nil:
			if extras, ok := strings.CutPrefix(text, "extras "); ok {
				last.Extras = strings.Fields(extras)
			} else {
				last.Requires = append(last.Requires, requirement(text))
			}
		case indented:
			c.setting(t, section, text)
		}
	}
	c.problem.Environment = linux(c.problem.Python.String())
	return c
}

func (c *textCase) place(name string, d distribution) {
	if d.Direct != "" {
		c.provider.directs[d.Direct] = d
		return
	}
	c.provider.projects[name] = append(c.provider.projects[name], d)
}

func parseDistribution(t *testing.T, text string) distribution {
	t.Helper()
	fields := strings.Fields(text)
	d := distribution{}
	d.Version = pep440.MustParse(fields[1])
	fields = fields[2:]
	if len(fields) > 1 && fields[0] == "@" {
		d.Direct = fields[1]
		fields = fields[2:]
	}
	if len(fields) == 0 {
		return d
	}
	rest := strings.Join(fields[1:], " ")
	switch fields[0] {
	case "yanked":
		d.Yanked, d.YankedReason = true, rest
	case "python":
		d.Candidate.RequiresPython = rest
		d.Metadata.RequiresPython = pep440.MustParseSpecifierSet(rest)
	case "metadata-python":
		d.Metadata.RequiresPython = pep440.MustParseSpecifierSet(rest)
	case "unusable":
		d.Unusable, d.Remedy, _ = strings.Cut(rest, " | ")
	case "fallback":
		d.Fallback = true
	case "broken":
		d.broken = rest
	default:
		t.Fatalf("unknown word %q", fields[0])
	}
	return d
}

func (c *textCase) setting(t *testing.T, section, text string) {
	t.Helper()
	value, comment, _ := strings.Cut(text, "  # ")
	first, second, _ := strings.Cut(value, " ")
	p := &c.problem
	switch section {
	case "require":
		p.Requirements = append(p.Requirements, solve.Root{Requirement: requirement(value), From: comment})
	case "constrain":
		p.Constraints = append(p.Constraints, solve.Root{Requirement: requirement(value), From: comment})
	case "override":
		p.Overrides = append(p.Overrides, requirement(value))
	case "exclude":
		p.Exclusions = append(p.Exclusions, value)
	case "prefer":
		if p.Preferences == nil {
			p.Preferences = make(map[string]pep440.Version)
		}
		p.Preferences[first] = pep440.MustParse(second)
	case "near":
		c.provider.near[strings.TrimSuffix(first, ":")] = strings.Fields(second)
	case "options":
		switch first {
		case "pre":
			p.Prereleases = solve.Allow
		case "no-pre":
			p.Prereleases = solve.Disallow
		case "lowest":
			p.Mode = solve.Lowest
		case "lowest-direct":
			p.Mode = solve.LowestDirect
		case "no-deps":
			p.NoDependencies = true
		case "python":
			p.Python = pep440.MustParse(second)
		default:
			t.Fatalf("unknown option %q", first)
		}
	default:
		t.Fatalf("unknown section %q", section)
	}
}

// solve returns the sections that say what came of it.
func (c *textCase) solve(t *testing.T) string {
	t.Helper()
	resolution, err := solve.Solve(context.Background(), c.problem, &c.provider)
	var conflict *solve.Conflict
	switch {
	case errors.As(err, &conflict):
		out := section("error", strings.Split(conflict.Error(), "\n"))
		if hint := conflict.Hint(); hint != "" {
			out += section("hint", []string{hint})
		}
		return out
	case err != nil:
		t.Fatalf("== %s: %v", c.name, err)
	}
	var pins, consulted []string
	for _, pin := range resolution.Pins {
		text := pin.Name
		if len(pin.Extras) > 0 {
			text += "[" + strings.Join(pin.Extras, ",") + "]"
		}
		text += " " + pin.Version.String()
		if pin.Direct != "" {
			text += " @ " + pin.Direct
		}
		if len(pin.Requires) > 0 {
			text += " -> " + strings.Join(pin.Requires, " ")
		}
		pins = append(pins, text)
	}
	out := section("pins", pins)
	if len(resolution.Warnings) > 0 {
		out += section("warnings", resolution.Warnings)
	}
	if c.wantsConsulted {
		for _, one := range resolution.Consulted {
			text := one.By + ": "
			if one.RequiresPython != "" {
				text += "Python " + one.RequiresPython
			} else {
				text += fmt.Sprintf("%s %v is %v", one.Marker, one.Extras, one.Truth)
			}
			consulted = append(consulted, text)
		}
		out += section("consulted", consulted)
	}
	return out
}

func section(name string, lines []string) string {
	lines = slices.Clone(lines)
	for k, line := range lines {
		lines[k] = strings.TrimRight("\t"+line, "\t")
	}
	return name + "\n" + strings.Join(lines, "\n") + "\n"
}
