package reqfile

import (
	"errors"
	"strings"
	"testing"
)

// caret is how the command line shows a SyntaxError.
func caret(e *SyntaxError) string {
	return e.Text + "\n" + strings.Repeat(" ", e.Column-1) + strings.Repeat("^", e.Length)
}

// Each case has the file, the line and the place, marked as the command line
// would, and a part of the reason.
var faults = []struct {
	name, text string
	line       int
	want       string
	reason     string
}{
	{"operator", "foo\nbar=1\n", 2, "bar=1\n   ^", "= is no operator, == is"},
	{"version", "foo>=\n", 1, "foo>=\n     ^", "expected a version after >="},
	{"marker", "foo ; python_versio < '3'  # x\n", 1, "foo ; python_versio < '3'  # x\n      ^", "marker variable"},
	{"in a joined line", "foo \\\n   ; os_nam == 'x' \\\n --hash=sha256:aa\n", 2, "   ; os_nam == 'x' \\\n     ^", ""},
	{"characters, not bytes", "foo; 'ö' == é\n", 1, "foo; 'ö' == é\n            ^", ""},
	{"variable that is not set", "foo==${VERSION}\n", 1, "foo==${VERSION}\n     ^", "${VERSION} is not set"},
	{"in the value of a variable", "foo${BAD} # x\n", 1, "foo${BAD} # x\n   ^", ""},
	{"after the value of a variable", "${FOO} = 1\n", 1, "${FOO} = 1\n       ^", ""},
	{"secret before the place", "foo @ https://me:secret@h.example/x.zip ; a\n", 1, "foo @ https://me:****@h.example/x.zip ; a\n                                        ^", ""},
	{"backslash and space", "foo \\ \nbar\n", 1, "foo \\ \n    ^", "a backslash joins lines only as the last character of one"},
	{"tab before an option", "foo>=1\t--hash=sha256:aa\n", 1, "foo>=1\t--hash=sha256:aa\n   ^^^^", "not by a tab"},
	{"unknown option", "foo --upgrade\n", 1, "foo --upgrade\n    ^^^^^^^^^", "no such option in a requirements file: --upgrade"},
	{"unknown letter", "-U foo\n", 1, "-U foo\n^^", "no such option in a requirements file: -U"},
	{"option that is gone", "foo --global-option=x\n", 1, "foo --global-option=x\n    ^^^^^^^^^^^^^^^^^", "--config-settings"},
	{"ambiguous option", "--req x\n", 1, "--req x\n^^^^^", "--requirement, --require-hashes"},
	{"value without need", "--pre=1\n", 1, "--pre=1\n^^^^^^^", "--pre takes no value"},
	{"no value", "-r\n", 1, "-r\n^^", "-r needs a value"},
	{"no value for a list", "--no-binary -x\n", 1, "--no-binary -x\n^^^^^^^^^^^^^^", "--no-binary needs a value"},
	{"hash without a digest", "foo --hash=sha256\n", 1, "foo --hash=sha256\n    ^^^^^^^^^^^^^", "algorithm and a digest"},
	{"weak hash", "foo --hash md5:aa\n", 1, "foo --hash md5:aa\n    ^^^^^^^^^^^^^", "sha256, sha384 or sha512, not md5"},
	{"setting", "foo -C a\n", 1, "foo -C a\n    ^^^^", "KEY=VALUE"},
	{"quote", "--pre 'foo\n", 1, "--pre 'foo\n      ^", "quotation mark"},
	{"escape", "foo --pre \\ # c\n", 1, "foo --pre \\ # c\n          ^", "nothing follows the backslash"},
	{"editable after a requirement", "foo -e ./proj\n", 1, "foo -e ./proj\n    ^^^^^^^^^", "-e must come first"},
	{"editable that is nothing", "-e ./nowhere\n", 1, "-e ./nowhere\n^^^^^^^^^^^^", "no folder here"},
	{"editable archive", "-e foo@https://h.example/x.zip\n", 1, "-e foo@https://h.example/x.zip\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "cannot be editable"},
	{"editable without a name", "-e git+https://h.example/r\n", 1, "-e git+https://h.example/r\n^^^^^^^^^^^^^^^^^^^^^^^^^^", `-e "NAME @ git+https://h.example/r"`},
	{"editable folder without a project", "-e ./empty\n", 1, "-e ./empty\n^^^^^^^^^^", "pyproject.toml"},
	{"folder without a project", "./empty[a]\n", 1, "./empty[a]\n^^^^^^^^^^", "pyproject.toml"},
	{"path to nothing", "./nowhere\n", 1, "./nowhere\n^", "looks like a path, but there is no ./nowhere"},
	{"requirements file without -r", "./requirements.txt\n", 1, "./requirements.txt\n^", "included with -r"},
	{"unknown kind of URL", "s3://h.example/foo.zip\n", 1, "s3://h.example/foo.zip\n^^^^^^^^^^^^^^^^^^^^^^", "no such kind of URL"},
	{"URL without a host", "https:///foo.zip\n", 1, "https:///foo.zip\n^^^^^^^^^^^^^^^^", "no host"},
	{"URL with a bad host", "foo @ https://[::1/\n", 1, "foo @ https://[::1/\n      ^^^^^^^^^^^^^", "not a URL"},
	{"URL with a variable that is not set", "https://${HOST}/x.zip\n", 1, "https://${HOST}/x.zip\n^^^^^^^^^^^^^^^^^^^^^", "${HOST} is not set"},
	{"file URL of another machine", "file://h.example/foo.zip\n", 1, "file://h.example/foo.zip\n^^^^^^^^^^^^^^^^^^^^^^^^", "this machine"},
	{"wheel's name", "https://h.example/x.whl\n", 1, "https://h.example/x.whl\n^^^^^^^^^^^^^^^^^^^^^^^", "x.whl"},
	{"egg with more than a name", "https://h.example/x.zip#egg=foo[a]==1\n", 1, "https://h.example/x.zip#egg=foo[a]==1\n                            ^^^^^^^^^", "NAME[EXTRA] @ URL"},
	{"extras of a path", "./proj[a!b]\n", 1, "./proj[a!b]\n      ^^", ""},
	{"both hash options", "--require-hashes\n--no-require-hashes\n", 2, "--no-require-hashes\n^^^^^^^^^^^^^^^^^^^", "exclude each other"},
	{"lock", "-r pylock.dev.toml\n", 1, "-r pylock.dev.toml\n^^^^^^^^^^^^^^^^^^", "is a lock"},
	{"unnamed constraint", "-c named.txt\n-c unnamed.txt\n", 1, "https://h.example/x.zip\n^^^^^^^^^^^^^^^^^^^^^^^", "must name its project"},
	{"editable constraint", "-c editable.txt\n", 1, "-e 'foo @ git+https://h.example/r'\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "cannot be editable"},
	{"constraint with extras", "-c extras.txt\n", 1, "foo[a]==1 --hash=sha256:aa\n^^^^^^^^^", "cannot have extras"},
	{"UTF-8", "foo\n  # caf\xe9\n", 2, "  # caf\ufffd\n       ^", "byte 0xe9 is not UTF-8"},
	{"named encoding", "#!\n# coding: ascii\nfoo\n# \xff\n", 4, "# \ufffd\n  ^", "byte 0xff is not ascii"},
	{"unknown encoding", "# coding: klingon\n", 1, "# coding: klingon\n          ^", `unknown encoding "klingon"`},
}

func TestSyntaxError(t *testing.T) {
	t.Parallel()
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := folder(t, map[string]string{
				"requirements.txt": test.text, "proj/pyproject.toml": "", "empty/": "",
				"named.txt": "foo @ https://h.example/x.zip\n", "unnamed.txt": "https://h.example/x.zip\n",
				"editable.txt": "-e 'foo @ git+https://h.example/r'\n", "extras.txt": "foo[a]==1 --hash=sha256:aa\n",
			})
			variables := map[string]string{"BAD": "[;", "FOO": "a-long-name"}
			o.Getenv = func(name string) string { return variables[name] }
			_, err := Read(t.Context(), "requirements.txt", o)
			var e *SyntaxError
			if !errors.As(err, &e) {
				t.Fatalf("Read(%q) = %v, want a SyntaxError", test.text, err)
			}
			if got := caret(e); got != test.want {
				t.Errorf("Read(%q) shows\n%s\nwant\n%s", test.text, got, test.want)
			}
			if e.Line != test.line {
				t.Errorf("Read(%q) fails in line %d, want %d", test.text, e.Line, test.line)
			}
			if !strings.Contains(e.Reason, test.reason) {
				t.Errorf("Read(%q) says %q, want %q", test.text, e.Reason, test.reason)
			}
		})
	}
}

func TestSyntaxErrorText(t *testing.T) {
	t.Parallel()
	_, err := read(t, "foo\n  --upgrade\n")
	if want := "requirements.txt line 2, column 3: no such option in a requirements file: --upgrade"; err == nil || err.Error() != want {
		t.Errorf("Read = %v, want %s", err, want)
	}
}
