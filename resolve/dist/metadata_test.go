package dist

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/pep508"
)

const ordinary = `Metadata-Version: 2.4
Name: Flask.Thing
Version: 3.0.0rc1
Summary: A thing
 in two lines
Author: Ümlaut
Requires-Python: >=3.9, !=3.9.0
Classifier: Framework :: Flask
Requires-Dist: werkzeug>=3.0
requires-dist: tomli (>=1.0) ; python_version < "3.11"
Requires-Dist: asgiref>=3.2; extra == "async"
Provides-Extra: async
Provides-Extra: Do_It
Provides-Extra: do-it
Dynamic: Requires-Dist

Requires-Dist: not-a-header
`

func TestParseMetadata(t *testing.T) {
	t.Parallel()
	forms := map[string]string{
		"as it is":         ordinary,
		"CRLF":             strings.ReplaceAll(ordinary, "\n", "\r\n"),
		"CR":               strings.ReplaceAll(ordinary, "\n", "\r"),
		"byte order mark":  "\xef\xbb\xbf" + ordinary,
		"From line":        "From someone\n" + ordinary,
		"folded beginning": "  folded\n: nameless\n" + ordinary,
	}
	for name, text := range forms {
		m, err := ParseMetadata([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var requires []string
		for _, r := range m.RequiresDist {
			requires = append(requires, r.String())
		}
		got := []string{m.MetadataVersion, m.Name, m.Version.String(), m.Summary, m.RequiresPython.String(), strings.Join(requires, " & "),
			strings.Join(m.Extras, " "), strings.Join(m.Dynamic, " "), strings.Join(m.Warnings, " ")}
		want := []string{"2.4", "Flask.Thing", "3.0.0rc1", "A thing in two lines", "!=3.9.0,>=3.9",
			`werkzeug>=3.0 & tomli>=1.0; python_version < "3.11" & asgiref>=3.2; extra == "async"`, "async do-it", "requires-dist", ""}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
}

func TestParseMetadataTolerates(t *testing.T) {
	t.Parallel()
	const head = "Metadata-Version: 2.1\nName: a\nVersion: 1\n"
	for _, test := range []struct{ name, text, python, requires, warning string }{
		{"bad Requires-Python", head + "Requires-Python: banana\n", "", "", "banana"},
		{"wildcard after >=", head + "Requires-Python: >=3.6.*\n", ">=3.6", "", ""},
		{"wildcard without a dot", head + "Requires-Python: >=2.7,!=3.0*\n", "!=3.0.*,>=2.7", "", ""},
		{"no comma", head + "Requires-Python: >=2.7 <4\n", "<4,>=2.7", "", ""},
		{"quotes and a comma", head + `Requires-Python: ">=3.6",` + "\n", ">=3.6", "", ""},
		{"space in the operator", head + "Requires-Python: > = 3.6\n", ">=3.6", "", ""},
		{"two numbers", head + "Requires-Python: >=3.6 4\n", "", "", "3.6 4"},
		{"the first counts", head + "Requires-Python: >=3\nRequires-Python: >=4\nName: b\n", ">=3", "", ""},
		{"repaired requirement", head + "Requires-Dist: b>=1.* <3 ; python_version > '2'\n", "", `b<3,>=1; python_version > "2"`, "b>=1.*"},
		{"repaired in parentheses", head + "Requires-Dist: b[x] (>=1.*)\n", "", "b[x]>=1", "b[x]"},
		{"no line end", head + "Requires-Dist: b", "", "b", ""},
		{"folded requirement", head + "Requires-Dist: b;\n  python_version > '2'\n", "", `b; python_version > "2"`, ""},
		{"stops where no header is", head + "no header\nRequires-Dist: b\n", "", "", ""},
		{"invalid UTF-8", head + "Author: \xff\nRequires-Python: >=3\n", ">=3", "", ""},
	} {
		m, err := ParseMetadata([]byte(test.text))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		requires := ""
		for _, r := range m.RequiresDist {
			requires += r.String()
		}
		if got := m.RequiresPython.String(); got != test.python || requires != test.requires {
			t.Errorf("%s: Requires-Python %q, Requires-Dist %q, want %q and %q", test.name, got, requires, test.python, test.requires)
		}
		if warnings := strings.Join(m.Warnings, "\n"); (test.warning == "") != (warnings == "") || !strings.Contains(warnings, test.warning) {
			t.Errorf("%s: warnings %q, want %q in them", test.name, warnings, test.warning)
		}
	}
}

func TestParseMetadataRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, field, value string }{
		{"", "Name", ""},
		{"<html>404</html>", "Name", ""},
		{"Version: 1\n", "Name", ""},
		{"Name: -a-\nVersion: 1\n", "Name", "-a-"},
		{"Name: a\n", "Version", ""},
		{"Name: a\nVersion: one\n", "Version", "one"},
		{"Name: a\nVersion: 1\nRequires-Dist: b >> 1\n", "Requires-Dist", "b >> 1"},
		{"Name: a\nVersion: 1\nRequires-Dist: b; nonsense > 1\n", "Requires-Dist", "b; nonsense > 1"},
		{strings.Repeat("x", MaxMetadata+1), "", ""},
	} {
		_, err := ParseMetadata([]byte(test.text))
		var bad *MetadataError
		if !errors.As(err, &bad) || bad.Field != test.field || bad.Value != test.value {
			t.Errorf("ParseMetadata(%.40q) = %v, want field %q, value %q", test.text, err, test.field, test.value)
		}
	}
	_, err := ParseMetadata([]byte("Name: a\nVersion: 1\nRequires-Dist: b >> 1\n"))
	var syntax *pep508.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("%v does not wrap a *pep508.SyntaxError", err)
	}
}

