package manifest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/google/go-cmp/cmp"
)

// busybox is a manifest with commands of each kind.
func busybox() *manifest.Manifest {
	m := sample()
	m.EntryPoint = manifest.EntryPoint{Kind: manifest.Busybox}
	m.Commands = []manifest.Command{
		{Name: "a b", EntryPoint: manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "main"}},
		{Name: "app", EntryPoint: manifest.EntryPoint{Kind: manifest.Module, Module: "app"}},
		{Name: "flask", EntryPoint: manifest.EntryPoint{Kind: manifest.Callable, Module: "flask.cli", Attribute: "main", Script: "flask", Distribution: "flask"}},
		{Name: "run", EntryPoint: manifest.EntryPoint{Kind: manifest.Script, Script: "run", Distribution: "flask"}},
	}
	return m
}

func TestCommands(t *testing.T) {
	t.Parallel()
	encoded, err := busybox().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if want := "  {\n   \"name\": \"app\",\n   \"kind\": \"module\",\n   \"module\": \"app\",\n   \"attribute\": \"\",\n   \"script\": \"\",\n   \"distribution\": \"\"\n  },"; !strings.Contains(string(encoded), want) {
		t.Errorf("the manifest has not %s:\n%s", want, encoded)
	}
	back, err := manifest.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(busybox(), back); diff != "" {
		t.Errorf("Decode(Encode(m)) (-want +got):\n%s", diff)
	}
	if got := strings.Join(back.CommandNames(), ","); got != "a b,app,flask,run" {
		t.Errorf("CommandNames = %s", got)
	}
}

func TestCommandsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, where string
		change      func(m *manifest.Manifest)
	}{
		{"none", "commands", func(m *manifest.Manifest) { m.Commands = nil }},
		{"of another kind", "commands", func(m *manifest.Manifest) { m.EntryPoint.Kind = manifest.Interpreter }},
		{"out of order", "commands[2].name", func(m *manifest.Manifest) { m.Commands[2].Name = "ab" }},
		{"twice", "commands[1].name", func(m *manifest.Manifest) { m.Commands[1].Name = "a b" }},
		{"a path", "commands[0].name", func(m *manifest.Manifest) { m.Commands[0].Name = "../a" }},
		{"an option", "commands[0].name", func(m *manifest.Manifest) { m.Commands[0].Name = "-a" }},
		{"an interpreter", "commands[0].kind", func(m *manifest.Manifest) {
			m.Commands[0].EntryPoint = manifest.EntryPoint{Kind: manifest.Interpreter}
		}},
		{"no module", "commands[1].module", func(m *manifest.Manifest) { m.Commands[1].Module = "" }},
	} {
		m := busybox()
		test.change(m)
		var refused *manifest.FormatError
		if _, err := m.Encode(); !errors.As(err, &refused) || refused.Where != test.where {
			t.Errorf("%s: %v, want a FormatError at %s", test.name, err, test.where)
		}
	}
}
