package wheel

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRecord(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []row
	}{
		{"", nil},
		{"a.py,sha256=x,1\n", []row{{"a.py", "sha256=x", "1"}}},
		{"a.py,sha256=x,1\r\nb.py,,\r\n", []row{{"a.py", "sha256=x", "1"}, {"b.py", "", ""}}},
		{"a.py,sha256=x,1\rb.py,,", []row{{"a.py", "sha256=x", "1"}, {"b.py", "", ""}}},
		{"a.py", []row{{"a.py", "", ""}}},
		{"a.py,x,1,more,fields\n", []row{{"a.py", "x", "1"}}},
		{"\n\n\r\na.py,,\n\n", []row{{"a.py", "", ""}}},
		{`"a,b.py",sha256=x,1`, []row{{"a,b.py", "sha256=x", "1"}}},
		{`"a""b.py",,`, []row{{`a"b.py`, "", ""}}},
		{"\"a\nb\",,\n", []row{{"a\nb", "", ""}}},
		{`"a"b,,`, []row{{"ab", "", ""}}},
		{`a"b,,`, []row{{`a"b`, "", ""}}},
		{`"",,`, []row{{"", "", ""}}},
	} {
		got, ok := parseRecord(test.text)
		if !ok || !slices.Equal(got, test.want) {
			t.Errorf("parseRecord(%q) = %q, %v, want %q", test.text, got, ok, test.want)
		}
	}
	for _, text := range []string{`"`, `"a`, `a,"b`, `"a""`} {
		if got, ok := parseRecord(text); ok {
			t.Errorf("parseRecord(%q) = %q, want a fault", text, got)
		}
	}
}

func TestFormatRecord(t *testing.T) {
	t.Parallel()
	rows := []row{{"b/z.py", "sha256=y", "2"}, {"b/RECORD", "", ""}, {"a,b", "h", "1"}, {`q"q`, "h", "1"}, {"../bin/x", "h", "1"}, {"größe", "h", "1"}}
	want := "../bin/x,h,1\r\n\"a,b\",h,1\r\nb/RECORD,,\r\nb/z.py,sha256=y,2\r\ngröße,h,1\r\n\"q\"\"q\",h,1\r\n"
	if got := string(formatRecord(rows)); got != want {
		t.Errorf("formatRecord = %q, want %q", got, want)
	}
}

// What is written parses back, whatever the fields hold.
func TestRecordRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.StringOf(rapid.RuneFrom([]rune("ab/ö,\"\r\n '=;\\")))
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) row {
			return row{field.Draw(t, "path"), field.Draw(t, "hash"), field.Draw(t, "size")}
		})).Draw(t, "rows")
		text := string(formatRecord(rows)) // sorts rows
		got, ok := parseRecord(text)
		if !ok || !slices.Equal(got, rows) {
			t.Fatalf("parseRecord(%q) = %q, %v, want %q", text, got, ok, rows)
		}
	})
}

// Whatever parses, its written form parses to the same rows, and is written in
// the same way.
func FuzzRecord(f *testing.F) {
	seeds := []string{"a.py,sha256=x,1\r\nd/RECORD,,\r\n", "\"a,\"\"b\",x\n", "a\rb,c,d,e\n\n", `"a`, "\"\",,"}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, ok := parseRecord(text)
		if !ok {
			if !strings.Contains(text, `"`) {
				t.Fatalf("parseRecord(%q) finds a fault without a quote", text)
			}
			return
		}
		written := string(formatRecord(rows))
		again, ok := parseRecord(written)
		if !ok || !slices.Equal(again, rows) {
			t.Fatalf("parseRecord(%q) = %q, %v, want %q", written, again, ok, rows)
		}
		if rewritten := string(formatRecord(again)); rewritten != written {
			t.Fatalf("written twice: %q, then %q", written, rewritten)
		}
	})
}