// FuzzMetadata: the body does not matter, nor does the kind of line end where
// there is but one kind, and what is kept is valid.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{ordinary, "Name: a\nVersion: 1\n", "Name: a\nVersion: 1\nRequires-Python: >=3.*\n\nbody", "\xef\xbb\xbfName : a\n", "From x\n:\n a\nName: a\r\nVersion: 1",
		"Name: a\nVersion: 1\nRequires-Dist: b >=1 (\n", "Name: a\nVersion: 1\nRequires-Python: ','\"=*;>\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseMetadata(text)
		if err != nil {
			var bad *MetadataError
			if !errors.As(err, &bad) {
				t.Fatalf("ParseMetadata: %T, want a *MetadataError", err)
			}
			return
		}
		if !pep508.IsName(m.Name) || m.Version.IsZero() {
			t.Fatalf("ParseMetadata = %+v without a good name and version", m)
		}
		same(t, m, append(bytes.TrimRight(bytes.Clone(text), "\r\n"), "\n\nRequires-Dist: x\n"...))
		if !bytes.Contains(text, []byte("\r")) {
			same(t, m, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
		}
	})
}

func same(t *testing.T, m Metadata, text []byte) {
	t.Helper()
	again, err := ParseMetadata(text)
	if err != nil {
		t.Fatalf("ParseMetadata(%q): %v", text, err)
	}
	if again.Name != m.Name || !again.Version.Equal(m.Version) || len(again.RequiresDist) != len(m.RequiresDist) ||
		again.RequiresPython.String() != m.RequiresPython.String() || !slices.Equal(again.Extras, m.Extras) {
		t.Fatalf("ParseMetadata(%q) = %+v, want %+v", text, again, m)
	}
}

// BenchmarkParseMetadata reads a file with a description of 200 KB.
func BenchmarkParseMetadata(b *testing.B) {
	text := []byte(strings.Replace(ordinary, "Dynamic", "License: "+strings.Repeat("lines and\n  ", 300)+"\nDynamic", 1) + "\n" + strings.Repeat("Description, long.\n", 10_000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseMetadata(text); err != nil {
			b.Fatal(err)
		}
	}
}
