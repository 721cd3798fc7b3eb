package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// elsewhere begins commands of the documents that need more than an index: other
// machines and programs, and a Python to carry.
var elsewhere = regexp.MustCompile(`^(scp|ssh|go install|pip) |--python-dist `)

// synopsis is what only lines have that are not to be typed.
var synopsis = regexp.MustCompile(`\[[A-Z-]`)

// TestDocumentedCommands runs the commands of the README and the guide as they stand
// there, from the top to the bottom, in a folder with what they speak of. Where they
// name an index of the web, there is one of this machine.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	python, err := realPython()
	if err != nil {
		t.Fatal(err)
	}
	gobundle, err := exec.LookPath("gobundle") // which TestMain has put there
	if err != nil {
		t.Fatal(err)
	}
	for document, least := range map[string]int{"README.md": 10, "docs/guide.md": 16} {
		t.Run(document, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", document))
			if err != nil {
				t.Fatal(err)
			}
			fixture, err := txtar.ParseFile(filepath.Join("testdata", "guide.txtar"))
			if err != nil {
				t.Fatal(err)
			}
			server, folder, bin := indexOf(t, fixture), t.TempDir(), t.TempDir()
			if err := os.Symlink(python, filepath.Join(bin, "python3")); err != nil {
				t.Fatal(err)
			}
			commands := documentedCommands(string(text))
			if settings := documentedSettings(string(text)); settings != "" {
				fixture.Files = append(fixture.Files, txtar.File{Name: "conf/gobundle.toml", Data: []byte(settings)})
				commands = append(commands, "cp app.py requirements.txt conf && cd conf && mkdir -p dist && gobundle build app && gobundle build worker && gobundle config app")
			}
			local := regexp.MustCompile(`https://[a-z.]+\.example/[a-z0-9/]*`)
			for i := range fixture.Files {
				fixture.Files[i].Data = local.ReplaceAll(fixture.Files[i].Data, []byte(server.URL()))
			}
			for _, command := range commands {
				spread(t, fixture, folder)
				run := exec.CommandContext(t.Context(), "/bin/sh", "-c", local.ReplaceAllString(command, server.URL()))
				run.Dir = folder
				run.Env = []string{
					"PATH=" + strings.Join([]string{filepath.Dir(gobundle), bin, "/usr/bin", "/bin"}, ":"), "HOME=" + folder,
					"GOBUNDLE_CACHE_DIR=" + filepath.Join(bin, "cache"), "GOBUNDLE_INDEX_URL=" + server.URL(), "PIP_CONFIG_FILE=" + os.DevNull,
				}
				if said, err := run.CombinedOutput(); err != nil {
					t.Errorf("%s\n%v: %s", command, err, said)
				}
			}
			if len(commands) < least {
				t.Errorf("found %d commands, want at least %d", len(commands), least)
			}
		})
	}
}

// ofOthers are flags in the documents that are those of other programs.
var ofOthers = []string{"mode", "sign", "hash"}

// TestDocumentedFlags holds that each flag which the documents name is one.
func TestDocumentedFlags(t *testing.T) {
	t.Parallel()
	known := slices.Clone(ofOthers)
	line := newCommandLine(t.Context(), newUI(process{getenv: os.Getenv}), verbs)
	_ = kong.Visit(line.parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, flag.Name)
		}
		return next(nil)
	})
	form, found := regexp.MustCompile("[ `(]--([a-z][a-z-]+)"), 0
	for _, document := range []string{"README.md", "docs/guide.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", document))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range form.FindAllStringSubmatch(string(text), -1) {
			found++
			if !slices.Contains(known, match[1]) {
				t.Errorf("%s speaks of --%s, which no verb has", document, match[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("found %d flags in the documents, want at least 100", found)
	}
}

// indexOf serves the distributions that the fixture lists.
func indexOf(t *testing.T, fixture *txtar.Archive) *indextest.Server {
	t.Helper()
	at := slices.IndexFunc(fixture.Files, func(f txtar.File) bool { return f.Name == "index.json" })
	var dists []indextest.Dist
	if err := json.Unmarshal(fixture.Files[at].Data, &dists); err != nil {
		t.Fatal(err)
	}
	server := indextest.New(t)
	server.Add(dists...)
	return server
}

// spread writes the fixture's files: each command finds them as they are, whatever
// those before it have written.
func spread(t *testing.T, fixture *txtar.Archive, folder string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(folder, "env")); err != nil { // it is made only where there is nothing
		t.Fatal(err)
	}
	for _, f := range fixture.Files {
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// documentedCommands lists the indented lines of a document that are commands.
func documentedCommands(text string) []string {
	var commands []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		command, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		first, _, _ := strings.Cut(strings.TrimPrefix(command, "GOBUNDLE_TOOLS=cache "), " ")
		known := first == "gobundle" || strings.HasPrefix(first, "./") || elsewhere.MatchString(command)
		if indented && known && !synopsis.MatchString(command) && !elsewhere.MatchString(command) {
			commands = append(commands, command)
		}
	}
	return commands
}

// documentedSettings is the example of a gobundle.toml, "" if there is none.
func documentedSettings(text string) string {
	_, after, found := strings.Cut(text, "\n    # gobundle.toml\n")
	var lines strings.Builder
	for line := range strings.Lines(after) {
		inside := strings.TrimPrefix(line, "    ")
		if !found || inside == line && strings.TrimSpace(line) != "" {
			break
		}
		lines.WriteString(inside)
	}
	return lines.String()
}
