package pep440

import (
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

// seeds adds a column of testdata/packaging.json to the corpus.
func seeds(f *testing.F, texts []string) {
	f.Helper()
	if len(texts) == 0 {
		f.Fatal("no seeds")
	}
	for _, text := range texts {
		f.Add(text)
	}
}

func sampleTexts(f *testing.F, table string, text func(row map[string]any) string) []string {
	f.Helper()
	var texts []string
	for _, row := range conformance.Tables[[]map[string]any](f, "testdata", table)[0] {
		texts = append(texts, text(row))
	}
	return texts
}

func input(row map[string]any) string { return row["in"].(string) }

func FuzzParseVersion(f *testing.F) {
	seeds(f, sampleTexts(f, "version_parse", input))
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(v.String())
		if err != nil || !again.Equal(v) || again.String() != v.String() {
			t.Errorf("%q is %q, which reads as %q, %v", s, v, again, err)
		}
		if key, err := Parse(v.Key()); err != nil || !key.Equal(v) || key.Key() != v.Key() {
			t.Errorf("%q has key %q, which reads as %q, %v", s, v.Key(), key, err)
		}
		for _, w := range []Version{v.Public(), v.Base(), MustParse("1.0"), MustParse("1!1.0.0.0.0+local")} {
			if v.Compare(w) != -w.Compare(v) {
				t.Errorf("%s.Compare(%s) = %d, but the other way %d", v, w, v.Compare(w), w.Compare(v))
			}
		}
		if !Singleton(v).Contains(v) || Singleton(v).Complement().Contains(v) {
			t.Errorf("the range of %q alone is %v", s, Singleton(v).Spans())
		}
	})
}

func FuzzParseSpecifierSet(f *testing.F) {
	seeds(f, append(sampleTexts(f, "specifier_parse", input), sampleTexts(f, "specifierset_contains", func(row map[string]any) string {
		return row["in"].([]any)[0].(string)
	})...))
	f.Fuzz(func(t *testing.T, s string) {
		set, err := ParseSpecifierSet(s)
		if err != nil {
			return
		}
		again, err := ParseSpecifierSet(set.String())
		if err != nil || again.String() != set.String() {
			t.Errorf("%q is %q, which reads as %q, %v", s, set, again, err)
		}
		r := set.Range()
		if !again.Range().Equal(r) {
			t.Errorf("%q is %v, but its text %q is %v", s, r.Spans(), again, again.Range().Spans())
		}
		for _, clause := range set.Clauses() {
			v := clause.version
			if v.IsZero() || strings.Contains(s, "===") {
				continue
			}
			if got, want := r.Contains(v), set.Contains(v); got != want {
				t.Errorf("%q.Range().Contains(%s) = %v, want %v", s, v, got, want)
			}
		}
	})
}
