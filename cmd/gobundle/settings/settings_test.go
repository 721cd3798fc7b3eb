package settings_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/cmd/gobundle/settings"
)

// keys are one of each kind.
func known() []settings.Key { return keys }

var keys = []settings.Key{
	{Name: "index-url", Paths: settings.Path, Variable: "GOBUNDLE_INDEX_URL"},
	{Name: "extra-index-url", Kind: settings.List, Paths: settings.Path, Variable: "GOBUNDLE_EXTRA_INDEX_URL"},
	{Name: "find-links", Kind: settings.List, Paths: settings.Path},
	{Name: "index", Kind: settings.List, Paths: settings.AfterName, Pairs: true, Variable: "GOBUNDLE_INDEX"},
	{Name: "override", Kind: settings.List, Variable: "GOBUNDLE_OVERRIDE"},
	{Name: "target", Kind: settings.List, Paths: settings.MaybePath},
	{Name: "no-index", Kind: settings.Switch, Variable: "GOBUNDLE_NO_INDEX"},
	{Name: "timeout", Kind: settings.Number, Variable: "GOBUNDLE_TIMEOUT"},
	{Name: "cert", Paths: settings.Path},
	{Name: "output", Paths: settings.Path},
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// describe writes a set as "key = word, word (place)" lines.
func describe(s *settings.Set) string {
	var lines []string
	for _, key := range s.Keys() {
		v, _ := s.Value(key)
		lines = append(lines, fmt.Sprintf("%s = %s (%s)", key, strings.Join(v.Words, ", "), v.From))
	}
	return strings.Join(lines, "\n")
}

const settingsFile = `
index-url = "https://index.example/simple/"
find-links = ["wheels", "https://files.example/", "/srv/wheels"]
target = ["cp312-linux-x86_64", "./platform.json"]
override = "a>=1; python_version < '3.9'"
no-index = false
timeout = 2.5
dependencies = ["flask>=3", "./tool", "x @ https://files.example/x.whl"]

[index]
zebra = "https://zebra.example/"
apple = "apples"

[bundle.worker]
output = "dist/worker.pyz"
timeout = 60
find-links = []

[bundle."the app"]
dependencies = ["greeter"]
index = {only = "https://only.example/"}
`

func TestFile(t *testing.T) {
	t.Parallel()
	const top = `dependencies = flask>=3, ./tool, x @ https://files.example/x.whl (PLACE)
find-links = wheels, https://files.example/, /srv/wheels (PLACE)
index = zebra=https://zebra.example/, apple=apples (PLACE)
index-url = https://index.example/simple/ (PLACE)
no-index = false (PLACE)
override = a>=1; python_version < '3.9' (PLACE)
target = cp312-linux-x86_64, ./platform.json (PLACE)
timeout = 2.5 (PLACE)`
	const worker = `dependencies = flask>=3, ./tool, x @ https://files.example/x.whl (PLACE)
find-links =  (PLACE, [bundle.worker])
index = zebra=https://zebra.example/, apple=apples (PLACE)
index-url = https://index.example/simple/ (PLACE)
no-index = false (PLACE)
output = dist/worker.pyz (PLACE, [bundle.worker])
override = a>=1; python_version < '3.9' (PLACE)
target = cp312-linux-x86_64, ./platform.json (PLACE)
timeout = 60 (PLACE, [bundle.worker])`
	project := "[project]\nname = 'x'\n[tool.gobundle]" + strings.NewReplacer("[index]", "[tool.gobundle.index]", "[bundle.", "[tool.gobundle.bundle.").Replace(settingsFile)
	for name, text := range map[string]string{"gobundle.toml": settingsFile, "pyproject.toml": project} {
		folder := t.TempDir()
		write(t, folder, name, text)
		document, err := settings.Find(folder, known)
		if err != nil {
			t.Fatalf("Find %s: %v", name, err)
		}
		for bundle, want := range map[string]string{"": top, "worker": worker} {
			if got := describe(settings.Merge(document, bundle)); got != strings.ReplaceAll(want, "PLACE", name) {
				t.Errorf("%s has for bundle %q\n%s\nwant\n%s", name, bundle, got, strings.ReplaceAll(want, "PLACE", name))
			}
		}
		s := settings.Merge(document, "the app")
		if v, _ := s.Value("index"); !slices.Equal(v.Words, []string{"only=https://only.example/"}) || !slices.Equal(s.Bundles(), []string{"worker", "the app"}) {
			t.Errorf("%s: index = %q, bundles = %q", name, v.Words, s.Bundles())
		}
	}
}

// Paths are relative to the file, wherever it is.
func TestPaths(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, "conf/app.toml", settingsFile)
	document, err := settings.Read("conf/app.toml", folder, known)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"find-links":          {filepath.Join("conf", "wheels"), "https://files.example/", "/srv/wheels"},
		"target":              {"cp312-linux-x86_64", filepath.Join("conf", "platform.json")},
		"index":               {"zebra=https://zebra.example/", "apple=" + filepath.Join("conf", "apples")},
		"output":              {filepath.Join("conf", "dist", "worker.pyz")},
		settings.Dependencies: {"flask>=3", filepath.Join("conf", "tool"), "x @ https://files.example/x.whl"},
	}
	top, worker := settings.Merge(document, ""), settings.Merge(document, "worker")
	for key, words := range want {
		v, ok := top.Value(key)
		if key == "output" {
			v, ok = worker.Value(key)
		}
		if !ok || !slices.Equal(v.Words, words) {
			t.Errorf("%s = %q, want %q", key, v.Words, words)
		}
	}
	elsewhere := t.TempDir()
	if document, err = settings.Read(filepath.Join(folder, "conf", "app.toml"), elsewhere, known); err != nil {
		t.Fatal(err)
	}
	if v, _ := settings.Merge(document, "worker").Value("output"); v.Words[0] != filepath.Join(folder, "conf", "dist", "worker.pyz") {
		t.Errorf("output = %q, want an absolute path", v.Words)
	}
}

func TestFileErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, place, key, near string }{
		{"unknown", "index-ulr = 'x'", "gobundle.toml", "index-ulr", "index-url"},
		{"unknown in a bundle", "[bundle.app]\ntimout = 1", "gobundle.toml, [bundle.app]", "timout", "timeout"},
		{"unknown table", "[bundles.app]\n", "gobundle.toml", "bundles", "bundle"},
		{"underscore", "index_url = 'x'", "gobundle.toml", "index_url", "index-url"},
		{"a bundle in a bundle", "[bundle.app.bundle.b]\n", "gobundle.toml, [bundle.app]", "bundle", "bundle"},
		{"no tables", "bundle = 1", "gobundle.toml", "bundle", ""},
		{"no table", "bundle.app = 1", "gobundle.toml", "bundle", ""},
		{"text for a switch", "no-index = 'yes'", "gobundle.toml", "no-index", ""},
		{"number for a text", "index-url = 1", "gobundle.toml", "index-url", ""},
		{"switch for a number", "timeout = true", "gobundle.toml", "timeout", ""},
		{"number in a list", "find-links = ['a', 1]", "gobundle.toml", "find-links", ""},
		{"number for a list", "find-links = 1", "gobundle.toml", "find-links", ""},
		{"table for a list", "[find-links]\na = 'b'", "gobundle.toml", "find-links", ""},
		{"the table of another file", "[tool.gobundle]\npre = true", "gobundle.toml", "tool", ""},
		{"a table of its own", "[gobundle]\npre = true", "gobundle.toml", "gobundle", ""},
		{"number in pairs", "[index]\na = 1", "gobundle.toml", "index", ""},
		{"list for a text", "index-url = ['a']", "gobundle.toml", "index-url", ""},
		{"no TOML", "index-url", "gobundle.toml", "", ""},
	}
	for _, test := range tests {
		folder := t.TempDir()
		write(t, folder, "gobundle.toml", test.text)
		_, err := settings.Find(folder, known)
		var wrong *settings.Error
		if !errors.As(err, &wrong) || wrong.Place != test.place || wrong.Key != test.key || test.near != "" && !slices.Contains(wrong.Near, test.near) {
			t.Errorf("%s: Find = %+v, want one about %s in %s, near %s", test.name, err, test.key, test.place, test.near)
		}
	}
	folder := t.TempDir()
	write(t, folder, "pyproject.toml", "[project]\n")
	write(t, folder, "gobundle.toml/file", "")
	for _, name := range []string{"absent.toml", "pyproject.toml", "gobundle.toml"} {
		var wrong *settings.Error
		if _, err := settings.Read(name, folder, known); !errors.As(err, &wrong) || wrong.Place != name {
			t.Errorf("Read %s: %v, want an Error", name, err)
		}
	}
}

