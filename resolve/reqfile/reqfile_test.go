package reqfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder makes a folder with files, by slash paths, and with options that make
// it the working folder. A path that ends in a slash is a folder.
func folder(t *testing.T, files map[string]string) ReadOptions {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return ReadOptions{Folder: dir}
}

// read reads requirements.txt in a folder that holds nothing else but text.
func read(t *testing.T, text string) (*File, error) {
	t.Helper()
	return Read(t.Context(), "requirements.txt", folder(t, map[string]string{"requirements.txt": text}))
}

// show writes entries as "line: entry", with the working folder as DIR.
func show(entries []Entry, o ReadOptions) []string {
	shown := []string{}
	for _, e := range entries {
		line := e.String()
		if o.Folder != "" {
			line = strings.ReplaceAll(line, fileURL(o.Folder), "file://DIR")
			line = strings.ReplaceAll(line, o.Folder, "DIR")
		}
		if e.Constraint {
			line = "-c " + line
		}
		shown = append(shown, fmt.Sprintf("%d: %s", e.Where.Line, line))
	}
	return shown
}

// shapes are lines and what pip reads in them; its version 24.2 agreed on each
// of them, but for those that are marked.
var shapes = []struct {
	name, text string
	want       []string
}{
	{"nothing", "\n  \n# comment\n   # comment\n", nil},
	{"names and versions", "foo\nFoo.Bar_baz [A,b] >= 1, < 2\nfoo===1.0-weird\nfoo>=1.0,\n", []string{
		"1: foo", "2: Foo.Bar_baz[A,b]<2,>=1", "3: foo===1.0-weird", "4: foo>=1.0",
	}},
	{"parentheses", "foo (>=1.0)\n", []string{"1: foo>=1.0"}},
	{"markers", "foo;python_version<'3'\nfoo ; os_name=='nt' and (extra=='a' or '3'>python_version)\n", []string{
		`1: foo; python_version < "3"`, `2: foo; os_name == "nt" and (extra == "a" or "3" > python_version)`,
	}},
	{"marker that is empty", "foo ;\nbar ; \n", []string{"1: foo", "2: bar"}},
	{"comment needs a space before it", "foo # x\nfoo @ https://h.example/a.zip#x # y\nbar\t#x\n", []string{
		"1: foo", "2: foo @ https://h.example/a.zip#x", "3: bar",
	}},
	{"direct references", "foo[a] @ https://h.example/a.zip ; os_name=='nt'\nfoo@https://h.example/a.zip;os_name=='nt'\nbar @ git+https://h.example/b.git@v1\n", []string{
		`1: foo[a] @ https://h.example/a.zip ; os_name == "nt"`, `2: foo @ https://h.example/a.zip ; os_name == "nt"`, "3: bar @ git+https://h.example/b.git@v1",
	}},
	{"direct reference to a path, which pip reads and cannot open", "foo @ ./x.zip#sha256=00\n", []string{"1: foo @ file://DIR/x.zip#sha256=00"}},
	{"URL of a wheel has its name", "https://h.example/Foo-1.0%2Blocal-py3-none-any.whl?q=1#sha256=AB\n", []string{
		"1: Foo @ https://h.example/Foo-1.0%2Blocal-py3-none-any.whl?q=1#sha256=AB",
	}},
	{"URL without a name", "https://h.example/foo.zip\nHTTPS://h.example/foo.zip ; os_name=='nt'\nhttps://h.example/foo.zip; os_name=='nt'\nftp://h.example/foo.zip\n", []string{
		"1: https://h.example/foo.zip", `2: HTTPS://h.example/foo.zip ; os_name == "nt"`, `3: https://h.example/foo.zip ; os_name == "nt"`, "4: ftp://h.example/foo.zip",
	}},
	{"semicolon within a URL that stands alone", "https://h.example/foo;a=b.zip\nhttps://h.example/foo.zip;python_version<'3'\n", []string{
		"1: https://h.example/foo;a=b.zip", "2: https://h.example/foo.zip;python_version<'3'",
	}},
	{"egg", "https://h.example/foo.zip#egg=Foo&md5=ab\ngit+ssh://git@h.example/foo.git@abc#egg=foo&subdirectory=x\nhg+http://h.example/foo\n", []string{
		"1: Foo @ https://h.example/foo.zip#egg=Foo&md5=ab", "2: foo @ git+ssh://git@h.example/foo.git@abc#egg=foo&subdirectory=x", "3: hg+http://h.example/foo",
	}},
	{"file URLs", "file:///tmp/a/../foo.zip\nfile:x-1.0-py3-none-any.whl\nfile:./sub/x-1.0-py3-none-any.whl\n", []string{
		"1: file:///tmp/foo.zip", "2: x @ file://DIR/x-1.0-py3-none-any.whl", "3: x @ file://DIR/sub/x-1.0-py3-none-any.whl",
	}},
	{"folders", "./proj\nproj/\n./proj[a,b] ; os_name=='nt'\nproj\n", []string{
		"1: file://DIR/proj", "2: file://DIR/proj", `3: DIR/proj[a,b] ; os_name == "nt"`, "4: proj",
	}},
	{"archives", "x-1.0-py3-none-any.whl\nx-1.0-py3-none-any.whl[e];os_name=='nt'\n./y-2.0.tar.gz\nfoo==1.zip\nA.TAR.GZ\n", []string{
		"1: x @ file://DIR/x-1.0-py3-none-any.whl", `2: x[e] @ file://DIR/x-1.0-py3-none-any.whl ; os_name == "nt"`, "3: file://DIR/y-2.0.tar.gz", "4: file://DIR/foo==1.zip", "5: file://DIR/A.TAR.GZ",
	}},
	{"name that begins like an option", "foo-r\n", []string{"1: foo-r"}},
	{"editable folders", "-e ./proj\n--editable=proj\n-e \"./proj[a,b]\"\n-eproj\n", []string{
		"1: -e file://DIR/proj", "2: -e file://DIR/proj", "3: -e 'file://DIR/proj[a,b]'", "4: -e file://DIR/proj",
	}},
	{"editable repositories", "-e git+https://h.example/r.git@v1#egg=foo&subdirectory=s\n-e git://h.example/r#egg=foo\n-e svn+http://h.example/r#egg=Foo\n", []string{
		"1: -e 'foo @ git+https://h.example/r.git@v1#egg=foo&subdirectory=s'", "2: -e 'foo @ git+git://h.example/r#egg=foo'", "3: -e 'Foo @ svn+http://h.example/r#egg=Foo'",
	}},
	{"editable direct reference, since pip 25", "-e \"foo[a] @ git+https://h.example/r ; os_name=='nt'\"\n-e 'foo @ file:///nowhere'\n", []string{
		`1: -e 'foo[a] @ git+https://h.example/r ; os_name == "nt"'`, "2: -e 'foo @ file:///nowhere'",
	}},
	{"hashes", "foo --hash=sha256:aa --hash sha256:BB '--hash=sha512:cc'  --hash=sha256:aa\n", []string{"1: foo --hash=sha256:aa --hash=sha256:bb --hash=sha512:cc"}},
	{"hash after a marker", "foo ; python_version<'3' --hash=sha256:aa\n", []string{`1: foo; python_version < "3" --hash=sha256:aa`}},
	{"settings", "foo -C a=b --config-setting a=c --config-settings 'd=e f'\n-e ./proj -C k=v\n", []string{
		"1: foo --config-settings=a=b --config-settings=a=c --config-settings='d=e f'", "2: -e file://DIR/proj --config-settings=k=v",
	}},
	{"joined lines", "foo \\\n  >=1 \\\n  --hash=sha256:aa\nbar\n", []string{"1: foo>=1 --hash=sha256:aa", "4: bar"}},
	{"joined without a space", "foo\\\nbar\n", []string{"1: foobar"}},
	{"backslashes at both ends go", "\\foo\\\\\n>=1\n", []string{"1: foo>=1"}},
	{"comment ends joining", "foo \\\n# comment \\\n--pre\nbar \\\n   # x\nbaz\n", []string{"1: foo", "4: bar", "6: baz"}},
	{"backslash after a comment joins", "foo # c \\\nbar\nbaz\n", []string{"1: foo", "3: baz"}},
	{"backslash at the end of the file", "foo \\", []string{"1: foo"}},
	{"only backslashes", "\\\n\\\nfoo\n\\\n", []string{"1: foo"}},
	{"line ends of Python", "a\rb\r\nc\fd\ve\x1cf\u2028g\u0085h", []string{"1: a", "2: b", "3: c", "4: d", "5: e", "6: f", "7: g", "8: h"}},
	{"white space of Unicode", "\u3000foo>=1\u00a0# c\n\u2003bar\u3000\n", []string{"1: foo>=1", "2: bar"}},
	{"variables", "foo==${VER}\n${NAME}>=1\n${A}\n", []string{"1: foo==2.0", "2: bar>=1", "3: bbx"}},
	{"value with an option", "${OPTION}\nfoo${OPTION}\n", []string{"2: foo"}},
	{"words that follow options are lost", "foo --hash=sha256:aa bar\n--pre foo\n-- foo\n- foo\n", []string{"1: foo --hash=sha256:aa"}},
}

