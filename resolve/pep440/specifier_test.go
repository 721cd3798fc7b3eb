package pep440

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpecifierErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in     string
		offset int
		reason string // a part of it
	}{
		{"1.0", 0, "operator"},
		{">=1.0,<", 7, "a version after <"},
		{"~=1", 2, "at least two parts"},
		{">=1.0.*", 5, "== and != only"},
		{"==1.0rc1.*", 8, "cannot follow"},
		{">=1.0+local", 5, "local"},
		{"==1.*+local", 5, "local"},
		{">1, ==1.0 beta", 10, `"beta"`},
		{"=>1", 0, "operator"},
	} {
		_, err := ParseSpecifierSet(test.in)
		var e *SpecifierError
		if !errors.As(err, &e) {
			t.Errorf("ParseSpecifierSet(%q) = %v, want a SpecifierError", test.in, err)
			continue
		}
		if e.Input != test.in || e.Offset != test.offset || !strings.Contains(e.Reason, test.reason) {
			t.Errorf("ParseSpecifierSet(%q) = offset %d, %s; want offset %d, ...%s...", test.in, e.Offset, e.Reason, test.offset, test.reason)
		}
	}
}

func TestSpecifierSetString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                        "",
		" , ,":                    "",
		">= 1.0 , != 1.0.1":       "!=1.0.1,>=1.0",
		"==1.0,==1,==1.0.0":       "==1",
		"~=1.0,~=1.0.0":           "~=1.0,~=1.0.0",
		"<2,>1,<2":                "<2,>1",
		"=== weird , ==v1.0.POST": "===weird,==v1.0.POST",
	} {
		if got := MustParseSpecifierSet(in).String(); got != want {
			t.Errorf("ParseSpecifierSet(%q).String() = %q, want %q", in, got, want)
		}
	}
}

func TestNamesPrerelease(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"": false, ">=1.0": false, ">=1.0a1": true, "!=1.0a1": false, "==1.0.*": false, "<2.dev0,>1": true, "===1.0rc1": true, "===x": false,
	} {
		if got := MustParseSpecifierSet(in).NamesPrerelease(); got != want {
			t.Errorf("%q.NamesPrerelease() = %v, want %v", in, got, want)
		}
	}
}

func TestCutSpecifier(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, spec, rest string }{
		{">=1.0,<2", ">=1.0", ",<2"},
		{"== 1.0.* ; x", "==1.0.*", " ; x"},
		{"===a,b) c", "===a,b", ") c"},
		{">=1.0+x", ">=1.0", "+x"},
	} {
		spec, rest, err := CutSpecifier(test.in)
		if err != nil || spec.String() != test.spec || rest != test.rest {
			t.Errorf("CutSpecifier(%q) = %q, %q, %v", test.in, spec, rest, err)
		}
	}
}

func TestAnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := SetOf(rapid.SliceOfN(anySpecifier(), 0, 3).Draw(t, "s")...)
		u := SetOf(rapid.SliceOfN(anySpecifier(), 0, 3).Draw(t, "u")...)
		v := anyVersion().Draw(t, "v")
		if got, want := s.And(u).Contains(v), s.Contains(v) && u.Contains(v); got != want {
			t.Fatalf("%q.And(%q).Contains(%s) = %v, want %v", s, u, v, got, want)
		}
	})
}

func TestSpecifierTextIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := SetOf(rapid.SliceOfN(anySpecifier(), 0, 4).Draw(t, "s")...)
		again, err := ParseSpecifierSet(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q reads as %q, %v", s, again, err)
		}
		v := anyVersion().Draw(t, "v")
		if got, want := again.Contains(v), s.Contains(v); got != want {
			t.Fatalf("%q.Contains(%s) = %v, but the set it was read from says %v", again, v, got, want)
		}
	})
}
