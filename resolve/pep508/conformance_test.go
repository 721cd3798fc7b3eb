package pep508

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

type requirementRow struct {
	In  string
	Out struct {
		OK        bool
		Name      string
		Extras    []string
		Specifier string
		URL       string
		Marker    *string
		Str       string
	}
}

func (row requirementRow) check(t *testing.T) {
	t.Helper()
	r, err := ParseRequirement(row.In)
	if (err == nil) != row.Out.OK {
		t.Errorf("ParseRequirement(%q) = %v, want ok %v", row.In, err, row.Out.OK)
		return
	}
	if err != nil {
		checkSyntaxError(t, row.In, err)
		return
	}
	if r.Name != row.Out.Name || !slices.Equal(slices.Sorted(slices.Values(r.Extras)), row.Out.Extras) ||
		r.Specifier.String() != row.Out.Specifier || r.URL != row.Out.URL {
		t.Errorf("ParseRequirement(%q) = %q %q %q %q", row.In, r.Name, r.Extras, r.Specifier, r.URL)
	}
	if (r.Marker != nil) != (row.Out.Marker != nil) || r.Marker != nil && r.Marker.String() != *row.Out.Marker {
		t.Errorf("ParseRequirement(%q).Marker = %s, want %v", row.In, r.Marker, row.Out.Marker)
	}
	if r.String() != row.Out.Str {
		t.Errorf("ParseRequirement(%q).String() = %q, want %q", row.In, r, row.Out.Str)
	}
}

// checkSyntaxError checks that err points into the text and says something.
func checkSyntaxError(tb testing.TB, text string, err error) {
	tb.Helper()
	var e *SyntaxError
	if !errors.As(err, &e) || e.Input != text || e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(text) || e.Reason == "" {
		tb.Errorf("error of %q = %#v, want a SyntaxError within it", text, err)
	}
}

func TestConformanceRequirements(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[requirementRow](t, "testdata", "requirement_parse") {
		row.check(t)
	}
}

type markerRow struct {
	In  string
	Out struct {
		OK  bool
		Str string
	}
}

func (row markerRow) check(t *testing.T) {
	t.Helper()
	m, err := ParseMarker(row.In)
	if (err == nil) != row.Out.OK {
		t.Errorf("ParseMarker(%q) = %v, want ok %v", row.In, err, row.Out.OK)
	} else if err != nil {
		checkSyntaxError(t, row.In, err)
	} else if m.String() != row.Out.Str {
		t.Errorf("ParseMarker(%q).String() = %q, want %q", row.In, m, row.Out.Str)
	}
}

func TestConformanceMarkers(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[markerRow](t, "testdata", "marker_parse") {
		row.check(t)
	}
}

// evaluationRow is [marker, environment, arguments, options] -> bool or {"error": kind}.
type evaluationRow struct {
	In  [4]json.RawMessage
	Out json.RawMessage
}

func (row evaluationRow) check(t *testing.T, defaults Environment) {
	t.Helper()
	var text string
	var variables map[string]any
	var options struct{ Context string }
	for i, target := range map[int]any{0: &text, 1: &variables, 3: &options} {
		if err := json.Unmarshal(row.In[i], target); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(row.In[1], &defaults); err != nil {
		t.Fatal(err)
	}
	m, err := ParseMarker(text)
	if err != nil {
		t.Errorf("ParseMarker(%q): %v", text, err)
		return
	}
	truth, err := m.root.evaluate(func(variable string) (value, bool) {
		if v, ok := defaults.Lookup(variable); ok {
			return value{text: v}, true
		}
		given, ok := variables[variable]
		switch v := given.(type) {
		case string:
			if variable == "extra" {
				v = NormalizeName(v)
			}
			return value{text: v}, true
		case []any:
			var names []string
			for _, name := range v {
				names = append(names, name.(string))
			}
			return setOf(names), true
		}
		switch options.Context {
		case "", "metadata":
			ok = variable == "extra"
		case "lock_file":
			return setOf(nil), variable == "extras" || variable == "dependency_groups"
		}
		return value{}, ok
	})
	checkTruth(t, text, string(row.In[1]), truth, err, string(row.Out))
}

// checkTruth compares an outcome of Evaluate with a recorded one: true, false, or a text that names an error.
func checkTruth(t *testing.T, marker, environment string, truth bool, err error, want string) {
	t.Helper()
	got := "false"
	if truth {
		got = "true"
	}
	var e *EvaluationError
	if errors.As(err, &e) {
		got = "UndefinedComparison"
		if e.Undefined != "" {
			got = "UndefinedEnvironmentName"
		}
		for _, form := range []string{`{"error":"` + got + `"}`, `{"error": "` + got + `"}`, `"error:` + got + `"`} {
			if form == want {
				got = want
			}
		}
	} else if err != nil {
		t.Errorf("evaluating %s: %v", marker, err)
	}
	if got != want {
		t.Errorf("%s in %s = %s, want %s", marker, environment, got, want)
	}
}

func TestConformanceEvaluation(t *testing.T) {
	t.Parallel()
	linux := Environment{
		OSName: "posix", PythonVersion: "3.11", PythonFullVersion: "3.11.7", SysPlatform: "linux",
		PlatformSystem: "Linux", PlatformMachine: "x86_64", PlatformPythonImplementation: "CPython",
		ImplementationName: "cpython", ImplementationVersion: "3.11.7",
	}
	for _, row := range conformance.Rows[evaluationRow](t, "testdata", "marker_eval") {
		row.check(t, linux)
	}
}

func TestConformanceMatrix(t *testing.T) {
	t.Parallel()
	for _, matrix := range conformance.Tables[struct {
		Environments map[string]Environment
		Rows         [][2]json.RawMessage
	}](t, "testdata", "oracle_marker_x_env") {
		for _, row := range matrix.Rows {
			checkEverywhere(t, row, matrix.Environments)
		}
	}
}

// checkEverywhere checks a row of a marker and its truths by the names of environments.
func checkEverywhere(t *testing.T, row [2]json.RawMessage, environments map[string]Environment) {
	t.Helper()
	var text string
	var truths map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(row[0], &text), json.Unmarshal(row[1], &truths)); err != nil {
		t.Fatal(err)
	}
	m, err := ParseMarker(text)
	if err != nil {
		t.Errorf("ParseMarker(%q): %v", text, err)
		return
	}
	for name, want := range truths {
		truth, err := m.Evaluate(environments[name])
		checkTruth(t, text, name, truth, err, string(want))
	}
}

func TestConformanceNames(t *testing.T) {
	t.Parallel()
	type nameRow struct {
		In  []any
		Out struct {
			OK    bool
			Value any
		}
	}
	for _, row := range conformance.Rows[nameRow](t, "testdata", "canonicalize_name") {
		name := row.In[0].(string)
		if row.In[1].(map[string]any)["validate"] == true {
			if got := IsName(name); got != row.Out.OK {
				t.Errorf("IsName(%q) = %v", name, got)
			}
		} else if got := NormalizeName(name); got != row.Out.Value {
			t.Errorf("NormalizeName(%q) = %q, want %q", name, got, row.Out.Value)
		}
	}
	for _, row := range conformance.Rows[nameRow](t, "testdata", "is_normalized_name") {
		name := row.In[0].(string)
		if got := IsNormalizedName(name); got != row.Out.Value {
			t.Errorf("IsNormalizedName(%q) = %v, want %v", name, got, row.Out.Value)
		}
	}
}
