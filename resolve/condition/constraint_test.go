package condition

import (
	"encoding/json"
	"testing"

	"github.com/gobundle/gobundle/resolve/target"
)

func TestConstraints(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in         []string
		text, want string
	}{
		{[]string{"CPython>=3.9"}, "CPython>=3.9", `["all",["text","implementation_name","==","cpython"],["version","python_full_version",[[[3,9,0,0,0],true,null,false]]]]`},
		{[]string{"PyPy"}, "PyPy", `["text","implementation_name","==","pypy"]`},
		{[]string{"PyPy", "<3.12"}, "PyPy or <3.12", `["any",["text","implementation_name","==","pypy"],["version","python_full_version",[[null,false,[3,12,0,0,0],false]]]]`},
	} {
		var constraints []target.Constraint
		for _, text := range test.in {
			c, err := target.ParseConstraint(text)
			if err != nil {
				t.Fatal(err)
			}
			constraints = append(constraints, c)
		}
		text, expr := Constraints(constraints)
		got, err := json.Marshal(expr)
		if err != nil || text != test.text || string(got) != test.want {
			t.Errorf("Constraints(%q) = %q, %s, %v, want %q, %s", test.in, text, got, err, test.text, test.want)
		}
	}
}
