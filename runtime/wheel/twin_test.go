package wheel

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pythons are the interpreters that the Python twins are tested with: those
// that GOBUNDLE_PYTHONS lists, else the python3 on PATH.
func pythons(t *testing.T) []string {
	t.Helper()
	if list := os.Getenv("GOBUNDLE_PYTHONS"); list != "" {
		return filepath.SplitList(list)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatalf("the twin of this package is tested with a python3: %v", err)
	}
	return []string{python}
}

// twinVerdicts is what the Python reader says about archives.
// Members longer than whole bytes are streamed.
func twinVerdicts(t *testing.T, python string, table []archiveCase, whole string) []string {
	t.Helper()
	return verdictsOf(t, python, table, "testdata/verdicts.py", "../../bootstrap", whole)
}

func verdictsOf(t *testing.T, python string, table []archiveCase, script ...string) []string {
	t.Helper()
	input, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, append([]string{"-I"}, script...)...)
	command.Stdin, command.Stderr = bytes.NewReader(input), os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", python, err)
	}
	var verdicts []string
	for line := range strings.Lines(string(output)) {
		var verdict string
		if err := json.Unmarshal([]byte(line), &verdict); err != nil {
			t.Fatal(err)
		}
		verdicts = append(verdicts, verdict)
	}
	if len(verdicts) != len(table) {
		t.Fatalf("%s gave %d verdicts on %d archives", python, len(verdicts), len(table))
	}
	return verdicts
}

// The Python reader says of each archive in the table what the Go reader says,
// word for word.
func TestTwinArchives(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/archives.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []archiveCase
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	for _, python := range pythons(t) {
		for _, whole := range []string{"8388608", "8"} {
			for i, got := range twinVerdicts(t, python, table, whole) {
				if got != table[i].Verdict {
					t.Errorf("%s: %s: verdict %q, want %q", python, table[i].Name, got, table[i].Verdict)
				}
			}
		}
	}
}

// Of a wheel with a few bytes changed, both readers agree whether it is valid.
func TestTwinMutations(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var table []archiveCase
	for _, c := range archiveCases() {
		original, err := base64.StdEncoding.DecodeString(c.Content)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			b := bytes.Clone(original)
			for range random.IntN(3) {
				if len(b) > 0 {
					b[random.IntN(len(b))] = byte(random.Uint32())
				}
			}
			mutant := archiveCase{Name: c.Name, File: c.File, Content: base64.StdEncoding.EncodeToString(b)}
			mutant.Verdict = verdict(t, mutant)
			table = append(table, mutant)
		}
	}
	for _, python := range pythons(t) {
		for i, got := range twinVerdicts(t, python, table, "100") {
			if (got == "") != (table[i].Verdict == "") {
				t.Errorf("%s: a mutation of %s: verdict %q, want %q\n%s", python, table[i].Name, got, table[i].Verdict, table[i].Content)
			}
		}
	}
}

// corpus is what fuzzing has found to be worth trying: each file has one archive,
// as go test -fuzz writes it.
func corpus(t *testing.T) []archiveCase {
	t.Helper()
	names, err := filepath.Glob("testdata/fuzz/FuzzVerify/*")
	if err != nil {
		t.Fatal(err)
	}
	var table []archiveCase
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, literal, found := strings.Cut(strings.TrimSpace(string(b)), "\n[]byte(")
		content, err := strconv.Unquote(strings.TrimSuffix(literal, ")"))
		if err != nil || !found {
			t.Fatalf("%s is no input of a fuzz test: %v", name, err)
		}
		table = append(table, archiveCase{Name: name, File: demoFile, Content: base64.StdEncoding.EncodeToString([]byte(content))})
	}
	return table
}

// On the corpus of the fuzz test, both readers agree, word for word, and the
// reader of a first start raises no other error than its own.
func TestTwinCorpus(t *testing.T) {
	t.Parallel()
	table := corpus(t)
	if len(table) < 50 {
		t.Fatalf("the corpus has %d archives, want at least 50", len(table))
	}
	for i := range table {
		table[i].Verdict = verdict(t, table[i])
	}
	for _, python := range pythons(t) {
		for i, got := range twinVerdicts(t, python, table, "8388608") {
			if got != table[i].Verdict {
				t.Errorf("%s: %s: verdict %q, want %q", python, table[i].Name, got, table[i].Verdict)
			}
		}
		verdictsOf(t, python, table, "testdata/firststart.py", "../../bootstrap")
	}
}

// dangerous are the archives of the table whose content would land outside of its
// folder, twice in one place, or without a bound.
var dangerous = []string{
	"absolute", "parent", "parent_inside", "parent_at_the_end", "current", "empty_part", "backslash", "drive", "drive_relative", "nul",
	"no_name", "slash", "not_utf8", "twice", "twice_with_other_content", "two_members_one_place", "encrypted", "method_unknown",
	"size_too_small", "size_too_large", "deflate_damaged", "bomb_that_lies", "crc_wrong", "offset_wrong",
	"local_name_differs", "local_name_longer", "directory_elsewhere", "directory_beyond_the_end",
	"empty", "not_a_zip", "html", "truncated",
}

// The reader of a first start, for which a sha256 has been checked, refuses what
// is dangerous all the same, and reads what is valid as the strict one does.
func TestFirstStartReader(t *testing.T) {
	t.Parallel()
	table := archiveCases()
	random := rand.New(rand.NewPCG(3, 4))
	named := map[string]bool{}
	for _, c := range table {
		named[c.Name] = true
	}
	for _, name := range dangerous {
		if !named[name] {
			t.Errorf("there is no archive %s in the table", name)
		}
	}
	whole := len(table)
	for _, c := range table[:whole] { // mutations may give any verdict, but no other error
		original, err := base64.StdEncoding.DecodeString(c.Content)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			b := bytes.Clone(original)
			for range 1 + random.IntN(3) {
				if len(b) > 0 {
					b[random.IntN(len(b))] = byte(random.Uint32())
				}
			}
			table = append(table, archiveCase{Name: "mutation of " + c.Name, File: c.File, Content: base64.StdEncoding.EncodeToString(b)})
		}
	}
	for _, python := range pythons(t) {
		for i, got := range verdictsOf(t, python, table, "testdata/firststart.py", "../../bootstrap")[:whole] {
			switch {
			case got == "" && slices.Contains(dangerous, table[i].Name):
				t.Errorf("%s: %s is not refused", python, table[i].Name)
			case got != "" && table[i].Verdict == "" && !strings.Contains(got, table[i].Name):
				if strings.HasPrefix(table[i].Name, "valid") {
					t.Errorf("%s: %s is refused: %s", python, table[i].Name, got)
				}
			}
		}
	}
}
