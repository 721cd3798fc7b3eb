package pep440

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

type versionRow struct {
	In  string
	Out struct {
		OK      bool
		Norm    string
		Epoch   json.Number
		Release []json.Number
		Pre     []any
		Post    *json.Number
		Dev     *json.Number
		Local   *string
	}
}

func (r versionRow) check(t *testing.T) {
	t.Helper()
	v, err := Parse(r.In)
	if (err == nil) != r.Out.OK {
		t.Errorf("Parse(%q) = %v, want ok %v", r.In, err, r.Out.OK)
		return
	}
	if err != nil {
		return
	}
	if v.String() != r.Out.Norm {
		t.Errorf("Parse(%q) = %s, want %s", r.In, v, r.Out.Norm)
	}
	if string(v.Epoch()) != string(r.Out.Epoch) {
		t.Errorf("Parse(%q).Epoch() = %s, want %s", r.In, v.Epoch(), r.Out.Epoch)
	}
	if got, want := fmt.Sprint(v.Release()), fmt.Sprint(r.Out.Release); got != want {
		t.Errorf("Parse(%q).Release() = %s, want %s", r.In, got, want)
	}
	label, n, ok := v.Pre()
	if ok != (r.Out.Pre != nil) || ok && fmt.Sprint(r.Out.Pre...) != fmt.Sprint(label, " ", n) && fmt.Sprint(r.Out.Pre...) != label+string(n) {
		t.Errorf("Parse(%q).Pre() = %s %s %v, want %v", r.In, label, n, ok, r.Out.Pre)
	}
	if n, ok := v.Post(); ok != (r.Out.Post != nil) || ok && string(n) != string(*r.Out.Post) {
		t.Errorf("Parse(%q).Post() = %s %v, want %v", r.In, n, ok, r.Out.Post)
	}
	if n, ok := v.Dev(); ok != (r.Out.Dev != nil) || ok && string(n) != string(*r.Out.Dev) {
		t.Errorf("Parse(%q).Dev() = %s %v, want %v", r.In, n, ok, r.Out.Dev)
	}
	if local := v.Local(); (local != "") != (r.Out.Local != nil) || local != "" && local != *r.Out.Local {
		t.Errorf("Parse(%q).Local() = %q, want %v", r.In, local, r.Out.Local)
	}
}

func TestConformanceVersions(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[versionRow](t, "testdata", "version_parse") {
		row.check(t)
	}
	for _, text := range conformance.Rows[string](t, "testdata", "versions_invalid") {
		if v, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", text, v)
		}
	}
}

func TestConformanceOrder(t *testing.T) {
	t.Parallel()
	for _, texts := range conformance.Tables[[]string](t, "testdata", "versions_in_order") {
		for i, v := range texts {
			for j, w := range texts {
				if got, want := MustParse(v).Compare(MustParse(w)), cmp.Compare(i, j); got != want {
					t.Errorf("%s.Compare(%s) = %d, want %d", v, w, got, want)
				}
			}
		}
	}
}

func TestConformanceCanonicalVersions(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[struct {
		In  []any
		Out struct{ Value string }
	}](t, "testdata", "canonicalize_version") {
		text := row.In[0].(string)
		got := text
		if v, err := Parse(text); err == nil {
			got = v.Key()
			if row.In[1].(map[string]any)["strip_trailing_zero"] == false {
				got = v.String()
			}
		}
		if got != row.Out.Value {
			t.Errorf("canonical text of %q = %q, want %q", text, got, row.Out.Value)
		}
	}
}

type specifierRow struct {
	In  string
	Out struct {
		OK      bool
		Op      string
		Version string
	}
}

func (r specifierRow) check(t *testing.T) {
	t.Helper()
	s, err := ParseSpecifier(r.In)
	if (err == nil) != r.Out.OK {
		t.Errorf("ParseSpecifier(%q) = %v, want ok %v", r.In, err, r.Out.OK)
	} else if s.Operator() != r.Out.Op || s.Version() != r.Out.Version {
		t.Errorf("ParseSpecifier(%q) = %q %q, want %q %q", r.In, s.Operator(), s.Version(), r.Out.Op, r.Out.Version)
	}
}

