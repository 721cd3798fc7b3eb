package reqfile

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"https://h.example/a@b", "https://h.example/a@b"},
		{"https://user:secret@h.example/", "https://user:****@h.example/"},
		{"https://token@h.example/", "https://****@h.example/"},
		{"https://user:p@ss@h.example/", "https://user:****@h.example/"},
		{"https://user:@h.example/", "https://user:@h.example/"},
		{"a @ git+ssh://t@h.example/x#egg=y b://u:s@i", "a @ git+ssh://****@h.example/x#egg=y b://u:****@i"},
	}
	for _, test := range tests {
		if got := mask(test.text); got != test.want {
			t.Errorf("mask(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

// A marked place that holds no secret holds the same text after masking.
func TestMaskSpan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"x", "é ", "https://u:secret@h", "git://token@h/y", "a b", ""})
		before := strings.Join(rapid.SliceOf(part).Draw(t, "before"), " ")
		marked := rapid.SampledFrom([]string{"X", "YZ", "W W"}).Draw(t, "marked")
		after := strings.Join(rapid.SliceOf(part).Draw(t, "after"), " ")
		text := before + " " + marked + " " + after
		low := len(before) + 1
		shown, from, to := maskSpan(text, low, low+len(marked))
		if shown[from:to] != marked {
			t.Fatalf("maskSpan(%q) = %q with %q marked, want %q", text, shown, shown[from:to], marked)
		}
		if strings.Contains(shown, "secret") || strings.Contains(shown, "token") {
			t.Fatalf("mask(%q) = %q", text, shown)
		}
	})
}