func shapeOptions(t *testing.T, text string) ReadOptions {
	t.Helper()
	o := folder(t, map[string]string{"requirements.txt": text, "proj/pyproject.toml": "", "x-1.0-py3-none-any.whl": "", "y-2.0.tar.gz": ""})
	variables := map[string]string{"VER": "2.0", "NAME": "bar", "A": "bbx", "OPTION": " --pre"}
	o.Getenv = func(name string) string { return variables[name] }
	return o
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, test := range shapes {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := shapeOptions(t, test.text)
			file, err := Read(t.Context(), "requirements.txt", o)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(file.Entries, o); !slices.Equal(got, test.want) {
				t.Errorf("Read(%q):\n got %q\nwant %q", test.text, got, test.want)
			}
		})
	}
}

func TestReadKinds(t *testing.T) {
	t.Parallel()
	text := "foo\nfoo @ https://h.example/a.zip#sha256=AB\ngit+https://h.example/r\n./proj\n-e ./proj\nx-1.0-py3-none-any.whl\nfoo @ ftp://h.example/x\n"
	o := shapeOptions(t, text)
	file, err := Read(t.Context(), "requirements.txt", o)
	if err != nil {
		t.Fatal(err)
	}
	kinds := []Kind{Indexed, Archive, Repository, Local, Local, Local, Archive}
	for i, want := range kinds {
		e := file.Entries[i]
		if e.Kind != want {
			t.Errorf("kind of %s = %d, want %d", e.Text, e.Kind, want)
		}
		if (e.Kind == Local) != filepath.IsAbs(e.Path) || (e.Kind != Local && e.Path != "") {
			t.Errorf("path of %s = %q", e.Text, e.Path)
		}
	}
	if got, want := file.Entries[1].URLHashes, []string{"sha256:ab"}; !slices.Equal(got, want) {
		t.Errorf("hashes in the URL = %q, want %q", got, want)
	}
	if got, want := file.Entries[5].Path, filepath.Join(o.Folder, "x-1.0-py3-none-any.whl"); got != want {
		t.Errorf("path = %q, want %q", got, want)
	}
}

