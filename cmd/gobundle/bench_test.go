package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The measuring program of `make bench` works, and finds what it measures: it
// is run by hand, so that nobody else would notice.
func TestBench(t *testing.T) {
	t.Parallel()
	python, err := realPython()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t, python)
	results := filepath.Join(t.TempDir(), "results.json")
	tables := p.must(t, python, "-B", "../../testdata/bench/bench.py", p.gobundle, "--rounds", "1", "--no-large", "--json", results)
	if !strings.Contains(tables, "| goal |") || !strings.Contains(tables, "\n| ./hello.pyz |") {
		t.Errorf("it prints\n%s\nwant tables", tables)
	}
	var found struct {
		Series []struct {
			Title string
			Cases []struct {
				Name string
				CPU  []float64 `json:"cpu_ms"`
			}
		}
	}
	text, err := os.ReadFile(results)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Series) != 3 { // the build, and warm starts with byte-code and without
		t.Errorf("%d series were measured, want 3", len(found.Series))
	}
	for _, series := range found.Series {
		for _, c := range series.Cases {
			if len(c.CPU) == 0 || c.CPU[0] <= 0 {
				t.Errorf("%s: %s: took %v ms", series.Title, c.Name, c.CPU)
			}
		}
	}
}
