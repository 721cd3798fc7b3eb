package reqfile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// fuzzed reads text as a file in a world without any other file.
func fuzzed(text string) (*File, error) {
	return Read(context.Background(), "requirements.txt", ReadOptions{
		Folder: "/work",
		Stat:   func(string) (fs.FileInfo, error) { return nil, fs.ErrNotExist },
		Open: func(_ context.Context, name string) (io.ReadCloser, error) {
			if name != "/work/requirements.txt" {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(strings.NewReader(text)), nil
		},
	})
}

// The laws: whatever can be read, reads as the same again from what
// Entry.String writes; whatever cannot, says where in the file; and comment
// lines at the end of a file change nothing.
func FuzzRead(f *testing.F) {
	seeds := 0
	seed := func(text string) {
		f.Add(text)
		seeds++
	}
	for _, test := range shapes {
		seed(test.text)
	}
	for _, test := range faults {
		seed(test.text)
	}
	names, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seed(string(text))
	}
	if len(names) < 2 || seeds < 60 {
		f.Fatalf("found %d seeds and %d files, want more", seeds, len(names))
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := fuzzed(text)
		if err != nil {
			checkError(t, text, err)
			return
		}
		var again strings.Builder
		last := 0
		for i, e := range file.Entries {
			if e.Where.Line < last {
				t.Fatalf("entry of line %d comes after that of line %d in %q", e.Where.Line, last, text)
			}
			last = e.Where.Line
			e.Requirement.Marker = nil
			if e.Kind == Indexed && isArchive(e.place()) {
				return // "a.zip[]" is a name, but what it writes as is a file
			}
			again.WriteString(file.Entries[i].String() + "\n")
		}
		if strings.Contains(text, "coding") || strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\x00\x00\xfe\xff") {
			return // what follows would be in another encoding
		}
		second, err := fuzzed(again.String())
		if err != nil {
			t.Fatalf("%q writes as %q: %v", text, again.String(), err)
		}
		if got, want := bare(second.Entries), bare(file.Entries); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q writes as %q, which reads as\n%+v, want\n%+v", text, again.String(), got, want)
		}
		third, err := fuzzed(text + "\n# comment\n   # and another\n")
		if err != nil || !reflect.DeepEqual(third.Entries, file.Entries) || !reflect.DeepEqual(third.Options, file.Options) {
			t.Fatalf("%q reads as\n%+v, with comments after it as\n%+v, %v", text, file, third, err)
		}
	})
}

// bare drops where entries come from, and puts what has more than one form
// within (clauses and extras may stand in any order) into its text.
func bare(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		e := &entries[i]
		e.Where = Position{}
		e.Requirement.URL = portable(e.Requirement.URL)
		e.URLHashes = fragmentHashes(e.Requirement.URL)
		e.Requirement.Extras = slices.Sorted(slices.Values(e.Requirement.Extras))
		e.Text = e.Requirement.String()
		e.Requirement.Specifier, e.Requirement.Marker = pep440.SpecifierSet{}, nil
	}
	return entries
}

func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var syntax *SyntaxError
	var opening *OpenError
	var cycle *CycleError
	switch {
	case errors.As(err, &syntax):
		lines := strings.Count(text, "\n") + 1
		if syntax.Line < 1 || syntax.Line > max(lines, len(splitLines(text))) && utf8.ValidString(text) && !strings.ContainsRune(text, 0) {
			t.Errorf("error in line %d of %q", syntax.Line, text)
		}
		if width := utf8.RuneCountInString(syntax.Text); syntax.Column < 1 || syntax.Column > width+1 || syntax.Length < 1 || syntax.Column+syntax.Length > width+2 {
			t.Errorf("error in %d characters from column %d of %q", syntax.Length, syntax.Column, syntax.Text)
		}
		if syntax.Reason == "" {
			t.Errorf("error in %q without a reason", text)
		}
	case errors.As(err, &opening), errors.As(err, &cycle):
	default:
		t.Errorf("Read(%q) = %v, an error of an unknown type", text, err)
	}
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for range 500 {
		text.WriteString("some-project[extra]>=1.2,<3 ; python_version >= \"3.8\" \\\n    --hash=sha256:" + strings.Repeat("0", 64) + "\n    # via other\n")
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := fuzzed(text.String()); err != nil {
			b.Fatal(err)
		}
	}
}
