package stage

import (
	"slices"
	"testing"
)

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
		{"print(flask.__name__)", false},
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
