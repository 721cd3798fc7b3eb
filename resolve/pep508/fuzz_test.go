package pep508

import (
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

// seeds adds the inputs of a table of testdata/packaging.json to the corpus.
func seeds(f *testing.F, table string) {
	f.Helper()
	rows := conformance.Tables[[]struct{ In string }](f, "testdata", table)[0]
	if len(rows) == 0 {
		f.Fatal("no seeds")
	}
	for _, row := range rows {
		f.Add(row.In)
	}
}

func FuzzParseRequirement(f *testing.F) {
	seeds(f, "requirement_parse")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRequirement(s)
		if err != nil {
			checkSyntaxError(t, s, err)
			return
		}
		again, err := ParseRequirement(r.String())
		if err != nil || again.String() != r.String() {
			t.Errorf("%q is %q, which reads as %q, %v", s, r, again, err)
		}
	})
}

func FuzzParseMarker(f *testing.F) {
	seeds(f, "marker_parse")
	linux := Environment{OSName: "posix", PythonVersion: "3.11", PythonFullVersion: "3.11.7", PlatformRelease: "6.1.0-13-amd64"}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMarker(s)
		if err != nil {
			checkSyntaxError(t, s, err)
			return
		}
		again, err := ParseMarker(m.String())
		if err != nil || again.String() != m.String() {
			t.Fatalf("%q is %q, which reads as %q, %v", s, m, again, err)
		}
		want, wantErr := m.Evaluate(linux, "x")
		got, err := again.Evaluate(linux, "x")
		if got != want || (err == nil) != (wantErr == nil) {
			t.Errorf("%q = %v %v, but its text %q = %v %v", s, want, wantErr, m, got, err)
		}
	})
}
