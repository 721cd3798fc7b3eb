package solve_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/solve"
)

// ladder makes an index of the shape that stops resolvers which only go back step by
// step: a service's client has as many releases as its core and its command line, each of
// which requires the release of the core that came out with it; the core wants a
// narrow range of a transport, which others want newer.
func ladder(releases int) *memory {
	m := &memory{projects: map[string][]distribution{}}
	add := func(name string, version string, requires ...string) {
		d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version)}}
		for _, text := range requires {
			d.Requires = append(d.Requires, requirement(text))
		}
		m.projects[name] = append(m.projects[name], d)
	}
	for k := range releases {
		version := fmt.Sprintf("1.%d.%d", k/50, k%50)
		next := fmt.Sprintf("1.%d.%d", (k+1)/50, (k+1)%50)
		low, high := k*60/releases, k*60/releases+10
		add("core", version, fmt.Sprintf("transport>=1.%d,<1.%d", low, high), "dates>=2.1,<3", "paths>=0.7")
		add("client", version, fmt.Sprintf("core>=%s,<%s", version, next), "transfer>=0.5")
		add("command", version, fmt.Sprintf("core==%s", version), "transfer>=0.5,<0.9", "rsa<4.8,>=3.1")
		add("plugin", version, fmt.Sprintf("client>=%s", version), "transport>=1.2")
	}
	for k := range 80 {
		add("transport", fmt.Sprintf("1.%d", k))
		add("dates", fmt.Sprintf("2.%d", k))
		add("paths", fmt.Sprintf("0.%d", k))
		add("transfer", fmt.Sprintf("0.%d", k%12+k/12*12), "core>=1.0")
		add("rsa", fmt.Sprintf("4.%d", k))
	}
	return m
}

// Problems on the ladder: what the user wants beside the client, and the release of the
// core that is found, "" if there is no solution.
var ladders = []struct{ name, wants, core string }{
	{"the newest", "", "1.19.49"},
	{"an old transport", "transport<1.12", "1.3.49"},
	{"an older transport, and the command line", "transport<1.5 command", "1.1.33"},
	{"a transport between", "transport==1.33 plugin", "1.11.16"},
	{"no common release", "command==1.4.0 plugin>=1.5", ""},
	{"a transport that is too new", "transport>=1.75 command", ""},
}

func ladderProblem(wants string) solve.Problem {
	return solve.Problem{Python: pep440.MustParse("3.12.0"), Environment: linux("3.12.0"), Requirements: roots("client " + wants)}
}

func roots(text string) []solve.Root {
	var all []solve.Root
	for _, word := range strings.Fields(text) {
		all = append(all, solve.Root{Requirement: requirement(word)})
	}
	return all
}

// What can only be found by going back hundreds of releases is found, or known to be
// nowhere, without looking at any release twice.
func TestLadder(t *testing.T) {
	t.Parallel()
	index := newQuiet(ladder(1000))
	for _, test := range ladders {
		t.Run(test.name, func(t *testing.T) {
			index.read = 0
			r, err := solve.Solve(t.Context(), ladderProblem(test.wants), index)
			got := ""
			if err == nil {
				for _, pin := range r.Pins {
					if pin.Name == "core" {
						got = pin.Version.String()
					}
				}
			}
			var conflict *solve.Conflict
			if got != test.core || err != nil && !errors.As(err, &conflict) {
				t.Errorf("core = %q, %v, want %q", got, err, test.core)
			}
			if most := 4000; index.read > most {
				t.Errorf("metadata was read %d times, want at most %d", index.read, most)
			}
		})
	}
}

// BenchmarkLadder goes back hundreds of releases of several projects that go together.
func BenchmarkLadder(b *testing.B) {
	index := newQuiet(ladder(1000))
	for _, shape := range ladders {
		b.Run(shape.name, func(b *testing.B) {
			reportCPU(b)
			for b.Loop() {
				index.read = 0
				if _, err := solve.Solve(context.Background(), ladderProblem(shape.wants), index); (err == nil) != (shape.core != "") {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(index.read), "read")
		})
	}
}
