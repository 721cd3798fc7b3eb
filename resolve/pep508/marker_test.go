package pep508

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustParseMarker(t *testing.T, text string) *Marker {
	t.Helper()
	m, err := ParseMarker(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMarkerString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`os.name=='posix'`:                                        `os_name == "posix"`,
		`python_implementation!="Jython"`:                         `platform_python_implementation != "Jython"`,
		`((os_name == "a" or os_name=="b"))and extra == "A_b"`:    `(os_name == "a" or os_name == "b") and extra == "a-b"`,
		`((os_name == "a"))`:                                      `os_name == "a"`,
		`(os_name == "a") or (os_name == "b" and os_name in "c")`: `os_name == "a" or (os_name == "b" and os_name in "c")`,
		`os_name not  in 'say "x"'`:                               `os_name not in 'say "x"'`,
		`os_name == "it's"`:                                       `os_name == "it's"`,
		`os_name == "it's \x22"`:                                  `os_name == "it's \x22"`,
		`os_name == "\N"`:                                         "",
		`os_name == "C:\\"`:                                       `os_name == "C:\\"`,
		`os_name == "\d"`:                                         `os_name == "\d"`,
		`os_name == "\u00e9\101\n"`:                               `os_name == "éA\x0a"`,
	} {
		m, err := ParseMarker(in)
		if want == "" {
			if err == nil {
				t.Errorf("ParseMarker(%s) = %s, want an error", in, m)
			}
			continue
		}
		if err != nil || m.String() != want {
			t.Errorf("ParseMarker(%s) = %s, %v, want %s", in, m, err, want)
		}
	}
}

func TestEvaluateExtras(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		marker string
		extras string
		want   bool
	}{
		{`extra == "socks"`, "", false},
		{`extra == "socks"`, "security Socks", true},
		{`extra == "Sock.s"`, "sock_s", true},
		{`extra != "socks"`, "", true},
		{`extra != "socks"`, "socks", false},
		{`extra != "socks"`, "socks other", true},
		{`extra == "a" and extra == "b"`, "a b", false}, // each extra is asked on its own, as pip does
		{`extra == "a" or extra == "b"`, "b", true},
		{`os_name == "posix" and extra == "a"`, "a", true},
		{`os_name == "posix"`, "", true},
		{`os_name == "posix"`, "a", true},
	} {
		got, err := mustParseMarker(t, test.marker).Evaluate(Environment{OSName: "posix"}, strings.Fields(test.extras)...)
		if err != nil || got != test.want {
			t.Errorf("%s with extras %q = %v, %v, want %v", test.marker, test.extras, got, err, test.want)
		}
	}
}

func TestEvaluateLocked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ marker, want string }{
		{`"Dev_Tools" in extras`, "true"},
		{`"test" in dependency_groups and os_name == "posix"`, "true"},
		{`"docs" not in dependency_groups`, "true"},
		{`"docs" in dependency_groups`, "false"},
		{`"docs" == dependency_groups`, "false"},
		{`"docs" != dependency_groups`, "true"},
		{`extras == "dev-tools"`, "undefined"},
		{`"docs" ~= extras`, "undefined"},
		{`extra == "x"`, "undefined extra"},
	} {
		truth, err := mustParseMarker(t, test.marker).EvaluateLocked(Environment{OSName: "posix"}, []string{"dev.tools"}, []string{"Test"})
		got := map[bool]string{false: "false", true: "true"}[truth]
		var e *EvaluationError
		if errors.As(err, &e) {
			got = strings.TrimSpace("undefined " + e.Undefined)
		}
		if got != test.want {
			t.Errorf("%s = %s, want %s", test.marker, got, test.want)
		}
	}
}

func TestNilMarker(t *testing.T) {
	t.Parallel()
	var always *Marker
	m := mustParseMarker(t, `os_name == "x"`)
	if truth, err := always.Evaluate(Environment{}); !truth || err != nil || always.String() != "" || always.Tree() != nil {
		t.Error("a nil Marker isn't always true")
	}
	if truth, err := always.EvaluateLocked(Environment{}, nil, nil); !truth || err != nil {
		t.Error("a nil Marker isn't always true in a lock file")
	}
	if always.And(m) != m || m.And(always) != m {
		t.Error("a nil Marker isn't the identity of And")
	}
}

