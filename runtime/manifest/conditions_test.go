package manifest_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// conditions is a file that every reader of manifests is tested with. The
// keys of versions are null where there is none, results where the test is not
// known; facts with a null under "but" are missing.
type conditions struct {
	Keys []struct {
		Text string        `json:"text"`
		Key  *manifest.Key `json:"key"`
	} `json:"keys"`
	Facts manifest.Facts `json:"facts"`
	Cases []struct {
		Test   manifest.Expr      `json:"test"`
		But    map[string]*string `json:"but"`
		Result *bool              `json:"result"`
	} `json:"cases"`
	Invalid []json.RawMessage `json:"invalid"`
}

func readConditions(tb testing.TB) conditions {
	tb.Helper()
	data, err := os.ReadFile("testdata/conditions.json")
	if err != nil {
		tb.Fatal(err)
	}
	var c conditions
	if err := json.Unmarshal(data, &c); err != nil {
		tb.Fatal(err)
	}
	if len(c.Keys) < 30 || len(c.Cases) < 60 || len(c.Invalid) < 25 {
		tb.Fatalf("read %d keys, %d cases, %d invalid tests: too few", len(c.Keys), len(c.Cases), len(c.Invalid))
	}
	return c
}

func TestKeyOf(t *testing.T) {
	t.Parallel()
	for _, row := range readConditions(t).Keys {
		got, ok := manifest.KeyOf(row.Text)
		if ok != (row.Key != nil) || ok && got != *row.Key {
			t.Errorf("KeyOf(%q) = %v, %v, want %v", row.Text, got, ok, row.Key)
		}
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	c := readConditions(t)
	for _, row := range c.Cases {
		facts := manifest.Facts{}
		for name, value := range c.Facts {
			facts[name] = value
		}
		for name, value := range row.But {
			if delete(facts, name); value != nil {
				facts[name] = *value
			}
		}
		truth, known := row.Test.Evaluate(facts)
		if known != (row.Result != nil) || known && truth != *row.Result || !known && truth {
			want := "unknown"
			if row.Result != nil {
				want = map[bool]string{true: "true", false: "false"}[*row.Result]
			}
			text, _ := json.Marshal(row.Test)
			t.Errorf("%s but %v: got %v (known: %v), want %s", text, row.But, truth, known, want)
		}
	}
}

func TestInvalidExpressions(t *testing.T) {
	t.Parallel()
	for _, text := range readConditions(t).Invalid {
		var e manifest.Expr
		if err := json.Unmarshal(text, &e); err == nil && string(text) != "null" {
			t.Errorf("%s is accepted as %+v", text, e)
		}
	}
}
