package solve_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
	"pgregory.net/rapid"
)

// randomIndex draws a small index and a problem on it. Few names and versions make conflicts likely.
func randomIndex(t *rapid.T) (*memory, solve.Problem) {
	names := []string{"a", "b", "c", "d", "e", "f", "g"}[:rapid.IntRange(2, 7).Draw(t, "projects")]
	versions := []string{"1", "2", "3", "4b1", "5", "6"}
	specifiers := []string{
		"", "", "", "<2", ">=2", ">=2", "==1", "==2", "==3", "!=2", ">1", "<3", "<=2", ">=1,<3", "==4b1", ">=3b1", "<4b2", ">3", "==5", "==7", "==6", "!=6", "<=5",
	}
	markers := []string{
		"", "", "", "", "", ` ; sys_platform == "linux"`, ` ; sys_platform == "win32"`,
		` ; extra == "x"`, ` ; extra == "y"`, ` ; extra == "x" and python_version > "3"`, ` ; extra == "y" or os_name == "nt"`,
	}
	draw := func(from []string, label string) string { return rapid.SampledFrom(from).Draw(t, label) }
	drawRequirement := func(label string) pep508.Requirement {
		extras := draw([]string{"", "", "", "", "[x]", "[y]", "[x,y]"}, label+" extras")
		name, wanted := draw(names, label), draw(specifiers, label+" specifier")
		if rapid.IntRange(0, 29).Draw(t, label+" by URL") == 0 {
			wanted = " @ https://files.example/" + name + draw([]string{"-2.whl", "-9.whl"}, label+" URL")
		}
		return requirement(name + extras + wanted + draw(markers, label+" marker"))
	}
	provider := &memory{projects: map[string][]distribution{}, directs: map[string]distribution{}}
	for _, name := range names {
		for _, version := range versions[:rapid.IntRange(1, len(versions)).Draw(t, name+" versions")] {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version)}, Metadata: solve.Metadata{Extras: []string{"x", "y"}}}
			switch rapid.IntRange(0, 15).Draw(t, name+" fate") {
			case 0:
				d.Yanked = true
			case 1:
				d.Unusable = "no wheel for it"
			case 2:
				d.Metadata.RequiresPython = pep440.MustParseSpecifierSet(">=3.13")
			case 3:
				d.broken = "it has no name"
			}
			for k := range rapid.IntRange(0, 3).Draw(t, name+" requirements") {
				d.Requires = append(d.Requires, drawRequirement(fmt.Sprint(name, version, k)))
			}
			provider.projects[name] = append(provider.projects[name], d)
		}
		for _, version := range []string{"2", "9"} {
			d := distribution{Candidate: solve.Candidate{Version: pep440.MustParse(version)}, Metadata: solve.Metadata{Extras: []string{"x", "y"}}}
			d.Direct = "https://files.example/" + name + "-" + version + ".whl"
			if rapid.Bool().Draw(t, name+" has requirements at URL") {
				d.Requires = append(d.Requires, drawRequirement(d.Direct))
			}
			provider.directs[d.Direct] = d
		}
	}
	problem := solve.Problem{Python: pep440.MustParse("3.12.0"), Environment: linux("3.12.0")}
	for k := range rapid.IntRange(1, 3).Draw(t, "requirements") {
		problem.Requirements = append(problem.Requirements, solve.Root{Requirement: drawRequirement(fmt.Sprint("require ", k))})
	}
	if rapid.Bool().Draw(t, "constrained") {
		c := drawRequirement("constrain")
		c.URL = ""
		problem.Constraints = []solve.Root{{Requirement: c}}
	}
	switch rapid.IntRange(0, 5).Draw(t, "tampering") {
	case 0:
		problem.Overrides = []pep508.Requirement{drawRequirement("override")}
	case 1:
		problem.Exclusions = []string{draw(names, "exclude")}
	}
	problem.Mode = rapid.SampledFrom([]solve.Mode{solve.Highest, solve.Lowest, solve.LowestDirect}).Draw(t, "mode")
	return provider, problem
}

