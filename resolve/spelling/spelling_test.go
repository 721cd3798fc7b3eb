package spelling

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNear(t *testing.T) {
	t.Parallel()
	names := []string{"app", "app.main", "flask", "flask.cli", "awscli", "aws", "größe"}
	for wanted, want := range map[string][]string{
		"ap": {"app"}, "falsk": {"flask"}, "flask.cil": {"flask.cli"}, "app.mian": {"app.main"}, "grösse": {"größe"}, "unheard": nil, "asw": {"aws"}, "": nil,
	} {
		if got := Near(wanted, names); !slices.Equal(got, want) {
			t.Errorf("Near(%q) = %q, want %q", wanted, got, want)
		}
	}
}

// TestEditsLaws: nothing is none away from itself, both ways are as long, one more
// character is at most one edit, and a limit changes only what is above it.
func TestEditsLaws(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abc.")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		n := Edits(a, b, 20)
		if n != Edits(b, a, 20) || (n == 0) != (a == b) || n > max(len(a), len(b)) {
			t.Fatalf("Edits(%q, %q) = %d, Edits(%q, %q) = %d", a, b, n, b, a, Edits(b, a, 20))
		}
		if more := Edits(a, b+"x", 20); more > n+1 || more < n-1 {
			t.Fatalf("Edits(%q, %q) = %d, but %d with an x", a, b, n, more)
		}
		limit := rapid.IntRange(0, 8).Draw(t, "limit")
		if got, want := Edits(a, b, limit), min(n, limit+1); got != want {
			t.Fatalf("Edits(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
	})
}
