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

// shop is a bundle with something of everything.
func shop(tb testing.TB) stage.Input {
	tb.Helper()
	in := stagetest.Input(
		stagetest.Wheel(tb, indextest.Dist{Name: "Tool_Kit", Version: "1", Scripts: map[string]string{"Tool": "toolkit.cli:main", "tk": "toolkit.cli:group.run"}, Files: map[string]string{
			"toolkit/__init__.py": "", "toolkit/cli.py": "", "toolkit/__main__.py": "", "ns/one/mod.py": "",
		}}),
		stagetest.Wheel(tb, indextest.Dist{
			Name: "awscli", Version: "1", DataScripts: map[string]string{"aws": "#!python\n", "aws.cmd": "rem"}, GUIScripts: map[string]string{"aws-window": "awscli:gui"},
			Files: map[string]string{"awscli/__init__.py": "", "ns/two/__init__.py": "", "awscli-1.data/purelib/moved/part.py": ""},
		}),
		stagetest.Wheel(tb, indextest.Dist{Name: "native", Version: "1", Tag: "cp311-cp311-linux_x86_64", Files: map[string]string{
			"fast.cpython-311-x86_64-linux-gnu.so": "", "fast.pyi": "", "shadow.py": "", "shadow/other.txt": "",
		}}),
	)
	in.Sources = []stage.Source{{Path: stagetest.Folder(tb, map[string]string{
		"app.py": "import sys\ndef main(): pass\nclass Runner: pass\n", "my-tool.py": "", "spread.py": "from app import *\n",
		"pkg/__init__.py": "", "pkg/sub.py": "def run(): pass\n",
	})}}
	return in
}

