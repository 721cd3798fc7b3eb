package launch

import (
	"slices"
	"testing"
)

func TestWithCommand(t *testing.T) {
	t.Parallel()
	r := &Record{Commands: []string{"aws", "two words"}}
	for _, test := range []struct {
		self, name string
		want       []string
	}{
		{"./app", "./app", []string{"x"}},
		{"/b/aws", "aws", []string{"x"}},
		{"/b/app", "aws", []string{"aws", "x"}},
		{"/b/app", "two words", []string{"two words", "x"}},
		{"/b/app", "other", []string{"x"}},
		{"/b/aws", "two words", []string{"x"}}, // the file's own name is what the application sees
	} {
		if got := r.withCommand(test.self, []string{test.name, "x"}); !slices.Equal(got, test.want) {
			t.Errorf("withCommand(%s, %s) = %q, want %q", test.self, test.name, got, test.want)
		}
	}
}
