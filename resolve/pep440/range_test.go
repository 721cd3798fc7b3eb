package pep440

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// witness returns a version of an interval, from its lower end.
func (s interval) witness() Version {
	descent := strings.Repeat("0", 12) // lower than whatever the generators draw
	switch {
	case s.low.isOpen():
		return MustParse("0.dev0")
	case s.low.side == beforeVersion:
		return s.low.version
	case s.low.side == afterPosts:
		return MustParse(s.low.version.Base().String() + strings.Repeat(".0", 12) + ".1.dev0")
	case s.low.version.Local() == "":
		return s.low.version.withLocal(descent + "a")
	default:
		return s.low.version.withLocal(s.low.version.Local() + "." + descent + "a")
	}
}

func TestRangeAgreesWithSpecifiers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := SetOf(rapid.SliceOfN(anySpecifier(), 0, 4).Draw(t, "set")...)
		v := anyVersion().Draw(t, "v")
		got, want := set.Range().Contains(v), set.Contains(v)
		arbitrary := slices.ContainsFunc(set.Clauses(), func(s Specifier) bool { return s.Operator() == "===" })
		if got != want && (!arbitrary || !got) { // "===" tells apart what are equal versions
			t.Fatalf("%q.Range().Contains(%s) = %v, want %v", set, v, got, want)
		}
	})
}

func TestArbitraryEqualityAsRange(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Range{
		"===1.0":        Singleton(MustParse("1.0")),
		"===1.0+LOCAL":  Singleton(MustParse("1.0+local")),
		"===1.0-1":      Empty(), // the text of no version: they are all normalised
		"===1.00":       Empty(),
		"===lolwat":     Empty(),
		"===1.0,>=1.0":  Singleton(MustParse("1.0")),
		"===1.0,>1.0":   Empty(),
		"===1.0,===2.0": Empty(),
	} {
		if got := MustParseSpecifierSet(in).Range(); !got.Equal(want) {
			t.Errorf("%q.Range() = %v, want %v", in, got.Spans(), want.Spans())
		}
	}
}

func TestRangeAlgebra(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, s := anyRange().Draw(t, "r"), anyRange().Draw(t, "s")
		v := anyVersion().Draw(t, "v")
		inR, inS := r.Contains(v), s.Contains(v)
		for _, law := range []struct {
			name      string
			got, want bool
		}{
			{"intersection", r.Intersect(s).Contains(v), inR && inS},
			{"union", r.Union(s).Contains(v), inR || inS},
			{"complement", r.Complement().Contains(v), !inR},
			{"difference", r.Subtract(s).Contains(v), inR && !inS},
			{"subset of union", r.SubsetOf(r.Union(s)), true},
			{"subset of itself", r.SubsetOf(r), true},
			{"intersection is a subset", r.Intersect(s).SubsetOf(s), true},
			{"subset", r.SubsetOf(s), r.Subtract(s).IsEmpty()},
			{"overlap", r.Overlaps(s), !r.Intersect(s).IsEmpty()},
			{"equality", r.Equal(s), r.SubsetOf(s) && s.SubsetOf(r)},
			{"double complement", r.Complement().Complement().Equal(r), true},
			{"commutative intersection", r.Intersect(s).Equal(s.Intersect(r)), true},
			{"commutative union", r.Union(s).Equal(s.Union(r)), true},
			{"De Morgan", r.Union(s).Complement().Equal(r.Complement().Intersect(s.Complement())), true},
			{"partition", r.Subtract(s).Union(r.Intersect(s)).Equal(r), true},
			{"excluded middle", r.Union(r.Complement()).IsFull(), true},
			{"contradiction", r.Intersect(r.Complement()).IsEmpty(), true},
			{"singleton", Singleton(v).SubsetOf(r), inR},
		} {
			if law.got != law.want {
				t.Fatalf("%s of %v and %v at %s: %v, want %v", law.name, r.Spans(), s.Spans(), v, law.got, law.want)
			}
		}
	})
}

// TestRangesAreCanonical checks what makes Equal, IsEmpty and SubsetOf exact: neither an interval nor a gap between
// two is without a version.
func TestRangesAreCanonical(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRange().Draw(t, "r")
		for _, half := range []Range{r, r.Complement()} {
			for _, s := range half.spans {
				if v := s.witness(); !half.Contains(v) {
					t.Fatalf("%v doesn't contain %s", half.Spans(), v)
				}
			}
		}
	})
}

func TestBoundsMeet(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b string }{
		{">=0.dev0", ""},
		{"<=1.0", "<1.0.post0.dev0"},
		{"<=1.0.post1", "<1.0.post2"},
		{"<=1.0.dev1", "<1.0.dev2"},
		{">1.0.dev1", ">=1.0.dev2"},
		{">1.0a1", ">=1.0a2.dev0"},
		{">1.0.post1", ">=1.0.post2.dev0"},
		{"==1.2.*", ">=1.2.dev0,<1.3.dev0"},
		{"~=1.4.2", ">=1.4.2,<1.5"},
		{"!=1.*,<2", "<1.dev0"},
		{"==1.0,!=1", "<0"},
		{">1,<1", "<0.dev0"},
	} {
		a, b := MustParseSpecifierSet(test.a).Range(), MustParseSpecifierSet(test.b).Range()
		if !a.Equal(b) {
			t.Errorf("%q is %v, but %q is %v", test.a, a.Spans(), test.b, b.Spans())
		}
	}
}

