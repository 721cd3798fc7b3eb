package solve_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// troubled is a provider that fails for one project, and notes what it is asked for.
type troubled struct {
	*memory
	listing, reading string // the project that fails
	calls            []string
}

var errNetwork = errors.New("the network is down")

func (p *troubled) Candidates(ctx context.Context, name string) ([]solve.Candidate, error) {
	p.calls = append(p.calls, "list "+name)
	if name == p.listing {
		return nil, errNetwork
	}
	return p.memory.Candidates(ctx, name)
}

func (p *troubled) Metadata(ctx context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	p.calls = append(p.calls, "read "+name+" "+version.String())
	if name == p.reading {
		return solve.Metadata{}, errNetwork
	}
	return p.memory.Metadata(ctx, name, version)
}

func (p *troubled) Direct(context.Context, pep508.Requirement) (solve.Candidate, error) {
	return solve.Candidate{}, errNetwork
}

func (p *troubled) Prefetch(name string, versions []pep440.Version) {
	call := "hint " + name
	for _, v := range versions {
		call += " " + v.String()
	}
	p.calls = append(p.calls, call)
}

// simple returns a provider of a, of which the newest versions do not go with the only b, and a problem that needs both.
func simple(versions int) (*troubled, solve.Problem) {
	m := &memory{projects: map[string][]distribution{}}
	for k := range versions {
		d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(fmt.Sprint(k + 1))}}
		d.Requires = []pep508.Requirement{requirement(fmt.Sprintf("b==%d", k+1)), requirement("c")}
		m.projects["a"] = append(m.projects["a"], d)
	}
	m.projects["b"] = []distribution{{Candidate: solve.Candidate{Version: pep440.MustParse("1")}}}
	m.projects["c"] = []distribution{{Candidate: solve.Candidate{Version: pep440.MustParse("1")}}}
	problem := solve.Problem{Python: pep440.MustParse("3.12.0"), Environment: linux("3.12.0")}
	problem.Requirements = []solve.Root{{Requirement: requirement("a")}, {Requirement: requirement("b")}}
	return &troubled{memory: m}, problem
}

func TestProviderErrorEndsTheSolve(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		listing, reading string
		url              string
		want             string
	}{
		{name: "listing", listing: "b", want: "listing the versions of b"},
		{name: "reading", reading: "c", want: "reading the metadata of c 1"},
		{name: "direct", url: "d @ https://files.example/d-1-py3-none-any.whl", want: "reading d @ https://files.example/d-1-py3-none-any.whl"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			provider, problem := simple(2)
			provider.listing, provider.reading = test.listing, test.reading
			if test.url != "" {
				problem.Requirements = append(problem.Requirements, solve.Root{Requirement: requirement(test.url)})
			}
			_, err := solve.Solve(context.Background(), problem, provider)
			if !errors.Is(err, errNetwork) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q and its cause", err, test.want)
			}
		})
	}
}

func TestContextEndsTheSolve(t *testing.T) {
	t.Parallel()
	provider, problem := simple(2)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := solve.Solve(ctx, problem, provider); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

func TestHintsComeBeforeQuestions(t *testing.T) {
	t.Parallel()
	provider, problem := simple(8)
	if _, err := solve.Solve(context.Background(), problem, provider); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"hint a", "hint b", "list a", "hint a 8", "list b", "hint b 1", // what the user requires, all at once
		"read b 1",
		"read a 8", "read a 7", "read a 6", "read a 5", // ruled out by b; c has not been needed so far
		"hint a 4 3 2 1", "read a 4", "read a 3", "read a 2", "read a 1", // the search goes on, so hint at what may come
		"hint c", "list c", "hint c 1", "read c 1",
	}
	if !slices.Equal(provider.calls, want) {
		t.Errorf("calls = %q\nwant    %q", provider.calls, want)
	}
}

func TestMalformedMarkerOfTheUserIsAnError(t *testing.T) {
	t.Parallel()
	provider, problem := simple(1)
	problem.Requirements = append(problem.Requirements, solve.Root{Requirement: requirement(`c ; sys_platform ~= "linux"`)})
	_, err := solve.Solve(context.Background(), problem, provider)
	var evaluation *pep508.EvaluationError
	if !errors.As(err, &evaluation) {
		t.Errorf("error = %v, want a %T", err, evaluation)
	}
}