// The text of an entry is shown to people, so it must not hold what a
// variable or a URL may hide.
func TestReadHidesSecrets(t *testing.T) {
	t.Parallel()
	text := "foo @ https://user:secret@h.example/a.zip\nbar @ https://${TOKEN}@h.example/a.zip\n"
	o := folder(t, map[string]string{"requirements.txt": text})
	o.Getenv = func(string) string { return "secret" }
	file, err := Read(t.Context(), "requirements.txt", o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"foo @ https://user:****@h.example/a.zip", "bar @ https://****@h.example/a.zip"}
	for i, e := range file.Entries {
		if e.Text != want[i] {
			t.Errorf("Text = %q, want %q", e.Text, want[i])
		}
	}
	if got, want := file.Entries[1].Requirement.URL, "https://secret@h.example/a.zip"; got != want {
		t.Errorf("URL = %q, want %q", got, want)
	}
}

func TestReadUnreadable(t *testing.T) {
	t.Parallel()
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		_, err := Read(t.Context(), "nowhere.txt", folder(t, nil))
		var opening *OpenError
		if !errors.As(err, &opening) || opening.File != "nowhere.txt" || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Read = %v, want an OpenError for nowhere.txt", err)
		}
	})
	t.Run("too large", func(t *testing.T) {
		t.Parallel()
		o := ReadOptions{Open: func(context.Context, string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(strings.Repeat("\n", maxSize+1))), nil
		}}
		if _, err := Read(t.Context(), "large.txt", o); !errors.Is(err, ErrTooLarge) {
			t.Errorf("Read = %v, want %v", err, ErrTooLarge)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Read(ctx, "requirements.txt", folder(t, map[string]string{"requirements.txt": ""})); !errors.Is(err, context.Canceled) {
			t.Errorf("Read = %v, want %v", err, context.Canceled)
		}
	})
	t.Run("no network", func(t *testing.T) {
		t.Parallel()
		_, err := Read(t.Context(), "https://u:p@h.example/r.txt", ReadOptions{})
		if err == nil || strings.Contains(err.Error(), "u:p@") {
			t.Errorf("Read = %v, want an error without the password", err)
		}
	})
}
