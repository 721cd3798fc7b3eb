package reqfile

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLogicalLines(t *testing.T) {
	t.Parallel()
	variables := map[string]string{"A": "one", "B": "${A}", "HASH": "# no comment", "SELF": "<${SELF}>"}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"value of a variable is no comment", "foo ${HASH}\n", []string{"foo # no comment"}},
		{"only capitals, digits and underscore", "${a} $A ${A ${A-B} $${A}\n", []string{"${a} $A ${A ${A-B} $one"}},
		{"unset stays", "${NOTHING}\n", []string{"${NOTHING}"}},
		{"value that looks like a variable", "${B}\n", []string{"${A}"}},
		{"value that holds its own name", "${SELF} ${SELF}\n", []string{"<${SELF}> <${SELF}>"}},
		{"reference in two lines", "${\\\nA}\n", []string{"one"}},
		{"comment within a word stays", "a#b # c # d\n", []string{"a#b"}},
		{"comment in a joined line takes the rest", "a \\\nb # c \\\nd\ne\n", []string{"a b", "e"}},
		{"joined lines keep their spaces", " a \\\n  b \n", []string{"a   b"}},
	}
	for _, test := range tests {
		var got []string
		for _, l := range logicalLines(test.text, func(name string) string { return variables[name] }) {
			got = append(got, l.text)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: lines of %q = %q, want %q", test.name, test.text, got, test.want)
		}
	}
}

// Every byte of a line is the byte of the file that it says it comes from, and
// the value of a variable comes from the variable's dollar sign.
func TestLineOrigins(t *testing.T) {
	t.Parallel()
	parts := []string{"a", "é", " ", "#", "\\", "\n", "\r\n", "\u2028", "\\\n", " #", "${A}", "$", "\t", "="}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "parts"), "")
		value := rapid.SampledFrom([]string{"", "¡"}).Draw(t, "value")
		for _, l := range logicalLines(text, func(string) string { return value }) {
			if len(l.origin) != len(l.text)+1 || !slices.IsSorted(l.origin) {
				t.Fatalf("line %q of %q has origins %d", l.text, text, l.origin)
			}
			for i := range len(l.text) {
				from := text[l.origin[i]:]
				if from[0] != l.text[i] && (value == "" || !strings.HasPrefix(from, "$") || !strings.Contains(value, l.text[i:i+1])) {
					t.Fatalf("byte %d of line %q comes from %q in %q", i, l.text, from, text)
				}
			}
		}
	})
}
