package solve_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/solve"
)

// world makes an index of the shape that real ones have, the same for the same seed: projects have between a few and
// hundreds of versions, which come out over the same span of time; a version requires others as they were when it came
// out, often with a lower bound, sometimes with an upper one, now and then a pin; a few projects are on everybody's
// list; some requirements have markers or extras.
func world(projects int, seed uint64) *memory {
	random := rand.New(rand.NewPCG(seed, 1))
	m := &memory{projects: make(map[string][]distribution)}
	counts := make([]int, projects)
	for i := range counts {
		counts[i] = 5 + int(random.ExpFloat64()*25)
		if i%40 == 7 {
			counts[i] += 400
		}
	}
	version := func(_, k int) string { return fmt.Sprintf("%d.%d.%d", k/20, k/4%5, k%4) }
	for i := range projects {
		// A project keeps most of its dependencies over time.
		var on []int
		if i < projects-1 {
			for range random.IntN(7) {
				j := i + 1 + int(random.ExpFloat64()*float64(projects)/8)
				if j < projects {
					on = append(on, j)
				}
			}
		}
		bound := random.IntN(3)
		for k := range counts[i] {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version(i, k))}}
			d.Candidate.RequiresPython = ">=3.8"
			for _, j := range on {
				now := k * counts[j] / counts[i] // its version of the time
				low := version(j, max(0, now-counts[j]/6))
				text := fmt.Sprintf("p%d>=%s", j, low)
				switch {
				case bound == 1 && j%2 == 0:
					text += fmt.Sprintf(",<%s", version(j, now+2))
				case bound == 2 && j%4 == 0:
					text = fmt.Sprintf("p%d==%s", j, version(j, now))
				}
				switch random.IntN(8) {
				case 0:
					text += ` ; python_version < "3.8"`
				case 1:
					text += ` ; extra == "all"`
				}
				d.Requires = append(d.Requires, requirement(text))
			}
			d.Extras = []string{"all"}
			m.projects[fmt.Sprintf("p%d", i)] = append(m.projects[fmt.Sprintf("p%d", i)], d)
		}
	}
	return m
}

// quiet answers without searching: what remains is the solver's own time.
type quiet struct {
	candidates map[string][]solve.Candidate
	metadata   map[string]map[string]solve.Metadata
	memory
}

func newQuiet(m *memory) *quiet {
	q := &quiet{candidates: map[string][]solve.Candidate{}, metadata: map[string]map[string]solve.Metadata{}}
	for name, versions := range m.projects {
		q.metadata[name] = map[string]solve.Metadata{}
		for _, d := range versions {
			q.candidates[name] = append(q.candidates[name], d.Candidate)
			q.metadata[name][d.Version.Key()] = d.Metadata
		}
	}
	return q
}

func (q *quiet) Candidates(_ context.Context, name string) ([]solve.Candidate, error) {
	q.listed++
	return q.candidates[name], nil
}

func (q *quiet) Metadata(_ context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	q.read++
	return q.metadata[name][version.Key()], nil
}

func (q *quiet) Prefetch(string, []pep440.Version) {}

// worldProblem requires some projects, extras and an old version of what much depends on.
func worldProblem(roots int, projects int, pins ...string) solve.Problem {
	p := solve.Problem{Python: pep440.MustParse("3.12.0"), Environment: linux("3.12.0")}
	for i := range roots {
		name := fmt.Sprintf("p%d", i*projects/roots/4)
		if i%3 == 0 {
			name += "[all]"
		}
		p.Requirements = append(p.Requirements, solve.Root{Requirement: requirement(name)})
	}
	for _, pin := range pins {
		p.Requirements = append(p.Requirements, solve.Root{Requirement: requirement(pin)})
	}
	return p
}

// BenchmarkSearch solves worlds in which the newest versions do not go together.
func BenchmarkSearch(b *testing.B) {
	for _, seed := range []uint64{7, 18, 37} {
		b.Run(fmt.Sprint("seed=", seed), func(b *testing.B) {
			index := newQuiet(world(300, seed))
			problem := worldProblem(12, 300, "p50<0.2", "p90<0.3", "p150<1", "p200<0.2")
			var pins int
			reportCPU(b)
			for b.Loop() {
				index.read = 0
				r, err := solve.Solve(context.Background(), problem, index)
				if err != nil {
					b.Fatal(err)
				}
				pins = len(r.Pins)
			}
			b.ReportMetric(float64(pins), "pins")
			b.ReportMetric(float64(index.read), "read")
		})
	}
}

// BenchmarkAgain solves a problem of a hundred distributions with its own solution as preferences.
func BenchmarkAgain(b *testing.B) {
	index := newQuiet(world(130, 3))
	problem := worldProblem(6, 130)
	r, err := solve.Solve(context.Background(), problem, index)
	if err != nil {
		b.Fatal(err)
	}
	problem.Preferences = make(map[string]pep440.Version)
	for _, pin := range r.Pins {
		problem.Preferences[pin.Name] = pin.Version
	}
	reportCPU(b)
	for b.Loop() {
		index.read = 0
		if r, err = solve.Solve(context.Background(), problem, index); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(r.Pins)), "pins")
	b.ReportMetric(float64(index.read), "read")
}

// tangle makes an index without order: every version wants others from narrow windows anywhere. Solving such a one is
// next to nothing but conflicts.
func tangle(seed uint64) (*memory, solve.Problem) {
	random := rand.New(rand.NewPCG(seed, 7))
	projects, versions, width := 50, 60, 12
	m := &memory{projects: make(map[string][]distribution)}
	for i := range projects {
		on := []int{random.IntN(projects), random.IntN(projects)}
		for k := range versions {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(fmt.Sprint(k))}}
			for _, j := range on {
				if j != i {
					low := max(0, k-width+random.IntN(2*width+1)-random.IntN(width+1))
					d.Requires = append(d.Requires, requirement(fmt.Sprintf("p%d>=%d,<=%d", j, low, low+random.IntN(width+1))))
				}
			}
			name := fmt.Sprint("p", i)
			m.projects[name] = append(m.projects[name], d)
		}
	}
	return m, worldProblem(5, projects, "p5<21")
}

// BenchmarkTangle backtracks hundreds of times.
func BenchmarkTangle(b *testing.B) {
	for _, seed := range []uint64{3, 6, 11} {
		b.Run(fmt.Sprint("seed=", seed), func(b *testing.B) {
			m, problem := tangle(seed)
			index := newQuiet(m)
			solved := 0.0
			reportCPU(b)
			for b.Loop() {
				index.read = 0
				if r, err := solve.Solve(context.Background(), problem, index); err == nil {
					solved = float64(len(r.Pins))
				}
			}
			b.ReportMetric(solved, "pins")
			b.ReportMetric(float64(index.read), "read")
		})
	}
}
