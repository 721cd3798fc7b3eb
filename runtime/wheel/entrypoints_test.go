package wheel

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEntryPoints(t *testing.T) {
	t.Parallel()
	const text = "\ufeff# comment\n; comment\n[console_scripts]\r\nrun = demo.cli:main\n  Upper_Case=demo:App.run  \n" +
		"extra = demo:main [fast,  big]\nmod = demo.tool\n\n[ gui_scripts ]\nwin = demo : gui\n[other]\nodd:name = not a reference!\n" +
		"größe = größe:main\nempty =\nurl = a=b\nbracket = demo:x[\n"
	want := []EntryPoint{
		{Group: "console_scripts", Name: "run", Value: "demo.cli:main", Module: "demo.cli", Attr: "main"},
		{Group: "console_scripts", Name: "Upper_Case", Value: "demo:App.run", Module: "demo", Attr: "App.run"},
		{Group: "console_scripts", Name: "extra", Value: "demo:main [fast,  big]", Module: "demo", Attr: "main", Extras: []string{"fast", "big"}},
		{Group: "console_scripts", Name: "mod", Value: "demo.tool", Module: "demo.tool"},
		{Group: "gui_scripts", Name: "win", Value: "demo : gui", Module: "demo", Attr: "gui"},
		{Group: "other", Name: "odd:name", Value: "not a reference!"},
		{Group: "other", Name: "größe", Value: "größe:main", Module: "größe", Attr: "main"},
		{Group: "other", Name: "empty"},
		{Group: "other", Name: "url", Value: "a=b"},
		{Group: "other", Name: "bracket", Value: "demo:x["},
	}
	got, err := ParseEntryPoints([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseEntryPoints:\n%s", diff)
	}
}

func TestParseEntryPointsErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text   string
		line   int
		reason string
	}{
		{"run = demo:main\n", 1, "comes before the first group"},
		{"[console_scripts]\n\nrun: demo:main\n", 3, "is not NAME = VALUE"},
		{"[console_scripts]\n= demo:main\n", 2, "has no name"},
		{"[console_scripts\n", 1, "is a group without its closing bracket"},
		{"[ ]\n", 1, "is a group without a name"},
		{"[", 1, "is a group without its closing bracket"},
		{"\xff", 0, "is not UTF-8"},
	} {
		_, err := ParseEntryPoints([]byte(test.text))
		var syntax *EntryPointError
		if !errors.As(err, &syntax) || syntax.Line != test.line || syntax.Reason != test.reason {
			t.Errorf("ParseEntryPoints(%q) = %v, want line %d: %s", test.text, err, test.line, test.reason)
		}
	}
}

func TestEntryPoints(t *testing.T) {
	t.Parallel()
	points, err := openWheel(t, "demo", "1.0").EntryPoints()
	if points != nil || err != nil {
		t.Errorf("EntryPoints() of a wheel without any = %v, %v", points, err)
	}
	w := openWheel(t, "demo", "1.0", entry{name: "demo-1.0.dist-info/entry_points.txt", content: "x\n"})
	var syntax *EntryPointError
	if _, err := w.EntryPoints(); !errors.As(err, &syntax) || syntax.Wheel != demoFile {
		t.Errorf("EntryPoints() = %v, want an EntryPointError of %s", err, demoFile)
	}
}

// No text makes the parser panic, and what it makes of a text it makes of that
// text written plainly.
func FuzzParseEntryPoints(f *testing.F) {
	for _, seed := range []string{"[console_scripts]\nrun = demo.cli:main\n", "[a]\nb=c:d.e [x, y]\n# no\n[f]\ng=h", "[a\n", "x=y", "[a]\n=\n[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		points, err := ParseEntryPoints(b)
		if err != nil {
			var syntax *EntryPointError
			if !errors.As(err, &syntax) {
				t.Fatalf("ParseEntryPoints(%q) = %T", b, err)
			}
			return
		}
		var plain []byte
		for _, p := range points {
			plain = append(plain, "["+p.Group+"]\n"+p.Name+" = "+p.Value+"\n"...)
			if p.Attr != "" && p.Module == "" {
				t.Fatalf("ParseEntryPoints(%q) has an attribute without a module: %+v", b, p)
			}
		}
		again, err := ParseEntryPoints(plain)
		if err != nil {
			t.Fatalf("ParseEntryPoints(%q) = %v", plain, err)
		}
		if diff := cmp.Diff(points, again); diff != "" {
			t.Fatalf("written plainly:\n%s", diff)
		}
	})
}
