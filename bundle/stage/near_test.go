package stage

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
		if got := near(wanted, names); !slices.Equal(got, want) {
			t.Errorf("near(%q) = %q, want %q", wanted, got, want)
		}
	}
}

// TestEditsLaws: nothing is none away from itself, both ways are as long, and one
// more character is one edit.
func TestEditsLaws(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abc.")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(text.Draw(t, "a")), []rune(text.Draw(t, "b"))
		n := edits(a, b, 20)
		if n != edits(b, a, 20) || (n == 0) != slices.Equal(a, b) || n > max(len(a), len(b)) {
			t.Fatalf("edits(%q, %q) = %d, edits(%q, %q) = %d", string(a), string(b), n, string(b), string(a), edits(b, a, 20))
		}
		if more := edits(a, append(slices.Clone(b), 'x'), 20); more > n+1 || more < n-1 {
			t.Fatalf("edits(%q, %q) = %d, but %d with an x", string(a), string(b), n, more)
		}
	})
}

func TestMayHave(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want bool
	}{
		{"def main(): pass", true},
		{"import re\nx = re.compile('a')\nif __name__ == '__main__': run()", false},
		{"log = logging.getLogger(__name__)\ndef run(): pass", false},
		{"app = Flask(__name__)", false},
		{"domain = 1\nmain_ = 2", false},
		{"# main", true},
		{"from cli import *", true},
		{"from cli import (*)", true},
		{"def __getattr__(name): ...", true},
		{"globals()['ma' + 'in'] = 1", true},
		{"exec(open('x').read())", true},
		{"sys.modules[__name__] = X()", true},
		{"apipkg.initpkg(__name__, spec)", true},
		{"def ｍａｉｎ(): pass", true},
		{"\xff", true},
		{"", false},
	}
	for _, test := range tests {
		if got := mayHave(test.text, "main"); got != test.want {
			t.Errorf("mayHave(%q, main) = %v, want %v", test.text, got, test.want)
		}
	}
	if !mayHave("", "größe") {
		t.Error("a name that is not ASCII is refused")
	}
}

func TestDefinitions(t *testing.T) {
	t.Parallel()
	text := "import os\nx = 1\ny: int = 2\nz == 3\nasync def a(): pass\ndef b():\n  inner = 1\nclass C: pass\n"
	if got, want := definitions(text), []string{"x", "y", "a", "b", "C"}; !slices.Equal(got, want) {
		t.Errorf("definitions = %q, want %q", got, want)
	}
}
