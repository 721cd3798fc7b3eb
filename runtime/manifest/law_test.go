package manifest_test

import (
	"encoding/json"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawKey(t *rapid.T) manifest.Key {
	small := rapid.IntRange(0, 3)
	return manifest.Key{small.Draw(t, "major"), small.Draw(t, "minor"), small.Draw(t, "micro"), rapid.IntRange(0, 5).Draw(t, "level"), small.Draw(t, "serial")}
}

func drawSpan(t *rapid.T) manifest.Span {
	s := manifest.Span{LowInclusive: rapid.Bool().Draw(t, "low in"), HighInclusive: rapid.Bool().Draw(t, "high in")}
	if rapid.Bool().Draw(t, "has low") {
		k := drawKey(t)
		s.Low = &k
	}
	if rapid.Bool().Draw(t, "has high") {
		k := drawKey(t)
		s.High = &k
	}
	return s
}

func drawExpr(t *rapid.T, depth int) manifest.Expr {
	kinds := 4
	if depth > 0 {
		kinds = 7
	}
	value := rapid.SampledFrom([]string{"", "1.2", "2.0rc1", "linux", "x"})
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return manifest.Constant(rapid.Bool().Draw(t, "truth"))
	case 1:
		var spans []manifest.Span
		for range rapid.IntRange(0, 2).Draw(t, "spans") {
			spans = append(spans, drawSpan(t))
		}
		return manifest.InSpans(rapid.SampledFrom([]string{"python_version", "platform_release"}).Draw(t, "variable"), spans...)
	case 2:
		comparison := rapid.SampledFrom([]manifest.Comparison{
			manifest.Equal, manifest.NotEqual, manifest.In, manifest.NotIn, manifest.Contains, manifest.NotContains,
		}).Draw(t, "comparison")
		return manifest.Text(rapid.SampledFrom(manifest.Variables()).Draw(t, "variable"), comparison, value.Draw(t, "value"))
	case 3:
		return manifest.Same(rapid.SampledFrom(manifest.Variables()).Draw(t, "variable"), value.Draw(t, "value"), rapid.Bool().Draw(t, "truth"))
	case 4:
		return manifest.Not(drawExpr(t, depth-1))
	}
	var operands []manifest.Expr
	for range rapid.IntRange(0, 3).Draw(t, "operands") {
		operands = append(operands, drawExpr(t, depth-1))
	}
	if rapid.Bool().Draw(t, "all") {
		return manifest.All(operands...)
	}
	return manifest.Any(operands...)
}

func drawFacts(t *rapid.T) manifest.Facts {
	facts := manifest.Facts{}
	for _, name := range manifest.Variables() {
		if rapid.Bool().Draw(t, "has "+name) {
			facts[name] = rapid.SampledFrom([]string{"", "1.2", "1", "2.0rc1", "2.0.1", "linux", "x"}).Draw(t, name)
		}
	}
	return facts
}

// TestExprLaws: the array form gives the expression back; negation swaps all
// and any; and a further fact may decide what was not known, but never
// overturns what was.
func TestExprLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawExpr(t, 3)
		facts := drawFacts(t)
		truth, known := e.Evaluate(facts)
		if truth && !known {
			t.Fatal("true but not known")
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back manifest.Expr
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s reads back as %s, %v", text, again, err)
		}
		if tr, kn := back.Evaluate(facts); tr != truth || kn != known {
			t.Fatalf("%s evaluates to %v, %v after reading back, want %v, %v", text, tr, kn, truth, known)
		}

		var negated []manifest.Expr
		for _, operand := range e.Operands {
			negated = append(negated, manifest.Not(operand))
		}
		switch e.Op {
		case manifest.OpAll:
			same(t, manifest.Not(e), manifest.Any(negated...), facts)
		case manifest.OpAny:
			same(t, manifest.Not(e), manifest.All(negated...), facts)
		}
		same(t, manifest.Not(manifest.Not(e)), e, facts)

		more := drawFacts(t)
		for name, value := range facts {
			more[name] = value
		}
		if tr, kn := e.Evaluate(more); known && (!kn || tr != truth) {
			t.Fatalf("%s is %v with %v, but %v (known: %v) with %v", text, truth, facts, tr, kn, more)
		}
	})
}

func same(t *rapid.T, a, b manifest.Expr, facts manifest.Facts) {
	t.Helper()
	at, ak := a.Evaluate(facts)
	bt, bk := b.Evaluate(facts)
	if at != bt || ak != bk {
		t.Fatalf("%+v is %v, %v; %+v is %v, %v", a, at, ak, b, bt, bk)
	}
}

// TestSpanLaws: a span's complement holds what the span does not.
func TestSpanLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		span, key := drawSpan(t), drawKey(t)
		below := span.Low != nil && manifest.Span{High: span.Low, HighInclusive: !span.LowInclusive}.Holds(key)
		above := span.High != nil && manifest.Span{Low: span.High, LowInclusive: !span.HighInclusive}.Holds(key)
		if span.Holds(key) == (below || above) {
			t.Fatalf("%+v: %v lies in both or neither of the span and its complement", span, key)
		}
	})
}

// FuzzDecode: what is read is written again as the same manifest, in a form
// that is stable.
func FuzzDecode(f *testing.F) {
	seed, err := sample().Encode()
	if err != nil || len(seed) == 0 {
		f.Fatalf("the seed is empty: %v", err)
	}
	f.Add(seed)
	f.Add([]byte(`{"format":"1.0","entry_point":{"kind":"interpreter"},"targets":[{"name":"x"}]}`))
	f.Add([]byte(`{"format":"2.0"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := manifest.Decode(data)
		if err != nil {
			return
		}
		encoded, err := m.Encode()
		if err != nil {
			t.Fatalf("Encode of what Decode read: %v", err)
		}
		back, err := manifest.Decode(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, back); diff != "" {
			t.Fatalf("read, written, read (-first +second):\n%s", diff)
		}
		for _, target := range m.Targets {
			for _, index := range target.Wheels {
				_ = m.Wheels[index]
			}
			for _, condition := range target.Conditions {
				condition.Holds(manifest.Facts{"python_version": "3.12"})
			}
		}
	})
}