func TestConformanceSpecifiers(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[specifierRow](t, "testdata", "specifier_parse") {
		row.check(t)
	}
}

// containsRow is [specifier, version, prereleases] -> bool.
type containsRow struct {
	In  [3]any
	Out bool
}

func (r containsRow) prereleases() *bool {
	if b, ok := r.In[2].(bool); ok {
		return &b
	}
	return nil
}

func (r containsRow) check(t *testing.T, set SpecifierSet) {
	t.Helper()
	text := r.In[1].(string)
	if got := set.ContainsText(text, r.prereleases()); got != r.Out {
		t.Errorf("%q.ContainsText(%q, %v) = %v, want %v", r.In[0], text, r.In[2], got, r.Out)
	}
	v, err := Parse(text)
	if err != nil || r.In[2] != true {
		return
	}
	if slices.ContainsFunc(set.Clauses(), func(s Specifier) bool { return s.Operator() == "===" }) {
		return
	}
	if got := set.Contains(v); got != r.Out {
		t.Errorf("%q.Contains(%s) = %v, want %v", r.In[0], v, got, r.Out)
	}
	if got := set.Range().Contains(v); got != r.Out {
		t.Errorf("%q.Range().Contains(%s) = %v, want %v", r.In[0], v, got, r.Out)
	}
}

func TestConformanceContains(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[containsRow](t, "testdata", "specifier_contains") {
		spec, err := ParseSpecifier(row.In[0].(string))
		if err != nil {
			t.Errorf("ParseSpecifier(%q): %v", row.In[0], err)
			continue
		}
		row.check(t, SetOf(spec))
	}
	for _, row := range conformance.Rows[containsRow](t, "testdata", "specifierset_contains") {
		// Recorded while one of packaging's tests had planted a false answer in a cache: it contradicts
		// oracle_specset_x_version, and packaging itself when asked again.
		if row.In == [3]any{"!=1.5,<3.0,>=1.0", "2.0", nil} && !row.Out {
			continue
		}
		set, err := ParseSpecifierSet(row.In[0].(string))
		if err != nil {
			t.Errorf("ParseSpecifierSet(%q): %v", row.In[0], err)
			continue
		}
		row.check(t, set)
	}
}

// filterRow is [specifiers, versions, prereleases] -> versions.
type filterRow struct {
	In  []json.RawMessage
	Out []string
}

func (r filterRow) check(t *testing.T) {
	t.Helper()
	var text string
	var versions []string
	var prereleases *bool
	for i, target := range []any{&text, &versions, &prereleases} {
		if err := json.Unmarshal(r.In[i], target); err != nil {
			t.Fatal(err)
		}
	}
	set, err := ParseSpecifierSet(text)
	if err != nil {
		t.Errorf("ParseSpecifierSet(%q): %v", text, err)
		return
	}
	if got := set.Filter(versions, prereleases); !slices.Equal(got, r.Out) {
		t.Errorf("%q.Filter(%q, %s) = %q, want %q", text, versions, r.In[2], got, r.Out)
	}
}

func TestConformanceFilter(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[filterRow](t, "testdata", "specifierset_filter") {
		row.check(t)
	}
}

func TestConformanceMatrix(t *testing.T) {
	t.Parallel()
	for _, matrix := range conformance.Tables[struct {
		Versions []string
		Rows     [][2]string
	}](t, "testdata", "oracle_specset_x_version") {
		for _, row := range matrix.Rows {
			set, err := ParseSpecifierSet(row[0])
			if err != nil {
				t.Errorf("ParseSpecifierSet(%q): %v", row[0], err)
				continue
			}
			for i, text := range matrix.Versions {
				containsRow{In: [3]any{row[0], text, true}, Out: row[1][i] == '1'}.check(t, set)
			}
		}
	}
}
