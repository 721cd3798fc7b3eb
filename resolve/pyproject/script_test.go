package pyproject

import (
	"errors"
	"strings"
	"testing"
)

func TestReadScript(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, requires, dependencies string }{
		{"as in the PEP", "# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"requests<3\",\n#   \"rich\",\n# ]\n# ///\n\nimport requests\n", ">=3.11", "requests<3, rich"},
		{"behind other lines", "#!/usr/bin/env python\n\n# a comment\n\n# /// script\n# dependencies = [\"a\"]\n# ///\n", "", "a"},
		{"at the end, without a line feed", "# /// script\n# dependencies = [\"a\"]\n# ///", "", "a"},
		{"Windows", "\ufeff# /// script\r\n# dependencies = [\"a\"]\r\n#\r\n# requires-python = \">=3\"\r\n# ///\r\n", ">=3", "a"},
		{"empty lines", "# /// script\n#\n# dependencies = [\"a\"]\n#\n# ///\n", "", "a"},
		{"a closing line inside", "# /// script\n# x = '''\n# ///\n# '''\n# dependencies = [\"a\"]\n# ///\n", "", "a"},
		{"another type", "# /// some-toml\n# x = 1\n# ///\n\n# /// script\n# dependencies = [\"a\"]\n# ///\n", "", "a"},
		{"tool", "# /// script\n# dependencies = []\n# [tool.x]\n# y = 1\n# ///\n", "", ""},
		{"with a table of another type behind", "# /// script\n# dependencies = [\"a\"]\n# ///\n\n# /// script2\n# = =\n# ///\n", "", "a"},
	} {
		s, err := ReadScript("tool.py", strings.NewReader(test.text))
		if err != nil || !s.Found || s.RequiresPython.String() != test.requires || strings.Join(strs(s.Dependencies), ", ") != test.dependencies {
			t.Errorf("%s: %+v, %v; want %q and %q", test.name, s, err, test.requires, test.dependencies)
		}
	}
	// What the PEP says is none.
	for name, text := range map[string]string{
		"nothing":         "import x\n",
		"not closed":      "# /// script\n# dependencies = [\"a\"]\nimport x\n",
		"indented":        "if True:\n    # /// script\n    # dependencies = [\"a\"]\n    # ///\n",
		"without space":   "# /// script\n#dependencies = [\"a\"]\n# ///\n",
		"another type":    "# /// other\n# dependencies = [\"a\"]\n# ///\n",
		"text behind":     "# /// script x\n# dependencies = [\"a\"]\n# ///\n",
		"a line between":  "# /// script\n\n# dependencies = [\"a\"]\n# ///\n",
		"nothing inside":  "# /// script\n# ///\n",
		"closed too late": "# /// script\n# dependencies = [\"a\"]\nx = 1\n# ///\n",
	} {
		if s, err := ReadScript("tool.py", strings.NewReader(text)); err != nil || s.Found {
			t.Errorf("%s: %+v, %v; want no block", name, s, err)
		}
	}
}

func TestReadScriptRefuses(t *testing.T) {
	t.Parallel()
	var block *BlockError
	const one = "# /// script\n# dependencies = []\n# ///\n"
	if _, err := ReadScript("tool.py", strings.NewReader(one+"\n"+one)); !errors.As(err, &block) || block.Line != 5 {
		t.Errorf("error %v, want a *BlockError of line 5", err)
	}
	for text, want := range map[string]string{
		"# /// script\n# dependencies = 1\n# ///\n":            "dependencies: it is not an array",
		"# /// script\n# dependencies = ['a b']\n# ///\n":      "dependencies[0]: it is not a requirement",
		"# /// script\n# requires-python = 'new'\n# ///\n":     "requires-python: \"new\" is not a set of versions",
		"# /// script\n# tool = 1\n# ///\n":                    "tool: it is not a table",
		"# /// script\n# dependencies = []\n# ///\nx = '\xff'": "the whole: it is not UTF-8",
	} {
		_, err := ReadScript("tool.py", strings.NewReader(text))
		var refused *ValueError
		if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), "tool.py: "+want) {
			t.Errorf("ReadScript(%q): error %v, want a *ValueError with %q", text, err, want)
		}
	}
}

// FuzzScript: lines of a block come out of the comment as they were put in,
// wherever in a file it stands.
func FuzzScript(f *testing.F) {
	f.Add("import x\n", "dependencies = ['a']\n\nrequires-python = '>=3'", "y = 1\n")
	f.Add("#!x\n# y\n\n", "x = '''\n  # z\n'''", "# ///\n")
	f.Add("", "///", "")
	f.Fuzz(func(t *testing.T, before, content, after string) {
		if _, err := ReadScript("x", strings.NewReader(before)); err != nil {
			known(t, err)
		}
		if strings.Contains(content, "\r") || strings.Contains(before+after, "# ///") || strings.ContainsAny(before+after, "\r#") {
			return
		}
		var block strings.Builder
		for line := range strings.SplitSeq(content, "\n") {
			block.WriteString("# " + line + "\n")
		}
		text := before + "\n# /// script\n" + block.String() + "# ///\n" + after
		got, line, err := scriptBlock("x", text)
		if err != nil || strings.TrimSuffix(got, "\n") != content {
			// A line of the content may itself end the block, or begin another.
			if strings.Contains(content, "///") {
				return
			}
			t.Fatalf("scriptBlock(%q) = %q, %v; want %q", text, got, err, content)
		}
		if want := strings.Count(before, "\n") + 2; line != want {
			t.Fatalf("scriptBlock(%q) begins in line %d, want %d", text, line, want)
		}
	})
}
