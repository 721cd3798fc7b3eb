package resolve

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
)

// A shelf is an index in memory, written as text. A line is a release:
//
//	numpy 2.1.0 cp312-cp312-win_amd64 sdist | >=3.10 | six; python_version < "3", attrs[x]
//
// Its words are the project, the version and the tags of its wheels ("any" is
// py3-none-any); behind the bars stand Requires-Python and the requirements.
// The line "numpy 2.1.0 yanked" yanks all that was said before.
type shelf struct {
	projects map[string]*index.Project
	metadata map[string]string // by URL
}

func newShelf(tb testing.TB, text string) *shelf {
	tb.Helper()
	s := &shelf{projects: map[string]*index.Project{}, metadata: map[string]string{}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		parts := strings.Split(line+" | | ", "|")
		words := strings.Fields(parts[0])
		if len(words) < 3 {
			tb.Fatalf("not a release: %s", line)
		}
		s.add(words[0], words[1], words[2:], strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2]))
	}
	return s
}

func (s *shelf) add(name, version string, tags []string, python, requires string) {
	p := s.projects[name]
	if p == nil {
		p = &index.Project{Name: name}
		s.projects[name] = p
	}
	if tags[0] == "yanked" {
		for i := range p.Files {
			p.Files[i].Yanked = p.Files[i].Yanked || strings.HasPrefix(p.Files[i].Name, name+"-"+version+"-")
		}
		return
	}
	metadata := fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", name, version)
	if python != "" {
		metadata += "Requires-Python: " + python + "\n"
	}
	for requirement := range strings.SplitSeq(requires, ",") {
		if requirement = strings.TrimSpace(requirement); requirement != "" {
			metadata += "Requires-Dist: " + strings.ReplaceAll(requirement, "&", ",") + "\n"
		}
	}
	for _, tag := range tags {
		file := name + "-" + version + "-" + strings.Replace(tag, "any", "py3-none-any", 1) + ".whl"
		switch {
		case tag == "sdist":
			file = name + "-" + version + ".tar.gz"
		case strings.Contains(tag, "-"):
			file = name + "-" + version + "-" + tag + ".whl"
		}
		url := "https://files.example/" + file
		p.Files = append(p.Files, index.File{Name: file, URL: url, RequiresPython: python, Size: -1})
		s.metadata[url] = metadata
	}
}

// Project implements lister.
func (s *shelf) Project(_ context.Context, name string) (*index.Project, error) {
	if p, ok := s.projects[name]; ok {
		return p, nil
	}
	return nil, &index.NotFoundError{Name: name}
}

// Metadata implements reader.
func (s *shelf) Metadata(_ context.Context, file index.File) ([]byte, error) {
	return []byte(s.metadata[file.URL]), nil
}

// solve resolves requirements on the shelf for the targets of the given names.
func (s *shelf) solve(tb testing.TB, o Options, names string, requirements ...string) (*Solution, error) {
	tb.Helper()
	for _, text := range requirements {
		o.Roots = append(o.Roots, Root{Requirement: parsed(tb, text)})
	}
	o.Targets = nil
	for _, name := range strings.Fields(names) {
		on, err := target.Parse(name)
		if err != nil {
			tb.Fatal(err)
		}
		o.Targets = append(o.Targets, on)
	}
	return newResolver(tb.Context(), &o, s, s).resolve(tb.Context())
}

func parsed(tb testing.TB, text string) pep508.Requirement {
	tb.Helper()
	q, err := pep508.ParseRequirement(text)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// pins writes a resolution as "a 1.0, b 2.0".
func pins(r Resolution) string {
	var words []string
	for _, pin := range r.Pins {
		words = append(words, pin.Name+" "+pin.Version.String())
	}
	return strings.Join(words, ", ")
}
