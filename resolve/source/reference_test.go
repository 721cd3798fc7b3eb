package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want Reference
	}{
		{"https://index.example/a/x-1.0-py3-none-any.whl", Reference{Kind: Wheel, URL: "https://index.example/a/x-1.0-py3-none-any.whl", FileName: "x-1.0-py3-none-any.whl"}},
		{"https://index.example/x-1.0+local-py3-none-any.whl", Reference{Kind: Wheel, URL: "https://index.example/x-1.0+local-py3-none-any.whl", FileName: "x-1.0+local-py3-none-any.whl"}},
		{"https://u:p@index.example/x-1.0.tar.gz?q=1#sha256=AB&egg=x&subdirectory=a/b", Reference{Kind: Archive, URL: "https://u:p@index.example/x-1.0.tar.gz?q=1", FileName: "x-1.0.tar.gz", Subdirectory: "a/b", Hashes: map[string]string{"sha256": "ab"}}},
		{"http://index.example/main.zip#subdirectory=a%20b", Reference{Kind: Archive, URL: "http://index.example/main.zip", FileName: "main.zip", Subdirectory: "a b"}},
		{"file:///a%20b/x-1.0.tgz", Reference{Kind: Archive, URL: "file:///a%20b/x-1.0.tgz", Path: "/a b/x-1.0.tgz", FileName: "x-1.0.tgz"}},
		{"file://localhost/a/lib/", Reference{Kind: Folder, URL: "file:///a/lib", Path: "/a/lib/"}},
		{"file:///a/lib#subdirectory=/deep/", Reference{Kind: Folder, URL: "file:///a/lib", Path: "/a/lib", Subdirectory: "deep"}},
		{"git+https://index.example/p.git", Reference{Kind: Repository, System: "git", URL: "https://index.example/p.git"}},
		{"git+https://u:p@index.example:8443/p@v1.0#egg=p&subdirectory=s", Reference{Kind: Repository, System: "git", URL: "https://u:p@index.example:8443/p", Revision: "v1.0", Subdirectory: "s"}},
		{"git+ssh://git@index.example/a/p@feature/x", Reference{Kind: Repository, System: "git", URL: "ssh://git@index.example/a/p", Revision: "feature/x"}},
		{"git+file:///a/p@with%40at", Reference{Kind: Repository, System: "git", URL: "file:///a/p", Revision: "with@at"}},
		{"git+git://index.example/a%20b", Reference{Kind: Repository, System: "git", URL: "git://index.example/a%20b"}},
		{"hg+static-http://index.example/p@default", Reference{Kind: Repository, System: "hg", URL: "static-http://index.example/p", Revision: "default"}},
		{"svn+ssh://u@index.example/p/trunk@17", Reference{Kind: Repository, System: "svn", URL: "svn+ssh://u@index.example/p/trunk", Revision: "17"}},
		{"svn+svn://index.example/p", Reference{Kind: Repository, System: "svn", URL: "svn://index.example/p"}},
	} {
		got, err := Parse(test.text)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"":                                     "is not a URL",
		"x-1.0.tar.gz":                         "is not a URL",
		"https://index.example/%zz":            "is not a URL",
		"https:///x.zip":                       "names no host",
		"https://index.example/page":           "is neither a wheel nor a source archive",
		"https://index.example/x-1.0.egg":      "is neither a wheel nor a source archive",
		"https://index.example/.zip":           "is neither a wheel nor a source archive",
		"https://index.example/x.whl":          "has no name of a wheel",
		"ftp://index.example/x.zip":            "can't be fetched",
		"file://other/x.zip":                   "of another machine",
		"file:///a#subdirectory=../b":          "leads out of it",
		"bzr+https://index.example/p":          "Bazaar",
		"cvs+https://index.example/p":          "unknown kind",
		"git+ftp://index.example/p":            "uses ftp",
		"git+https:///p":                       "names no host",
		"git+file:///":                         "names no folder",
		"git+https://index.example/p@":         "empty or malformed revision",
		"git+https://index.example/p@-x":       "looks like an option",
		"git+https://index.example/p@--upload": "looks like an option",
		"git+https://index.example/p@a%0ab":    "control characters",
		"git+ssh://-oProxyCommand=x/p":         "looks like an option",
		"git+ssh://-ox@index.example/p":        "looks like an option",
		"git+ssh://git@index.example:a/p.git":  "with a slash before the path",
	} {
		_, err := Parse(text)
		var refused *ReferenceError
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, reason) {
			t.Errorf("Parse(%q): error %v, want a *ReferenceError with %q", text, err, reason)
		}
	}
}

func TestReferenceShowsNoSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"git+https://user:secret@index.example/p@main#subdirectory=a b": "git+https://index.example/p@main#subdirectory=a%20b",
		"git+https://secret@index.example/p":                            "git+https://index.example/p",
		"git+ssh://git@index.example/p":                                 "git+ssh://git@index.example/p",
		"git+ssh://git:secret@index.example/p":                          "git+ssh://index.example/p",
		"git+ssh://secret@index.example/p":                              "git+ssh://index.example/p",
		"svn+ssh://svn@index.example/p@3":                               "svn+ssh://svn@index.example/p@3",
		"https://user:secret@index.example/x.zip#sha256=ab":             "https://index.example/x.zip",
	} {
		if got := parse(t, text).String(); got != want {
			t.Errorf("Parse(%q).String() = %q, want %q", text, got, want)
		}
	}
	if _, err := Parse("https://user:secret@index.example/page"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v, want one without the secret", err)
	}
}

// TestDirectURL has the examples of the specification, as pip writes them.
func TestDirectURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://u:p@index.example/x-1.0-py3-none-any.whl#sha256=ab": `{"url":"https://index.example/x-1.0-py3-none-any.whl","archive_info":{"hash":"sha256=5a","hashes":{"sha256":"5a"}}}`,
		"https://index.example/x.zip#subdirectory=s":                 `{"url":"https://index.example/x.zip","archive_info":{"hash":"sha256=5a","hashes":{"sha256":"5a"}},"subdirectory":"s"}`,
		"file:///a/lib": `{"url":"file:///a/lib","dir_info":{}}`,
		"git+https://u:p@index.example/p.git@main#egg=p":         `{"url":"https://index.example/p.git","vcs_info":{"vcs":"git","commit_id":"c0","requested_revision":"main"}}`,
		"git+ssh://git@index.example/p.git#subdirectory=s&egg=p": `{"url":"ssh://git@index.example/p.git","vcs_info":{"vcs":"git","commit_id":"c0"},"subdirectory":"s"}`,
		"svn+https://index.example/trunk@7":                      `{"url":"https://index.example/trunk","vcs_info":{"vcs":"svn","commit_id":"c0","requested_revision":"7"}}`,
	} {
		got, err := parse(t, text).DirectURL("5a", "c0").Encode()
		if err != nil || got != want {
			t.Errorf("direct_url.json of %q = %s, %v; want %s", text, got, err, want)
		}
	}
}

// FuzzParse: what is taken apart can be put together, shows no password, and is
// never an option of a command.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"git+https://u:p@index.example/p@v1#egg=p&subdirectory=a/b", "https://index.example/x-1.0.tar.gz#sha256=ab",
		"file:///a/lib", "svn+ssh://h/p@7", "git+ssh://git@h/p@a%2Fb", "file:///x-1-py3-none-any.whl",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			var refused *ReferenceError
			if !errors.As(err, &refused) {
				t.Fatalf("Parse(%q): error %v, want a *ReferenceError", text, err)
			}
			return
		}
		if strings.HasPrefix(r.Revision, "-") || strings.HasPrefix(r.URL, "-") {
			t.Fatalf("Parse(%q) = %+v, which looks like an option", text, r)
		}
		shown, err := Parse(r.String())
		if err != nil {
			t.Fatalf("Parse(%q).String() = %q, which can't be parsed: %v", text, r, err)
		}
		if shown.String() != r.String() || shown.Kind != r.Kind || shown.Revision != r.Revision || shown.Subdirectory != r.Subdirectory {
			t.Fatalf("Parse(%q) = %+v, but what it shows is %+v", text, r, shown)
		}
	})
}