func TestRangeString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                "*",
		"<0":              "∅",
		"==1.0":           "==1.0",
		"!=1.0":           "!=1.0",
		"!=1.0,!=2.0":     "!=1.0,!=2.0",
		"==1.2.*":         "==1.2.*",
		"!=1.2.*,>1":      ">1,!=1.2.*",
		">=1.0,<2.0":      ">=1.0,<2.0",
		">1.0,<=2.0":      ">1.0,<=2.0",
		"~=1.4.2":         ">=1.4.2,<1.5",
		">1.0.post1":      ">1.0.post1",
		">1.0a1":          ">1.0a1",
		"<=1.0.post1":     "<=1.0.post1",
		"<1.0rc1":         "<1.0rc1",
		"==1.0+local":     "==1.0+local",
		">=1,!=1.5,<2":    ">=1,!=1.5,<2",
		"==1!3.*,!=1!3.4": ">=1!3,!=1!3.4,<1!4",
	} {
		if got := MustParseSpecifierSet(in).Range().String(); got != want {
			t.Errorf("%q.Range().String() = %q, want %q", in, got, want)
		}
	}
	r := MustParseSpecifierSet("<1").Range().Union(MustParseSpecifierSet(">=2,!=2.1").Range())
	if got, want := r.String(), "<1 | >=2,!=2.1"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestSpansNameTheBounds(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Span{
		"":            {Low: Bound{Unbounded: true}, High: Bound{Unbounded: true}},
		">=1.0,<2.0":  {Low: Bound{Version: MustParse("1.0"), Place: Before}, High: Bound{Version: MustParse("2.0"), Place: BeforeDevs}},
		">1.0,<2rc1":  {Low: Bound{Version: MustParse("1.0"), Place: AfterPosts}, High: Bound{Version: MustParse("2rc1"), Place: Before}},
		">1a1,<=2":    {Low: Bound{Version: MustParse("1a1"), Place: AfterPosts}, High: Bound{Version: MustParse("2"), Place: AfterLocals}},
		">1.post0,<3": {Low: Bound{Version: MustParse("1.post0"), Place: AfterLocals}, High: Bound{Version: MustParse("3"), Place: BeforeDevs}},
		"==1+a":       {Low: Bound{Version: MustParse("1+a"), Place: Before}, High: Bound{Version: MustParse("1+a"), Place: After}},
		"==1.*":       {Low: Bound{Version: MustParse("1"), Place: BeforeDevs}, High: Bound{Version: MustParse("2"), Place: BeforeDevs}},
		">=2.dev3":    {Low: Bound{Version: MustParse("2.dev3"), Place: Before}, High: Bound{Unbounded: true}},
	} {
		spans := MustParseSpecifierSet(in).Range().Spans()
		same := func(a, b Bound) bool {
			return a.Unbounded == b.Unbounded && a.Place == b.Place && a.Version.Equal(b.Version)
		}
		if len(spans) != 1 || !same(spans[0].Low, want.Low) || !same(spans[0].High, want.High) {
			t.Errorf("%q.Range().Spans() = %v, want %v", in, spans, want)
		}
	}
}

func TestSimplifyKeepsMembership(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRange().Draw(t, "r")
		available := rapid.SliceOfN(anyVersion(), 0, 6).Draw(t, "available")
		slices.SortFunc(available, Version.Compare)
		available = slices.CompactFunc(available, Version.Equal)
		s := r.Simplify(available)
		for _, v := range available {
			if s.Contains(v) != r.Contains(v) {
				t.Fatalf("%v simplified to %v, which differs at %s", r.Spans(), s.Spans(), v)
			}
		}
		if len(s.spans) > max(1, len(r.spans)) {
			t.Fatalf("%v simplified to %v", r.Spans(), s.Spans())
		}
		for i := range s.spans {
			if endsBefore(&s.spans[i].high, &s.spans[i].low) || i > 0 && s.spans[i-1].reaches(&s.spans[i]) {
				t.Fatalf("%v simplified to %v, which is not in order", r.Spans(), s.Spans())
			}
		}
	})
}

func TestSimplify(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, available, want string }{
		{">=1.0", "1.0 2.0", "*"},
		{">=3.0", "1.0 2.0", "∅"},
		{">=1.5", "1.0 2.0", "==2.0"},
		{">=1.5", "1.0 2.0 3.0", ">=1.5"},
		{"<1.5", "1.0 2.0 3.0", "==1.0"},
		{"!=1.5", "1.0 2.0 3.0", "*"},
		{"!=1.9,!=2.0,!=2.1", "1.0 2.0 3.0", "!=2.0"},
		{">=1.0,!=2.0,<4.0", "0.9 1.0 2.0 3.0 4.0", ">=1.0,!=2.0,<4.0"},
		{"!=2.*", "1.0 2.0 2.1 3.0 4.0", "!=2.*"},
		{"!=2.0", "1.0 2.0 2.0+local 3.0", "!=2.0"},
		{">=1", "", ">=1"},
	} {
		var available []Version
		for text := range strings.FieldsSeq(test.available) {
			available = append(available, MustParse(text))
		}
		if got := MustParseSpecifierSet(test.in).Range().Simplify(available).String(); got != test.want {
			t.Errorf("%q with %s simplified to %q, want %q", test.in, test.available, got, test.want)
		}
	}
}
