package bootstrap_test

import (
	"bytes"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bootstrap"
	"pgregory.net/rapid"
)

const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestFiles(t *testing.T) {
	t.Parallel()
	files := bootstrap.Files()
	names := map[string]bool{}
	previous := ""
	for _, f := range files {
		if f.Name <= previous {
			t.Errorf("%s comes after %s, want sorted names", f.Name, previous)
		}
		previous = f.Name
		names[f.Name] = true
		if !strings.HasPrefix(f.Name, "gobundle_bootstrap/") || !strings.HasSuffix(f.Name, ".py") {
			t.Errorf("%s is no module of the bootstrap", f.Name)
		}
		if len(f.Data) == 0 {
			t.Errorf("%s is empty", f.Name)
		}
	}
	for _, name := range []string{"__init__", "boot", "venv", "start"} {
		if !names["gobundle_bootstrap/"+name+".py"] {
			t.Errorf("Files() has no %s.py", name)
		}
	}
	files[0].Data[0] ^= 1
	if bytes.Equal(files[0].Data, bootstrap.Files()[0].Data) {
		t.Error("a change of what Files() returns shows in the next call")
	}
}

func TestMainFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options bootstrap.Options
		want    []string
	}{
		{bootstrap.Options{}, []string{"TOOLS = False", "INHERIT = False", "WARM = True"}},
		{bootstrap.Options{Tools: true, Inherit: true, VerifyAlways: true}, []string{"TOOLS = True", "INHERIT = True", "WARM = False", "COMMANDS = ()"}},
		{bootstrap.Options{Commands: []string{"a"}}, []string{`COMMANDS = ("a",)`}},
		{bootstrap.Options{Commands: []string{`it's "ü"`, "b"}}, []string{`COMMANDS = ("it's \"\u00fc\"", "b",)`}},
	} {
		got := string(bootstrap.Main(id, test.options))
		for _, want := range append(test.want, `BUNDLE_ID = "`+id+`"`) {
			if strings.Count(got, want) != 1 {
				t.Errorf("Main(%+v) has not one line %s", test.options, want)
			}
		}
		if placeholder.MatchString(got) {
			t.Errorf("Main(%+v) has a placeholder left", test.options)
		}
	}
	if got := string(bootstrap.Import(id)); strings.Count(got, id) != 1 || placeholder.MatchString(got) {
		t.Errorf("Import does not name the bundle, or has a placeholder left:\n%s", got)
	}
}

var placeholder = regexp.MustCompile(`@[A-Z]+@`)

func TestProlog(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		names   []string
		options bootstrap.Options
		want    string
	}{
		{"usual", []string{"python3.12", "python3", "python"}, bootstrap.Options{}, "in python3.12 python3 python; do"},
		{"no names", nil, bootstrap.Options{}, "in python3; do"},
		{"doubled", []string{"a", "b", "a"}, bootstrap.Options{}, "in a b; do"},
		{"not plain", []string{"python3", "$(rm)", "a b", "", "../x", "a\nb", "`x`"}, bootstrap.Options{}, "in python3; do"},
		{"tools", nil, bootstrap.Options{Tools: true}, `[ "${1-}" != venv ]`},
		{"isolated", nil, bootstrap.Options{}, "\nunset PYTHONPATH PYTHONHOME\n"},
		{"inherits", nil, bootstrap.Options{Inherit: true}, "\nunset PYTHONHOME\n"},
		{"options", nil, bootstrap.Options{PythonArguments: []string{"-X", "it's"}}, `bin/python" '-X' 'it'\''s' "$gobundle_start"`},
		{"always", nil, bootstrap.Options{VerifyAlways: true, Tools: true}, ` && false; then`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := string(bootstrap.Prolog(id, test.names, test.options))
			if !strings.Contains(got, test.want) {
				t.Errorf("Prolog(%q) has no %q:\n%s", test.names, test.want, got)
			}
			if !test.options.Tools && strings.Contains(got, "!= venv") {
				t.Errorf("Prolog(%q) looks for venv", test.names)
			}
			if placeholder.MatchString(got) || !strings.HasPrefix(got, "#!/bin/sh\n") || !strings.HasSuffix(got, "\nexit 1\n") {
				t.Errorf("Prolog(%q) is not whole:\n%s", test.names, got)
			}
			if strings.Contains(got, "PK\x03\x04") || strings.Contains(got, "\x00") {
				t.Error("Prolog() would be taken for a part of the zip")
			}
		})
	}
}