// everything returns the distributions of a provider, those behind URLs too.
func everything(m *memory) map[string][]distribution {
	all := maps.Clone(m.projects)
	for _, url := range slices.Sorted(maps.Keys(m.directs)) {
		name := strings.TrimPrefix(url, "https://files.example/")[:1]
		all[name] = append(slices.Clip(all[name]), m.directs[url])
	}
	return all
}

func TestAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		provider, problem := randomIndex(t)
		strict := &bruteForce{projects: everything(provider), problem: problem}
		lenient := &bruteForce{projects: strict.projects, problem: problem, lenient: true}
		resolution, err := solve.Solve(context.Background(), problem, provider)
		var conflict *solve.Conflict
		switch {
		case errors.As(err, &conflict):
			if strict.satisfiable() {
				t.Fatalf("there is a solution, but Solve said\n%v", err)
			}
			if text := err.Error(); !strings.HasSuffix(text, "your requirements cannot be met.") {
				t.Fatalf("the explanation does not end at the requirements:\n%s", text)
			} else if problem := malformed(text); problem != "" {
				t.Fatalf("%s in\n%s", problem, text)
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		chosen := picks{}
		got := map[string][]string{}
		for _, pin := range resolution.Pins {
			chosen[pin.Name] = slices.IndexFunc(strict.projects[pin.Name], func(d distribution) bool {
				return d.Version.Equal(pin.Version) && d.Direct == pin.Direct
			})
			got[pin.Name] = append([]string{""}, pin.Extras...)
		}
		needed := lenient.solution(chosen)
		if needed == nil {
			t.Fatalf("not a solution: %v", resolution.Pins)
		}
		want := map[string][]string{}
		for name, extras := range needed {
			maps.DeleteFunc(extras, func(extra string, _ bool) bool { return strings.Contains(extra, "/") })
			want[name] = slices.Sorted(maps.Keys(extras))
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("pins with extras = %v, want %v", got, want)
		}
	})
}

// malformed says what is wrong with the form of an explanation: a line that stands twice, or a reference to none before.
func malformed(text string) string {
	seen := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		number, rest, numbered := strings.Cut(strings.TrimSpace(line), ") ")
		if !numbered || !strings.HasPrefix(number, "(") {
			number, rest = "", strings.TrimSpace(line)
		}
		if seen[rest] && rest != "" {
			return fmt.Sprintf("%q stands twice", rest)
		}
		for _, reference := range regexp.MustCompile(`\([0-9]+\)`).FindAllString(rest, -1) {
			if !seen[reference] {
				return "nothing is numbered " + reference
			}
		}
		seen[rest], seen[number+")"] = true, true
	}
	return ""
}

// unsteady answers late and in another order each time.
type unsteady struct {
	*memory
	random *rand.Rand
	mutex  sync.Mutex
}

func (u *unsteady) Candidates(ctx context.Context, name string) ([]solve.Candidate, error) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	candidates, err := u.memory.Candidates(ctx, name)
	u.random.Shuffle(len(candidates), func(i, j int) { candidates[i], candidates[j] = candidates[j], candidates[i] })
	u.wait()
	return candidates, err
}

func (u *unsteady) Metadata(ctx context.Context, name string, version pep440.Version) (solve.Metadata, error) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.wait()
	return u.memory.Metadata(ctx, name, version)
}

func (u *unsteady) Prefetch(name string, versions []pep440.Version) {
	go func() {
		if versions == nil {
			_, _ = u.Candidates(context.Background(), name)
		}
		for _, v := range versions {
			_, _ = u.Metadata(context.Background(), name, v)
		}
	}()
}

func (u *unsteady) wait() { time.Sleep(time.Duration(u.random.IntN(30)) * time.Microsecond) }

func TestAnswersDoNotDependOnTiming(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		provider, problem := randomIndex(t)
		want, wantErr := solve.Solve(context.Background(), problem, provider)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		got, err := solve.Solve(context.Background(), problem, &unsteady{memory: provider, random: random})
		if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
			t.Fatalf("Solve = %v, %v\nwant %v, %v", got, err, want, wantErr)
		}
	})
}
