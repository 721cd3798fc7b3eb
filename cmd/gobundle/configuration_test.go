package main

import (
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/gobundle/gobundle/cmd/gobundle/settings"
)

// model is the command line as kong has it.
func model(t *testing.T) *kong.Node {
	t.Helper()
	return newCommandLine(t.Context(), newUI(process{getenv: func(string) string { return "" }, stderr: io.Discard}), verbs).parser.Model.Node
}

// mentionsFiles is a help text of a flag that may take a path.
var mentionsFiles = regexp.MustCompile(`(?i)\b(files?|folders?|paths?|directory)\b`)

// notPaths are flags that speak of files and take none.
var notPaths = []string{"busybox", "console-script", "entry-point", "glibc", "group", "macos", "musl", "prompt", "recompress", "shebang"}

// A flag's placeholder says whether files have paths there.
func TestPathsAreKnown(t *testing.T) {
	t.Parallel()
	c := &configuration{root: model(t)}
	paths := 0
	for _, flag := range c.flags() {
		_, path := pathWords[flag.PlaceHolder]
		if path {
			paths++
		}
		if !path && mentionsFiles.MatchString(flag.Help) && flag.Enum == "" && !flag.IsBool() && !slices.Contains(notPaths, flag.Name) {
			t.Errorf("--%s=%s seems to take a path: add its placeholder to pathWords, or the flag to notPaths here", flag.Name, flag.PlaceHolder)
		}
	}
	if paths < 8 {
		t.Errorf("%d flags take paths, want at least -r, -f, -o, -D and others", paths)
	}
}

// One key can't mean two things: flags of one name are one flag, but for those
// that a file has for the bundle only.
func TestFlagsOfOneName(t *testing.T) {
	t.Parallel()
	root := model(t)
	meaning := map[string]string{}
	verbs := 0
	for _, verb := range root.Children {
		if !takesSettings(verb) {
			continue
		}
		verbs++
		for _, flag := range verb.Flags {
			text := flag.Target.Type().String() + " " + flag.PlaceHolder + " " + flag.Enum
			if before, ok := meaning[flag.Name]; ok && before != text && !slices.Contains(ofBuild, flag.Name) {
				t.Errorf("--%s of %s is %q and of another verb %q: add it to ofBuild, or make them one flag", flag.Name, verb.Name, text, before)
			}
			meaning[flag.Name] = text
		}
	}
	if verbs < 2 {
		t.Errorf("%d verbs take settings, want build and venv at least", verbs)
	}
}

// Each flag has a variable, but for those that bundles understand themselves.
func TestVariablesOfFlags(t *testing.T) {
	t.Parallel()
	c := &configuration{root: model(t)}
	seen := map[string]bool{}
	for _, key := range c.keys() {
		switch {
		case seen[key.Name]:
			t.Errorf("%s is there twice", key.Name)
		case slices.Contains(ofBundles, key.Name) != (key.Variable == ""):
			t.Errorf("%s has the variable %q", key.Name, key.Variable)
		case key.Variable != "" && key.Variable != "GOBUNDLE_"+strings.ToUpper(strings.ReplaceAll(key.Name, "-", "_")):
			t.Errorf("%s has the variable %q", key.Name, key.Variable)
		}
		seen[key.Name] = true
	}
	if !seen["index-url"] || !seen["entry-point"] || seen["quiet"] || seen["help"] {
		t.Errorf("keys = %v", seen)
	}
}

// The guide lists what it doesn't take from variables.
func TestGuideNamesVariables(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	c := &configuration{root: model(t)}
	for _, key := range c.keys() {
		if key.Variable == "" && !strings.Contains(string(guide), "`"+key.Name+"`") {
			t.Errorf("the guide doesn't say that %s has no variable", key.Name)
		}
	}
}

// Every flag takes from settings what it takes on the command line.
func TestSettingsOfFlags(t *testing.T) {
	t.Parallel()
	c := &configuration{root: model(t)}
	samples := map[string]string{"": "x", "NAME=VALUE": "A=b", "KEY=VALUE": "a=b", "NAME:KEY=VALUE": "x:a=b", "VERSION": "2.17", "DATE": "2024-01-01", "TIME": "2024-01-01"}
	for _, key := range c.keys() {
		at := slices.IndexFunc(c.flags(), func(f *kong.Flag) bool { return f.Name == key.Name })
		flag := c.flags()[at]
		word, ok := samples[flag.PlaceHolder]
		switch {
		case flag.Enum != "":
			word = flag.EnumSlice()[0]
		case key.Kind == settings.Switch:
			word = "true"
		case key.Kind == settings.Number || flag.HasDefault:
			word = flag.Default
		case !ok && key.Kind == settings.Text && flag.Target.Type() != reflect.TypeFor[string]():
			continue // it has a form of its own, and says so of what is wrong
		case !ok:
			word = "x"
		}
		v := settings.Value{Words: []string{word}, Level: settings.File, From: "gobundle.toml"}
		if key.Kind == settings.List {
			v.Words = []string{word, word}
		}
		token, err := tokenOf(flag, v)
		if err != nil {
			t.Errorf("--%s: %v", flag.Name, err)
			continue
		}
		if list, ok := token.([]any); ok != (key.Kind == settings.List) || ok && len(list) != 2 {
			t.Errorf("--%s gets %v of %q", flag.Name, token, v.Words)
		}
	}
}
