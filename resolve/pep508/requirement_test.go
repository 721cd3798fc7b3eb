package pep508

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRequirementErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in     string
		fault  string // the text that the error points at, from its offset
		reason string // a part of the reason
	}{
		{"", "", "name"},
		{" ==1", "==1", "name"},
		{"name==", "", "a version after =="},
		{"name=1", "=1", "operator"},
		{"name~=1", "1", "at least two parts"},
		{"name 1.0", "1.0", "operator and a version"},
		{"name>=1 <2", ">=1 ", "comma"},
		{"name (>=1", "(>=1", `")"`},
		{"name>=1.0.*", ".*", "== and != only"},
		{"name==1.0.post1.*", ".*", "cannot follow"},
		{"name>=1+x", "+x", "local"},
		{"name===a,b", "b", "operator"},
		{"name[a b]", "b", "comma"},
		{"name[a,]", "]", "extra"},
		{"name[a", "[a", `"]"`},
		{"name @ ", "", "URL"},
		{"name @ https://example.com/x; os_name == 'a'", "https://example.com/x;", "white space before the semicolon"},
		{"name; os_nam == 'a'", "os_nam == 'a'", "variable"},
		{"name; os_name = 'a'", "= 'a'", "operator"},
		{"name; os_name == 'a", "'a", "closing quote"},
		{"name; os_name == 'a' xor os_name == 'b'", "xor os_name == 'b'", `"and"`},
		{"name; (os_name == 'a'", "(os_name == 'a'", `")"`},
		{"name; os_name not on 'a'", "on 'a'", `"in"`},
		{"name>=1\n", ">=1", "comma"},
	} {
		_, err := ParseRequirement(test.in)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("ParseRequirement(%q) = %v, want a SyntaxError", test.in, err)
			continue
		}
		checkSyntaxError(t, test.in, err)
		fault := test.in[e.Offset:]
		if e.Length > 0 {
			fault = fault[:e.Length]
		}
		if fault != test.fault || !strings.Contains(e.Reason, test.reason) {
			t.Errorf("ParseRequirement(%q) blames %q: %s; want %q: ...%s...", test.in, fault, e.Reason, test.fault, test.reason)
		}
	}
}

func TestRequirementOddities(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"name_":                            "name_", // packaging takes it for a name
		"A.B-c_d[x,Y,x] ( >=1 , <2 , )":    "A.B-c_d[Y,x]<2,>=1",
		"name()":                           "name",
		"name===1.0,>=1":                   "name===1.0,>=1",
		"name[] ;os_name=='a'":             `name; os_name == "a"`,
		"name@file:///a;b":                 "name @ file:///a;b",
		"name[x]@ git+https://h/r@v#egg=n": "name[x] @ git+https://h/r@v#egg=n",
		"name>=\n1":                        "name>=1",
	} {
		r, err := ParseRequirement(in)
		if err != nil || r.String() != want {
			t.Errorf("ParseRequirement(%q) = %q, %v, want %q", in, r, err, want)
		}
	}
}

func TestRequirementTextIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"a", "A.b_c", "x-1"}).Draw(t, "name"))
		if extras := rapid.SliceOfN(rapid.SampledFrom([]string{"x", "Y_z", "w"}), 0, 3).Draw(t, "extras"); len(extras) > 0 {
			b.WriteString(" [ " + strings.Join(extras, " , ") + "]")
		}
		b.WriteString(rapid.SampledFrom([]string{"", ">=1,<2", " (==1.*)", " ~= 1.4 , != 1.5", " @ https://example.com/x.whl#sha256=0 "}).Draw(t, "versions"))
		if rapid.Bool().Draw(t, "with marker") {
			b.WriteString("; " + anyMarkerText(2).Draw(t, "marker"))
		}
		r, err := ParseRequirement(b.String())
		if err != nil {
			t.Fatalf("ParseRequirement(%q): %v", b.String(), err)
		}
		again, err := ParseRequirement(r.String())
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q is %q, which reads as %q, %v", b.String(), r, again, err)
		}
	})
}

func TestNormalizeNameLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aZ0-_. é"))).Draw(t, "s")
		n := NormalizeName(s)
		if NormalizeName(n) != n {
			t.Fatalf("NormalizeName(%q) = %q, and again %q", s, n, NormalizeName(n))
		}
		if IsName(s) != IsNormalizedName(n) {
			t.Fatalf("IsName(%q) = %v, IsNormalizedName(%q) = %v", s, IsName(s), n, IsNormalizedName(n))
		}
		if IsNormalizedName(s) && n != s {
			t.Fatalf("NormalizeName(%q) = %q, but it is normalised", s, n)
		}
	})
}
