package stage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/bundle/stage/stagetest"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// selectors parses what must be right.
func selectors(t *testing.T, texts ...string) []stage.Selector {
	t.Helper()
	parsed, err := stage.ParseSelectors(texts)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestCommands(t *testing.T) {
	t.Parallel()
	in := shop(t)
	for _, test := range []struct {
		selectors string
		want      string
	}{
		{"@", "Tool aws aws-window tk"},
		{"@tool.kit", "Tool tk"},
		{"@,!@Tool_Kit", "aws aws-window"},
		{"@,!aws", "Tool aws-window tk"},
		{"tk , aws", "aws tk"},
		{"aws.cmd,@awscli", "aws aws-window aws.cmd"},
		{"!tk,@tool-kit", "Tool"},
		{"run=app:main,m=pkg.sub,tk", "m run tk"},
		{"@,tk=app:main,!tk", "Tool aws aws-window tk"},
	} {
		t.Run(test.selectors, func(t *testing.T) {
			t.Parallel()
			in := in
			in.Commands = selectors(t, test.selectors)
			m := staged(t, in).Manifest
			if got := strings.Join(m.CommandNames(), " "); got != test.want || m.EntryPoint != (manifest.EntryPoint{Kind: manifest.Busybox}) {
				t.Errorf("got %s of %+v, want %s", got, m.EntryPoint, test.want)
			}
		})
	}
	in.Commands = selectors(t, "aws,tk,run=app:main", "m=pkg.sub")
	want := []manifest.Command{
		{Name: "aws", EntryPoint: manifest.EntryPoint{Kind: manifest.Script, Script: "aws", Distribution: "awscli"}},
		{Name: "m", EntryPoint: manifest.EntryPoint{Kind: manifest.Module, Module: "pkg.sub"}},
		{Name: "run", EntryPoint: manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "main"}},
		{Name: "tk", EntryPoint: manifest.EntryPoint{Kind: manifest.Callable, Module: "toolkit.cli", Attribute: "group.run", Script: "tk", Distribution: "tool-kit"}},
	}
	if got := staged(t, in).Manifest.Commands; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCommandRefusals(t *testing.T) {
	t.Parallel()
	in := shop(t)
	for _, test := range []struct {
		selectors, reason, near string
	}{
		{"asw", "is no console script of the bundle", "aws"},
		{"@,!asw", "chooses nothing: there is no such console script", "!aws"},
		{"@tool-kid", "chooses nothing: tool-kid is no distribution of the bundle", "@tool-kit"},
		{"@,!@tool-kid", "chooses nothing: tool-kid is no distribution of the bundle", "!@tool-kit"},
		{"@native", "chooses nothing: native has no console scripts", "@native"},
		{"tk,!tk", "leaves the bundle without any command", ""},
		{"a=app:main,a=app:main", "is given twice", ""},
		{"venv=app:main", "is the bundle's own verb", ""},
	} {
		t.Run(test.selectors, func(t *testing.T) {
			t.Parallel()
			in := in
			in.Options.Tools = true
			in.Commands = selectors(t, test.selectors)
			_, err := stage.Stage(t.Context(), in)
			var refused *stage.CommandError
			if !errors.As(err, &refused) || refused.Reason != test.reason || strings.Join(refused.Near, " ") != test.near {
				t.Errorf("got %v, near %q; want %s, %s", err, refused.Near, test.reason, test.near)
			}
		})
	}
	in.Commands = selectors(t, "x=app:mian")
	var missing *stage.EntryPointError
	if _, err := stage.Stage(t.Context(), in); !errors.As(err, &missing) || !slices.Equal(missing.Near, []string{"app:main"}) {
		t.Errorf("a function that is not there: %v", err)
	}
}

func TestCommandConflicts(t *testing.T) {
	t.Parallel()
	declare := func(name, reference string) stage.Wheel {
		return stagetest.Wheel(t, indextest.Dist{Name: name, Version: "1", Scripts: map[string]string{"run": reference}})
	}
	in := stagetest.Input(declare("one", "one:main"), declare("two", "two:main"), declare("three", "one:main"))
	in.TemporaryDir = t.TempDir()
	in.Commands = selectors(t, "@")
	var refused *stage.CommandError
	if _, err := stage.Stage(t.Context(), in); !errors.As(err, &refused) || !slices.Equal(refused.Owners, []string{"one", "two"}) {
		t.Errorf("two scripts of one name: %v", err)
	}
	for _, texts := range []string{"@,!@two", "@one", "run,!@two"} {
		in.Commands = selectors(t, texts)
		if got := staged(t, in).Manifest.Commands; len(got) != 1 || got[0].Module != "one" {
			t.Errorf("%s gives %+v", texts, got)
		}
	}
}

// TestCommandsOfTargets: what is asked for by name is on all of them, or nowhere; what
// all scripts are may differ.
func TestCommandsOfTargets(t *testing.T) {
	t.Parallel()
	one := stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", Scripts: map[string]string{"run": "one:main", "same": "one:same"}})
	two := stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "2", Scripts: map[string]string{"run": "one.cli:main", "same": "one:same", "more": "one:more"}})
	in := stage.Input{Wheels: []stage.Wheel{one, two}, Targets: []manifest.Target{
		{Name: "old", Python: "3.8.1", Implementation: "cpython", Wheels: []int{0}},
		{Name: "new", Python: "3.12.1", Implementation: "cpython", Wheels: []int{1}},
	}}
	for texts, want := range map[string]string{
		"@":      "run starts something else on target new than on another",
		"more":   "more is no console script of the bundle for target old",
		"@,!run": "more same", "same": "same",
	} {
		in.Commands = selectors(t, texts)
		tree, err := stage.Stage(t.Context(), in)
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "command ")
		} else {
			got = strings.Join(tree.Manifest.CommandNames(), " ")
		}
		if got != want {
			t.Errorf("%s gives %s, want %s", texts, got, want)
		}
	}
}

func TestParseSelectorsRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "!", "!@", "@a b", "@/", "a/b", "-x", "..", "=m", "a=", "a=m:", "a=m:f()", "!a=m:f", "a,,b", "nul", "a=m n", "a\x1b"} {
		got, err := stage.ParseSelectors([]string{"@", text})
		var refused *stage.CommandError
		if !errors.As(err, &refused) || !refused.Malformed || got != nil {
			t.Errorf("ParseSelectors(%q) = %v, %v; want a malformed CommandError", text, got, err)
		}
	}
	if got, err := stage.ParseSelectors(nil); got != nil || err != nil {
		t.Errorf("ParseSelectors(nil) = %v, %v", got, err)
	}
	if got := stage.Modules(selectors(t, "@,a,b=m.n:f,c=k")); !slices.Equal(got, []string{"m.n", "k"}) {
		t.Errorf("Modules = %q", got)
	}
}
