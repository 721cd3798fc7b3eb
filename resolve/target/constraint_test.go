package target

import (
	"errors"
	"strings"
	"testing"
)

func TestConstraint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"CPython>=3.9":            "cp39 cp313t cp315",
		"cpython >=3.9, <3.14":    "cp39 cp313t",
		"PyPy":                    "pp310",
		"pypy>=3.11":              "",
		">=3.9":                   "cp39 cp313t cp315 pp310 graalpy311",
		"CPython==3.9.*":          "cp39",
		"~=3.10":                  "cp313t cp315 pp310 graalpy311",
		"GraalPy":                 "graalpy311",
		" >=3.6,!=3.9.*,!=3.10.*": "cp36 cp313t cp315 graalpy311",
	} {
		c, err := ParseConstraint(text)
		if err != nil {
			t.Errorf("ParseConstraint(%q): %v", text, err)
			continue
		}
		if c.String() != strings.TrimSpace(text) {
			t.Errorf("ParseConstraint(%q) is written %q", text, c)
		}
		var got []string
		for _, name := range []string{"cp36", "cp39", "cp313t", "cp315", "pp310", "graalpy311"} {
			on, err := Parse(name + "-linux-x86_64")
			if err != nil {
				t.Fatal(err)
			}
			if on.Satisfies(c) {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is satisfied by %q, want %q", text, strings.Join(got, " "), want)
		}
	}
	for text, want := range map[string]string{
		"":                       "it is empty",
		"Jython>=2.7":            `"Jython" is no implementation`,
		"CPython>=":              "is not a set of versions",
		"3.9":                    "is not a set of versions",
		"CPython 3.9":            "is not a set of versions",
		"CPython+t":              "name one such as cp313t-linux-x86_64",
		"CPython[free-threaded]": "name one such as cp313t-linux-x86_64",
	} {
		var wrong *ConstraintError
		if _, err := ParseConstraint(text); !errors.As(err, &wrong) || wrong.Input != text || !strings.Contains(wrong.Reason, want) {
			t.Errorf("ParseConstraint(%q): %v, want a *ConstraintError with %q", text, err, want)
		}
	}
}

// FuzzParseConstraint: what is read is written the same and reads back, and
// nothing but a *ConstraintError comes of other texts.
func FuzzParseConstraint(f *testing.F) {
	for _, seed := range []string{"CPython>=3.9,<3.14", "PyPy", ">=3.9", " cpython == 3.9.* ", "GraalPy~=3.11", "CPython+t", "Jython", "", ">=", "===3.9.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseConstraint(text)
		if err != nil {
			var wrong *ConstraintError
			if !errors.As(err, &wrong) {
				t.Fatalf("ParseConstraint(%q): %T", text, err)
			}
			return
		}
		again, err := ParseConstraint(first.String())
		if err != nil || again.String() != first.String() || again.Implementation != first.Implementation || again.Versions.String() != first.Versions.String() {
			t.Fatalf("%q reads back as %+v, %v", text, again, err)
		}
	})
}