// TestPrologCommands: "venv" is the bundle's own verb, but not under the name of a command.
func TestPrologCommands(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Log("no sh here")
		return
	}
	o := bootstrap.Options{Tools: true, Commands: []string{"a", "it's", "x*y", "two words"}}
	_, rest, _ := strings.Cut(string(bootstrap.Prolog(id, nil, o)), "if [ -z \"${GOBUNDLE_TOOLS-}${GOBUNDLE_TRACE-}\" ]")
	test, _, _ := strings.Cut(rest, "; then\n")
	for _, c := range []struct {
		name, argument string
		warm           bool
	}{
		{"app", "x", true}, {"app", "", true}, {"app", "venv", false}, {"/b/app", "venv", false}, {"a", "venv", true}, {"/b c/it's", "venv", true},
		{"x*y", "venv", true}, {"xzy", "venv", false}, {"two words", "venv", true}, {"two", "venv", false}, {"a", "x", true}, {"app", "venv:a", true}, {"app", "ven", true},
	} {
		arguments := []string{"-c", "set -f; if true" + test + "; then exit 0; fi; exit 1", c.name}
		if c.argument != "" {
			arguments = append(arguments, c.argument)
		}
		output, err := exec.Command(sh, arguments...).CombinedOutput()
		var code *exec.ExitError
		if warm := err == nil; warm != c.warm || err != nil && !errors.As(err, &code) || len(output) > 0 {
			t.Errorf("%s %s: warm %v, want %v (%v)\n%s", c.name, c.argument, warm, c.warm, err, output)
		}
	}
}

// TestPrologSyntax has sh read the lines without running them.
func TestPrologSyntax(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Log("no sh here")
		return
	}
	command := exec.Command(sh, "-n")
	command.Stdin = bytes.NewReader(bootstrap.Prolog(id, []string{"python3"}, bootstrap.Options{Tools: true}))
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("sh -n: %v\n%s", err, output)
	}
}

func TestPrologAnyNames(t *testing.T) {
	t.Parallel()
	loop := regexp.MustCompile(`(?m)^for gobundle_name in ([A-Za-z0-9._-]+ ?)+; do$`)
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.String()).Draw(t, "names")
		got := bootstrap.Prolog(rapid.StringMatching("[0-9a-f]{0,64}").Draw(t, "id"), names, bootstrap.Options{})
		if len(loop.FindAll(got, -1)) != 1 {
			t.Fatalf("Prolog(%q) has not one loop over plain names", names)
		}
	})
}

func TestShebang(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("x", 124)
	tests := []struct {
		text string
		want string // "" for an error
	}{
		{"/usr/bin/python3", "#!/usr/bin/python3\n"},
		{"/usr/bin/env python3", "#!/usr/bin/env python3\n"},
		{"/usr/bin/env -S python3 -I", "#!/usr/bin/env -S python3 -I\n"},
		{long, "#!" + long + "\n"},
		{long + "x", ""},
		{"", ""},
		{" ", ""},
		{"python3", ""},
		{"/bin/python ", ""},
		{"/bin/py\nthon", ""},
		{"/bin/py\rthon", ""},
		{"/bin/py\x00thon", ""},
	}
	for _, test := range tests {
		got, err := bootstrap.Shebang(test.text)
		if test.want == "" {
			var refused *bootstrap.ShebangError
			if !errors.As(err, &refused) || refused.Text != test.text || refused.Reason == "" {
				t.Errorf("Shebang(%q) = %q, %v, want a *ShebangError", test.text, got, err)
			}
			continue
		}
		if err != nil || string(got) != test.want {
			t.Errorf("Shebang(%q) = %q, %v, want %q", test.text, got, err, test.want)
		}
	}
}