func TestEntryPoints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		asked stage.EntryPoint
		want  manifest.EntryPoint
	}{
		{stage.EntryPoint{}, manifest.EntryPoint{Kind: manifest.Interpreter}},
		{stage.EntryPoint{Text: "app"}, manifest.EntryPoint{Kind: manifest.Module, Module: "app"}},
		{stage.EntryPoint{Text: "app:main"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "main"}},
		{stage.EntryPoint{Text: "app:Runner.go.on"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "Runner.go.on"}},
		{stage.EntryPoint{Text: "my-tool"}, manifest.EntryPoint{Kind: manifest.Module, Module: "my-tool"}},
		{stage.EntryPoint{Text: "spread:anything"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "spread", Attribute: "anything"}},
		{stage.EntryPoint{Text: "pkg:sub.run"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "pkg", Attribute: "sub.run"}},
		{stage.EntryPoint{Text: "toolkit"}, manifest.EntryPoint{Kind: manifest.Module, Module: "toolkit"}},
		{stage.EntryPoint{Text: "toolkit.cli"}, manifest.EntryPoint{Kind: manifest.Module, Module: "toolkit.cli"}},
		{stage.EntryPoint{Text: "toolkit:unknowable"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "toolkit", Attribute: "unknowable"}},
		{stage.EntryPoint{Text: "ns.one.mod"}, manifest.EntryPoint{Kind: manifest.Module, Module: "ns.one.mod"}},
		{stage.EntryPoint{Text: "ns.two:x"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "ns.two", Attribute: "x"}},
		{stage.EntryPoint{Text: "moved.part"}, manifest.EntryPoint{Kind: manifest.Module, Module: "moved.part"}},
		{stage.EntryPoint{Text: "fast:go"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "fast", Attribute: "go"}},
		{stage.EntryPoint{Text: "shadow"}, manifest.EntryPoint{Kind: manifest.Module, Module: "shadow"}},
		{stage.EntryPoint{Text: "http.server"}, manifest.EntryPoint{Kind: manifest.Module, Module: "http.server"}},
		{stage.EntryPoint{Script: "Tool"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "toolkit.cli", Attribute: "main", Script: "Tool", Distribution: "tool-kit"}},
		{stage.EntryPoint{Script: "tk"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "toolkit.cli", Attribute: "group.run", Script: "tk", Distribution: "tool-kit"}},
		{stage.EntryPoint{Script: "aws"}, manifest.EntryPoint{Kind: manifest.Script, Script: "aws", Distribution: "awscli"}},
		{stage.EntryPoint{Script: "aws-window"}, manifest.EntryPoint{Kind: manifest.Callable, Module: "awscli", Attribute: "gui", Script: "aws-window", Distribution: "awscli"}},
	}
	in := shop(t)
	for _, test := range tests {
		t.Run(test.asked.Text+test.asked.Script, func(t *testing.T) {
			t.Parallel()
			in := in
			in.EntryPoint = test.asked
			if got := staged(t, in).Manifest.EntryPoint; got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestEntryPointRefusals(t *testing.T) {
	t.Parallel()
	scripts := []string{"Tool", "aws", "aws-window", "aws.cmd", "tk"}
	tests := []struct {
		asked   stage.EntryPoint
		reason  string
		module  string
		near    []string
		scripts []string
	}{
		{stage.EntryPoint{Text: "ap:main"}, "the module ap, which is not in the bundle", "ap", []string{"app:main"}, scripts},
		{stage.EntryPoint{Text: "toolkit.clj"}, "is not a module", "toolkit.clj", []string{"toolkit.cli"}, scripts},
		{stage.EntryPoint{Text: "app.main"}, "is not a module", "app.main", []string{"app:main"}, scripts},
		{stage.EntryPoint{Text: "app.nothing_of_it"}, "is not a module", "app.nothing_of_it", nil, scripts},
		{stage.EntryPoint{Text: "aws"}, "is not a module", "aws", []string{"-c aws"}, scripts},
		{stage.EntryPoint{Text: "nowhere.near.it:x"}, "is not in the bundle", "nowhere.near.it", nil, scripts},
		{stage.EntryPoint{Text: "app:mian"}, "names mian, which app does not define", "", []string{"app:main"}, nil},
		{stage.EntryPoint{Text: "pkg:su"}, "which pkg does not define", "", nil, nil},
		{stage.EntryPoint{Text: "pkg"}, "is a package without a __main__ module", "", nil, scripts},
		{stage.EntryPoint{Text: "ns"}, "is a package without a __main__ module", "", []string{"-c aws", "-c aws-window", "-c aws.cmd"}, scripts},
		{stage.EntryPoint{Text: "awscli"}, "is a package without a __main__ module", "", []string{"-c aws", "-c aws-window", "-c aws.cmd"}, scripts},
		{stage.EntryPoint{Text: "app:"}, "is not of the form", "", nil, nil},
		{stage.EntryPoint{Text: ":main"}, "is not of the form", "", nil, nil},
		{stage.EntryPoint{Text: "app:main()"}, "is not of the form", "", nil, nil},
		{stage.EntryPoint{Text: "./app.py"}, "is not of the form", "", nil, nil},
		{stage.EntryPoint{Text: "app", Script: "aws"}, "can't both be started", "", nil, nil},
		{stage.EntryPoint{Script: "tool"}, "is no console script", "", []string{"Tool"}, scripts},
		{stage.EntryPoint{Script: "asw"}, "is no console script", "", []string{"aws"}, scripts},
		{stage.EntryPoint{Script: "../aws"}, "is no console script", "", nil, scripts},
	}
	in := shop(t)
	for _, test := range tests {
		t.Run(test.asked.Text+test.asked.Script, func(t *testing.T) {
			t.Parallel()
			in := in
			in.EntryPoint = test.asked
			_, err := stage.Stage(t.Context(), in)
			var refusal *stage.EntryPointError
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, want an EntryPointError", err)
			}
			if !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %q, want %q in it", err, test.reason)
			}
			if refusal.Module != test.module || !slices.Equal(refusal.Near, test.near) || !slices.Equal(refusal.Scripts, test.scripts) {
				t.Errorf("got module %q, near %q, scripts %q; want %q, %q, %q", refusal.Module, refusal.Near, refusal.Scripts, test.module, test.near, test.scripts)
			}
		})
	}
}

func TestScriptConflicts(t *testing.T) {
	t.Parallel()
	declare := func(name, reference string) stage.Wheel {
		return stagetest.Wheel(t, indextest.Dist{Name: name, Version: "1", Scripts: map[string]string{"run": reference}})
	}
	tests := []struct {
		name   string
		wheels []stage.Wheel
		reason string
	}{
		{"two distributions", []stage.Wheel{declare("one", "one:main"), declare("two", "two:main")}, "of both one and two"},
		{"two files", []stage.Wheel{
			stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", DataScripts: map[string]string{"run": "x"}}),
			stagetest.Wheel(t, indextest.Dist{Name: "two", Version: "1", DataScripts: map[string]string{"run": "x"}}),
		}, "of both one and two"},
		{"no callable", []stage.Wheel{declare("one", "one")}, `declared as "one"`},
		{"no reference", []stage.Wheel{declare("one", "import os; os")}, `declared as "import os; os"`},
		{"the same callable", []stage.Wheel{declare("one", "three:main"), declare("two", "three:main")}, ""},
		{"an entry point beside a file of its own", []stage.Wheel{
			stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", DataScripts: map[string]string{"run": "x"}, Scripts: map[string]string{"run": "one:main"}}),
		}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := stagetest.Input(test.wheels...)
			in.EntryPoint.Script = "run"
			in.TemporaryDir = t.TempDir()
			tree, err := stage.Stage(t.Context(), in)
			if test.reason == "" {
				if err != nil || tree.Manifest.EntryPoint.Kind != manifest.Callable {
					t.Errorf("got %v, want a callable", err)
				}
				return
			}
			var refusal *stage.EntryPointError
			if !errors.As(err, &refusal) || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %q", err, test.reason)
			}
		})
	}
}

// TestEntryPointOnEveryTarget: what only one target has can't be started.
func TestEntryPointOnEveryTarget(t *testing.T) {
	t.Parallel()
	one := stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "1", Scripts: map[string]string{"run": "one:main"}})
	two := stagetest.Wheel(t, indextest.Dist{Name: "one", Version: "2", Scripts: map[string]string{"run": "one.cli:main"}})
	in := stage.Input{Wheels: []stage.Wheel{one, two}, Targets: []manifest.Target{
		{Name: "old", Python: "3.8.1", Implementation: "cpython", Wheels: []int{0}},
		{Name: "new", Python: "3.12.1", Implementation: "cpython", Wheels: []int{1}},
	}}
	for _, test := range []struct {
		asked  stage.EntryPoint
		empty  bool
		reason string
	}{
		{stage.EntryPoint{Script: "run"}, false, "on target new than on old"},
		{stage.EntryPoint{Script: "run"}, true, "is no console script of the bundle for target new"},
		{stage.EntryPoint{Text: "one"}, true, "is not a module in the bundle for target new"},
	} {
		in := in
		in.EntryPoint = test.asked
		if test.empty {
			in.Targets = slices.Clone(in.Targets)
			in.Targets[1].Wheels = nil
		}
		if _, err := stage.Stage(t.Context(), in); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%+v: got %v, want %q", test.asked, err, test.reason)
		}
	}
}
