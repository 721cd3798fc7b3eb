package gobundle

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// references finds the tests that a document names, and where they must be.
var references = []struct {
	form *regexp.Regexp
	find func(t *testing.T, parts []string) bool
}{
	{regexp.MustCompile(`^((?:test|fault)_[a-z]+)(?:\.(Test\w+))?(?:\.(test_\w+))?$`), func(t *testing.T, parts []string) bool {
		t.Helper()
		source := content(t, "bootstrap/tests/"+parts[1]+".py")
		_, class, found := strings.Cut(source, "\nclass "+parts[2])
		class, _, _ = strings.Cut(class, "\nclass ")
		return source != "" && (parts[2] == "" || found) && (parts[3] == "" || strings.Contains(class, "    def "+parts[3]+"(self)"))
	}},
	{regexp.MustCompile(`^([a-z0-9/]+)\.((?:Test|Fuzz)\w+)$`), func(t *testing.T, parts []string) bool {
		t.Helper()
		return strings.Contains(content(t, parts[1]+"/*_test.go"), "\nfunc "+parts[2]+"(")
	}},
	{regexp.MustCompile(`^(\w+\.txtar)$`), func(t *testing.T, parts []string) bool {
		t.Helper()
		return content(t, "cmd/gobundle/testdata/script/"+parts[1]) != ""
	}},
}

// content is that of all files of a pattern, "" if there is none.
func content(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

var quoted = regexp.MustCompile("`([^`]+)`")

// named checks that the tests in a line of a document are there, and counts them.
func named(t *testing.T, document, line string) int {
	t.Helper()
	count := 0
	for _, match := range quoted.FindAllStringSubmatch(line, -1) {
		for _, reference := range references {
			if parts := reference.form.FindStringSubmatch(match[1]); parts != nil {
				count++
				if !reference.find(t, parts) {
					t.Errorf("%s names %s, which is no test", document, match[1])
				}
			}
		}
	}
	return count
}

// Every row of the table of faults names tests that are there, and every fault
// test has a row.
func TestFaultTable(t *testing.T) {
	t.Parallel()
	const document = "docs/faults.md"
	text := content(t, document)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| what") && named(t, document, line) == 0 {
			t.Errorf("%s: no test: %s", document, line)
		}
	}
	method := regexp.MustCompile(`(?m)^    def (test_\w+)\(self\)`)
	tests := method.FindAllStringSubmatch(content(t, "bootstrap/tests/fault_*.py"), -1)
	if len(tests) < 20 {
		t.Errorf("found %d fault tests", len(tests))
	}
	for _, test := range tests {
		if !strings.Contains(text, "."+test[1]+"`") {
			t.Errorf("%s has no row for %s", document, test[1])
		}
	}
}

// Each of the forty behaviours names tests that are there, or says why it does
// not apply.
func TestBehaviours(t *testing.T) {
	t.Parallel()
	const document = "docs/behaviours.md"
	row := regexp.MustCompile(`^\| \d+ \|`)
	rows := 0
	for line := range strings.Lines(content(t, document)) {
		tests := named(t, document, line)
		if !row.MatchString(line) {
			continue
		}
		rows++
		if tests == 0 && !strings.Contains(line, "does not apply: ") {
			t.Errorf("%s: neither a test nor a reason: %s", document, line)
		}
	}
	if rows != 40 {
		t.Errorf("%s has %d rows, want 40", document, rows)
	}
}