// The one file shadows the other, which then need not even be right.
func TestTwoFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if document, err := settings.Find(folder, known); document != nil || err != nil {
		t.Errorf("Find in an empty folder = %v, %v, want nothing", document, err)
	}
	write(t, folder, "pyproject.toml", "[project]\n")
	if document, err := settings.Find(folder, known); document != nil || err != nil {
		t.Errorf("Find without a table = %v, %v, want nothing", document, err)
	}
	write(t, folder, "gobundle.toml", "index-url = 'a'")
	if document, err := settings.Find(folder, known); err != nil || document.Shadowed != "" {
		t.Errorf("Find = %+v, %v, want nothing shadowed", document, err)
	}
	write(t, folder, "pyproject.toml", "[tool.gobundle]\nindex-url = 'b'")
	document, err := settings.Find(folder, known)
	if err != nil || document.Name != "gobundle.toml" || document.Shadowed != "pyproject.toml" {
		t.Errorf("Find = %+v, %v, want gobundle.toml, which shadows the other", document, err)
	}
}

// Tables that are called nearly like ours are named, those of other tools not.
func TestMisspeltTables(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[tool.gobundel]\nno-index = true":                        "[tool.gobundel]",
		"[tool.Gobundle]":                                         "[tool.Gobundle]",
		"[gobundle.bundle.app]":                                   "[gobundle]",
		"[tool]\ngo-bundle = 1\n[tool.gobundle]\nno-index = true": "[tool.go-bundle]",
		"[tool.bundle]\n[tool.goblin]\n[tool.uv]":                 "",
		"[tool.gobundle]":                                         "",
	} {
		folder := t.TempDir()
		write(t, folder, "pyproject.toml", text)
		document, err := settings.Find(folder, known)
		if err != nil {
			t.Errorf("Find in %q: %v", text, err)
			continue
		}
		got := ""
		if document != nil {
			got = strings.Join(document.Misspelt, " ")
		}
		if got != want {
			t.Errorf("Find in %q finds %q misspelt, want %q", text, got, want)
		}
		right := strings.Contains(text, "[tool.gobundle]")
		if _, err := settings.Read("pyproject.toml", folder, known); (err == nil) != right {
			t.Errorf("Read of %q = %v, want settings: %v", text, err, right)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	getenv := func(name string) string {
		return map[string]string{
			"GOBUNDLE_INDEX_URL": " https://index.example/ ", "GOBUNDLE_EXTRA_INDEX_URL": "https://a.example/ https://b.example/",
			"GOBUNDLE_OVERRIDE": "a>=1; python_version < '3.9'\n b\n", "GOBUNDLE_NO_INDEX": "Yes", "GOBUNDLE_TIMEOUT": " ", "FIND_LINKS": "x", "GOBUNDLE_FIND_LINKS": "x",
		}[name]
	}
	values, err := settings.Variables(keys, getenv)
	want := `extra-index-url = https://a.example/, https://b.example/ (GOBUNDLE_EXTRA_INDEX_URL)
index-url = https://index.example/ (GOBUNDLE_INDEX_URL)
no-index = true (GOBUNDLE_NO_INDEX)
override = a>=1; python_version < '3.9', b (GOBUNDLE_OVERRIDE)`
	if got := describe(settings.Merge(nil, "", values)); got != want || err != nil {
		t.Errorf("Variables give %v\n%s\nwant\n%s", err, got, want)
	}
	_, err = settings.Variables(keys, func(name string) string { return map[string]string{"GOBUNDLE_NO_INDEX": "perhaps"}[name] })
	var wrong *settings.Error
	if !errors.As(err, &wrong) || wrong.Place != "GOBUNDLE_NO_INDEX" {
		t.Errorf("Variables = %v, want an Error", err)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, "gobundle.toml", "index-url = 'top'\ntimeout = 1\n[bundle.app]\nindex-url = 'bundle'")
	document, err := settings.Find(folder, known)
	if err != nil {
		t.Fatal(err)
	}
	pip := map[string]settings.Value{"index-url": {Words: []string{"pip"}, Level: settings.Pip}, "timeout": {Words: []string{"9"}, Level: settings.Pip}}
	variables := map[string]settings.Value{"index-url": {Words: []string{"variable"}, Level: settings.Environment}}
	tests := []struct {
		want   string
		bundle string
		layers []map[string]settings.Value
	}{
		{"top 1", "", nil}, {"top 1", "", []map[string]settings.Value{pip}}, {"bundle 1", "app", []map[string]settings.Value{pip}},
		{"variable 1", "app", []map[string]settings.Value{pip, variables}}, {"variable 1", "app", []map[string]settings.Value{variables, pip}},
	}
	for _, test := range tests {
		s := settings.Merge(document, test.bundle, test.layers...)
		url, _ := s.Value("index-url")
		timeout, _ := s.Value("timeout")
		if got := url.Words[0] + " " + timeout.Words[0]; got != test.want {
			t.Errorf("Merge(%q) gives %s, want %s", test.bundle, got, test.want)
		}
	}
}