// evaluateTree is an evaluator of trees that knows nothing of how markers are kept.
func evaluateTree(n Node, leaf func(Comparison) bool) bool {
	switch n := n.(type) {
	case And:
		for _, m := range n.Nodes {
			if !evaluateTree(m, leaf) {
				return false
			}
		}
		return true
	case Or:
		for _, m := range n.Nodes {
			if evaluateTree(m, leaf) {
				return true
			}
		}
		return false
	default:
		return leaf(n.(Comparison))
	}
}

func TestMarkerLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyMarkerText(3).Draw(t, "marker")
		m, err := ParseMarker(text)
		if err != nil {
			t.Fatalf("ParseMarker(%s): %v", text, err)
		}
		e := anyEnvironment().Draw(t, "environment")
		extras := rapid.SliceOfN(rapid.SampledFrom([]string{"some-extra", "posix", "x"}), 0, 1).Draw(t, "extras")
		want, wantErr := m.Evaluate(e, extras...)

		again, err := ParseMarker(m.String())
		if err != nil || again.String() != m.String() {
			t.Fatalf("%s is %s, which reads as %s, %v", text, m, again, err)
		}
		if got, err := again.Evaluate(e, extras...); got != want || (err != nil) != (wantErr != nil) {
			t.Fatalf("%s = %v %v, but its text %s = %v %v", text, want, wantErr, m, got, err)
		}
		if wantErr != nil {
			return
		}
		got := evaluateTree(m.Tree(), func(c Comparison) bool {
			one, err := ParseMarker(c.String())
			if err != nil {
				t.Fatalf("ParseMarker(%s): %v", c, err)
			}
			truth, err := one.Evaluate(e, extras...)
			if err != nil {
				t.Fatalf("%s: %v", c, err)
			}
			return truth
		})
		if got != want {
			t.Fatalf("%s = %v, but its tree = %v", text, want, got)
		}

		other, err := ParseMarker(anyMarkerText(1).Draw(t, "other"))
		if err != nil {
			t.Fatal(err)
		}
		if second, err := other.Evaluate(e, extras...); err == nil {
			for _, both := range []*Marker{m.And(other), other.And(m)} {
				reread, err := ParseMarker(both.String())
				if err != nil {
					t.Fatalf("%s: %v", both, err)
				}
				if got, err := reread.Evaluate(e, extras...); err != nil || got != (want && second) {
					t.Fatalf("%s = %v %v, want %v", both, got, err, want && second)
				}
			}
		}
	})
}

func TestHostileNesting(t *testing.T) {
	t.Parallel()
	const comparison = `os_name == "a"`
	nested := func(depth int) string {
		return strings.Repeat("(", depth) + comparison + strings.Repeat(")", depth)
	}
	if _, err := ParseMarker(nested(maxDepth)); err != nil {
		t.Errorf("%d parentheses: %v", maxDepth, err)
	}
	for _, text := range []string{nested(maxDepth + 1), nested(1 << 20), strings.Repeat("(", 1<<20)} {
		_, err := ParseMarker(text)
		checkSyntaxError(t, text, err)
	}
	m := mustParseMarker(t, comparison+strings.Repeat(" or ("+comparison+")", 1<<14))
	if truth, err := m.Evaluate(Environment{OSName: "a"}); !truth || err != nil {
		t.Errorf("a long marker = %v, %v", truth, err)
	}
}

func TestQuoteLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("\\'\"xnuNa0\n\r\x00é "))).Draw(t, "s")
		quoted := quote(s)
		got, reason := unquote(quoted[1 : len(quoted)-1])
		if got != s || reason != "" || strings.Contains(quoted[1:len(quoted)-1], quoted[:1]) {
			t.Fatalf("quote(%q) = %s, which reads as %q %s", s, quoted, got, reason)
		}
	})
}
