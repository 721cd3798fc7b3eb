package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// observed is what testdata/acceptance/observe.py prints. The values of Modules
// and EntryPoints are "", or the kind of error of what doesn't load.
type observed struct {
	Distributions map[string]string `json:"distributions"` // versions by name
	Modules       map[string]string `json:"modules"`
	EntryPoints   map[string]string `json:"entry points"`
	Elsewhere     []string          `json:"elsewhere"` // modules that are not the environment's
}

// In a bundle of all wheels each module can be imported that can be where pip
// has installed them, each distribution is seen in the same version, and each
// entry point loads.
func (a *acceptance) imports(t *testing.T) {
	t.Parallel()
	everything := filepath.Join(t.TempDir(), "everything.pyz")
	a.build(t, everything, a.everything()...)
	observe := func(python string) (o observed) {
		if err := json.Unmarshal([]byte(a.must(t, python, "testdata/acceptance/observe.py")), &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	got := observe(everything)
	environment, err := a.environment()
	if err != nil {
		t.Fatal(err)
	}
	want := observe(filepath.Join(environment, "bin", "python"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an environment by pip (-) and a bundle (+) differ:\n%s", diff)
	}
	if n := len(a.everything()); len(got.Distributions) != n {
		t.Errorf("%d distributions are seen, want %d", len(got.Distributions), n)
	}
	imported := 0
	for _, problem := range got.Modules {
		if problem == "" {
			imported++
		}
	}
	if imported < len(got.Distributions) || len(got.Elsewhere) > 0 {
		t.Errorf("%d modules of %d distributions were imported, of these from elsewhere: %q", imported, len(got.Distributions), got.Elsewhere)
	}
}
