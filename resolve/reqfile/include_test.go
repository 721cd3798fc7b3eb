package reqfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestInclude(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"requirements.txt":        "-r sub/dev.txt\n-c cons.txt\nfoo\n",
		"sub/dev.txt":             "dev\n-r ../more.txt\n-r 'deep/with space.txt'\n",
		"sub/deep/with space.txt": "deep\n",
		"more.txt":                "more\n",
		"cons.txt":                "foo==1\n-r more.txt\n-c sub/cons.txt\n",
		"sub/cons.txt":            "bar==2\n",
	}
	o := folder(t, files)
	got := func(o ReadOptions, name string) []string {
		t.Helper()
		file, err := Read(t.Context(), name, o)
		if err != nil {
			t.Fatal(err)
		}
		shown := show(file.Entries, o)
		for i, e := range file.Entries {
			shown[i] = e.Where.File + " " + shown[i]
		}
		return shown
	}
	// What a constraints file includes with -r are requirements again.
	want := []string{
		"sub/dev.txt 1: dev", "more.txt 1: more", "sub/deep/with space.txt 1: deep",
		"cons.txt 1: -c foo==1", "more.txt 1: more", "sub/cons.txt 1: -c bar==2", "requirements.txt 3: foo",
	}
	if got := got(o, "requirements.txt"); !slices.Equal(got, want) {
		t.Errorf("Read =\n%q, want\n%q", got, want)
	}
	o.Constraint = true
	want = []string{"cons.txt 1: -c foo==1", "more.txt 1: more", "sub/cons.txt 1: -c bar==2"}
	if got := got(o, "cons.txt"); !slices.Equal(got, want) {
		t.Errorf("Read as constraints =\n%q, want\n%q", got, want)
	}
}

// pages serves files by complete name and counts how often each is opened.
type pages map[string]string

func (p pages) open(_ context.Context, name string) (io.ReadCloser, error) {
	text, found := p[name]
	if !found {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func TestIncludeURL(t *testing.T) {
	t.Parallel()
	p := pages{
		"https://u:p@h.example/a/requirements.txt": "-r dev.txt\n-r ../b/c.txt?x=1\n-r /root.txt\n-r http://i.example/d.txt\nfoo\n",
		"https://u:p@h.example/a/dev.txt":          "dev\n",
		"https://u:p@h.example/b/c.txt?x=1":        "c\n",
		"https://u:p@h.example/root.txt":           "root\n",
		"http://i.example/d.txt":                   "-r e.txt\n-f ./links\n",
		"http://i.example/e.txt":                   "e\n",
	}
	file, err := Read(t.Context(), "https://u:p@h.example/a/requirements.txt", ReadOptions{Open: p.open})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1: dev", "1: c", "1: root", "1: e", "5: foo"}
	if got := show(file.Entries, ReadOptions{}); !slices.Equal(got, want) {
		t.Errorf("Read = %q, want %q", got, want)
	}
	if got, want := file.Entries[0].Where.File, "https://u:****@h.example/a/dev.txt"; got != want {
		t.Errorf("file = %s, want %s", got, want)
	}
	if got, want := file.Options.FindLinks, []string{"./links"}; !slices.Equal(got, want) {
		t.Errorf("find-links = %q, want %q", got, want)
	}
}

func TestIncludeFileURL(t *testing.T) {
	t.Parallel()
	o := folder(t, map[string]string{"a b/requirements.txt": "-r dev.txt\n", "a b/dev.txt": "dev\n"})
	o2 := o
	for _, name := range []string{"file:a%20b/requirements.txt", fileURL(o.Folder) + "/a%20b/requirements.txt"} {
		file, err := Read(t.Context(), name, o2)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := show(file.Entries, o), []string{"1: dev"}; !slices.Equal(got, want) {
			t.Errorf("Read(%s) = %q, want %q", name, got, want)
		}
	}
}

func TestIncludeCycle(t *testing.T) {
	t.Parallel()
	o := folder(t, map[string]string{
		"requirements.txt": "-r ./a.txt\n", "a.txt": "foo\n\n-c sub/b.txt\n", "sub/b.txt": "-r ../a.txt\n",
		"self.txt": "-r ../" + "self.txt\n", "sub/self.txt": "-r ./self.txt\n",
	})
	_, err := Read(t.Context(), "requirements.txt", o)
	var cycle *CycleError
	if !errors.As(err, &cycle) {
		t.Fatalf("Read = %v, want a CycleError", err)
	}
	if want := []string{"a.txt", "sub/b.txt", "a.txt"}; !slices.Equal(cycle.Chain, want) {
		t.Errorf("chain = %q, want %q", cycle.Chain, want)
	}
	if want := (Position{"sub/b.txt", 1}); cycle.Where != want {
		t.Errorf("closed by %v, want %v", cycle.Where, want)
	}
	if want := "sub/b.txt line 1: requirements file includes itself: a.txt -> sub/b.txt -> a.txt"; err.Error() != want {
		t.Errorf("message = %q, want %q", err, want)
	}
	if _, err := Read(t.Context(), "sub/self.txt", o); !errors.As(err, &cycle) || len(cycle.Chain) != 2 {
		t.Errorf("Read = %v, want a CycleError of two names", err)
	}
}

func TestIncludeMissing(t *testing.T) {
	t.Parallel()
	o := folder(t, map[string]string{"requirements.txt": "foo\n-c sub/cons.txt\n"})
	_, err := Read(t.Context(), "requirements.txt", o)
	var opening *OpenError
	if !errors.As(err, &opening) || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Read = %v, want an OpenError", err)
	}
	if want := (Position{"requirements.txt", 2}); opening.From != want || !opening.Constraint || opening.File != "sub/cons.txt" {
		t.Errorf("error is about %s of %v, want sub/cons.txt of %v", opening.File, opening.From, want)
	}
	if want := "reading constraints file sub/cons.txt, included by requirements.txt line 2: "; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("message = %q, want %q...", err, want)
	}
}

func TestIncludeLimits(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"deep": "-r %d.txt\n",
		// Each file twice in the one before would be read 2^99 times.
		"wide": "-r %[1]d.txt\n-r %[1]d.txt\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := ReadOptions{Open: func(_ context.Context, name string) (io.ReadCloser, error) {
				var number int
				if _, err := fmt.Sscanf(name[strings.LastIndex(name, "/"):], "/%d.txt", &number); err != nil {
					return nil, err
				}
				if number == 50 && text != "-r %d.txt\n" {
					return io.NopCloser(strings.NewReader("foo\n")), nil
				}
				return io.NopCloser(strings.NewReader(fmt.Sprintf(text, number+1))), nil
			}}
			_, err := Read(t.Context(), "/0.txt", o)
			var e *SyntaxError
			if !errors.As(err, &e) || !strings.Contains(e.Reason, "too many files") {
				t.Errorf("Read = %v, want too many files", err)
			}
		})
	}
}
