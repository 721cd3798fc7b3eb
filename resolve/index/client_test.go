package index_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/transport"
)

func newClient(t *testing.T, o index.Options) *index.Client {
	t.Helper()
	client, err := index.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return client
}

// names lists the files of a project, each with where it was found.
func names(p *index.Project) string {
	var all []string
	for _, f := range p.Files {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}

func find(t *testing.T, client *index.Client, name string) *index.Project {
	t.Helper()
	p, err := client.Project(t.Context(), name)
	if err != nil {
		t.Fatalf("Project(%q): %v", name, err)
	}
	return p
}

// Whatever form the pages have, a project reads the same.
func TestForms(t *testing.T) {
	t.Parallel()
	dist := indextest.Dist{
		Name: "Foo.Bar", Version: "1.0+local", RequiresPython: ">=3.6,<4", Yanked: true, YankedReason: `"old" & broken`,
		UploadTime: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC),
	}
	plain := indextest.Dist{Name: "foo-bar", Version: "2", NoHash: true, NoMetadata: true}
	for _, form := range []struct {
		name  string
		set   func(*indextest.Behaviour)
		whole bool // the form says sizes and times
	}{
		{"JSON", func(*indextest.Behaviour) {}, true},
		{"JSON only, absolute", func(b *indextest.Behaviour) { b.JSON, b.AbsoluteURLs = true, true }, true},
		{"JSON without PEP 700", func(b *indextest.Behaviour) { b.NoSizes = true }, false},
		{"HTML", func(b *indextest.Behaviour) { b.HTML = true }, false},
		{"HTML with base", func(b *indextest.Behaviour) { b.HTML, b.Base = true, true }, false},
		{"HTML, absolute", func(b *indextest.Behaviour) { b.HTML, b.AbsoluteURLs = true, true }, false},
		{"a newer minor version", func(b *indextest.Behaviour) { b.APIVersion = "1.50" }, true},
	} {
		t.Run(form.name, func(t *testing.T) {
			t.Parallel()
			srv := indextest.New(t)
			files := srv.Add(dist, plain)
			srv.Behave(form.set)
			for _, url := range []string{srv.URL(), strings.TrimSuffix(srv.URL(), "/")} {
				p := find(t, newClient(t, index.Options{IndexURL: url}), "FOO_bar")
				if p.Name != "foo-bar" || p.Index != url || names(p) != strings.Join(files, " ") {
					t.Fatalf("project = %+v, want foo-bar with %v", p, files)
				}
				first, second := p.Files[0], p.Files[1]
				_, data := indextest.Wheel(dist)
				if !first.Yanked || first.YankedReason != dist.YankedReason || first.RequiresPython != dist.RequiresPython || first.URL != srv.FileURL(strings.ReplaceAll(files[0], "+", "%2B")) ||
					len(first.Hashes.Of("sha256")) != 64 || !first.HasMetadata || len(first.MetadataHashes.Of("sha256")) != 64 || first.Index != url || first.Path != "" {
					t.Errorf("first file = %+v", first)
				}
				if second.Yanked || second.Hashes != nil || second.HasMetadata || second.RequiresPython != "" || !second.UploadTime.IsZero() {
					t.Errorf("second file = %+v", second)
				}
				if form.whole && (first.Size != int64(len(data)) || !first.UploadTime.Equal(dist.UploadTime) || !slices.Equal(p.Versions, []string{"1.0+local", "2"})) {
					t.Errorf("size = %d, uploaded = %s, versions = %q", first.Size, first.UploadTime, p.Versions)
				}
				if !form.whole && (first.Size != -1 || p.Versions != nil) {
					t.Errorf("size = %d, versions = %q, want none", first.Size, p.Versions)
				}
			}
		})
	}
}

func TestSeveralIndexes(t *testing.T) {
	t.Parallel()
	private, public := indextest.New(t), indextest.New(t)
	private.Add(indextest.Dist{Name: "ours", Version: "1"}, indextest.Dist{Name: "both", Version: "1"})
	public.Add(indextest.Dist{Name: "theirs", Version: "2"}, indextest.Dist{Name: "both", Version: "2"})
	shelf := indextest.Folder(t, indextest.Dist{Name: "both", Version: "3"}, indextest.Dist{Name: "mine", Version: "3"})
	o := index.Options{IndexURL: public.URL(), ExtraIndexURLs: []string{private.URL()}, FindLinks: []string{shelf}}
	tests := []struct {
		name   string
		change func(*index.Options)
		want   map[string]string
	}{
		{"the first index wins, extra ones before", func(*index.Options) {}, map[string]string{"ours": "1", "theirs": "2", "both": "3 1", "mine": "3"}},
		{"all together", func(o *index.Options) { o.Strategy = index.BestMatch }, map[string]string{"ours": "1", "theirs": "2", "both": "3 1 2", "mine": "3"}},
		{"no index", func(o *index.Options) { o.NoIndex = true }, map[string]string{"ours": "", "theirs": "", "both": "3", "mine": "3"}},
		{"one index", func(o *index.Options) { o.ExtraIndexURLs, o.FindLinks = nil, nil }, map[string]string{"ours": "", "theirs": "2", "both": "2", "mine": ""}},
		{"one index twice", func(o *index.Options) {
			o.ExtraIndexURLs, o.FindLinks, o.Strategy = []string{public.URL()}, nil, index.BestMatch
		}, map[string]string{"ours": "", "theirs": "2", "both": "2", "mine": ""}},
		{"none", func(o *index.Options) { *o = index.Options{} }, map[string]string{"ours": "", "both": ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := o
			test.change(&o)
			client := newClient(t, o)
			for name, versions := range test.want {
				p, err := client.Project(t.Context(), name)
				var missing *index.NotFoundError
				if versions == "" {
					if !errors.As(err, &missing) || missing.Name != name {
						t.Errorf("Project(%s) = %+v, %v, want a NotFoundError", name, p, err)
					}
					continue
				}
				if err != nil {
					t.Errorf("Project(%s): %v", name, err)
					continue
				}
				var got []string
				for _, f := range p.Files {
					got = append(got, strings.Split(f.Name, "-")[1])
				}
				if strings.Join(got, " ") != versions {
					t.Errorf("versions of %s = %q, want %q", name, got, versions)
				}
			}
		})
	}
}

// A project of a private index must not be asked for on the public one.
func TestNamesDontLeak(t *testing.T) {
	t.Parallel()
	private, public := indextest.New(t), indextest.New(t)
	private.Add(indextest.Dist{Name: "ours", Version: "1"})
	find(t, newClient(t, index.Options{IndexURL: public.URL(), ExtraIndexURLs: []string{private.URL()}}), "ours")
	if paths := public.Paths(); len(paths) > 0 {
		t.Errorf("the public index was asked for %q", paths)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault indextest.Fault
		want  any // a target for errors.As
		text  string
	}{
		{"unauthorized", indextest.Fault{Status: 401}, new(*transport.StatusError), "answered 401 Unauthorized"},
		{"forbidden", indextest.Fault{Status: 403}, new(*transport.StatusError), "answered 403 Forbidden"},
		{"broken", indextest.Fault{Status: 500}, new(*transport.StatusError), "answered 500 Internal Server Error"},
		{"gone", indextest.Fault{Status: 410}, new(*index.NotFoundError), "not found on"},
		{"nothing", indextest.Fault{Reset: true}, new(*transport.ConnectionError), "reading "},
		{"an empty page", indextest.Fault{ContentType: "text/html"}, new(*index.PageError), "is empty"},
		{"garbage", indextest.Fault{ContentType: "text/html", Body: "\x00\x01garbage"}, new(*index.PageError), "is no HTML page"},
		{"broken JSON", indextest.Fault{ContentType: "application/vnd.pypi.simple.v1+json", Body: `{"files": [`}, new(*index.PageError), "is no valid JSON"},
		{"another type", indextest.Fault{ContentType: "image/png", Body: "\x89PNG"}, new(*index.PageError), "but image/png"},
		{"a version of the future", indextest.Fault{ContentType: "application/vnd.pypi.simple.v2+json", Body: "{}"}, new(*index.VersionError), "version 2.0"},
		{"cut", indextest.Fault{Cut: 10}, new(*transport.ConnectionError), "unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bad, good := indextest.New(t), indextest.New(t)
			bad.Add(indextest.Dist{Name: "x", Version: "1"})
			bad.Fail(test.fault)
			client := newClient(t, index.Options{IndexURL: bad.URL()})
			_, err := client.Project(t.Context(), "x")
			if !errors.As(err, test.want) || !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), bad.Host()) {
				t.Errorf("error = %v (%T), want a %T with %q and the index", err, err, test.want, test.text)
			}
			if test.fault.Status == 410 {
				return
			}
			// A failing index is not passed over for the next.
			good.Add(indextest.Dist{Name: "x", Version: "2"})
			for _, strategy := range []index.Strategy{index.FirstIndex, index.BestMatch} {
				o := index.Options{IndexURL: good.URL(), ExtraIndexURLs: []string{bad.URL()}, Strategy: strategy}
				if p, err := newClient(t, o).Project(t.Context(), "x"); !errors.As(err, test.want) {
					t.Errorf("with a good index: %+v, %v, want a %T", p, err, test.want)
				}
			}
		})
	}
}

func TestFindLinks(t *testing.T) {
	t.Parallel()
	wheel := indextest.Dist{Name: "Foo-Bar", Version: "1"}
	sdist := indextest.Dist{Name: "foo-bar", Version: "2", Sdist: true, FileName: "Foo-Bar-2.tar.gz"}
	other := indextest.Dist{Name: "foo", Version: "3", Sdist: true}
	folder := indextest.Folder(t, wheel, sdist, other)
	for _, name := range []string{"notes.txt", "foo_bar-9-py3-none-any.whl.part"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "foo_bar-8-py3-none-any.whl"), 0o700); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "links page.html")
	link := "<a href=\"file://" + filepath.ToSlash(folder) + "/foo_bar-1-py3-none-any.whl#sha256=00\">x</a> <a href=\"https://files.example/foo_bar-7-py3-none-any.whl\">y</a>"
	if err := os.WriteFile(page, []byte(link), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := indextest.New(t)
	srv.Add(wheel, indextest.Dist{Name: "z", Version: "1"})
	both := "foo_bar-1-py3-none-any.whl Foo-Bar-2.tar.gz"
	tests := []struct {
		name, link, dir string
		want            string
	}{
		{"a folder", folder, "", both},
		{"a folder's URL", "file://" + filepath.ToSlash(folder), "", both},
		{"a folder's URL with a host", "file://localhost" + filepath.ToSlash(folder) + "/", "", both},
		{"a relative folder", filepath.Base(folder), filepath.Dir(folder), both},
		{"a wheel", filepath.Join(folder, "foo_bar-1-py3-none-any.whl"), "", "foo_bar-1-py3-none-any.whl"},
		{"a page", page, "", "foo_bar-1-py3-none-any.whl foo_bar-7-py3-none-any.whl"},
		{"a page's URL", "file://" + filepath.ToSlash(filepath.Dir(page)) + "/links%20page.html", "", "foo_bar-1-py3-none-any.whl foo_bar-7-py3-none-any.whl"},
		{"a page of a server", srv.URL() + "foo-bar/", "", "foo_bar-1-py3-none-any.whl"},
		{"a file of a server", srv.FileURL("foo_bar-1-py3-none-any.whl") + "#sha256=AB", "", "foo_bar-1-py3-none-any.whl"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := find(t, newClient(t, index.Options{FindLinks: []string{test.link}, Dir: test.dir}), "foo.bar")
			if names(p) != test.want || p.Index != "" {
				t.Errorf("files = %q of %q, want %q", names(p), p.Index, test.want)
			}
			for _, f := range p.Files {
				info, err := os.Stat(f.Path)
				if strings.HasPrefix(f.URL, "file://") && (err != nil || info.Size() != f.Size || !filepath.IsAbs(f.Path)) {
					t.Errorf("file = %+v: %v", f, err)
				}
			}
			if test.name == "a file of a server" && p.Files[0].Hashes.Of("sha256") != "ab" {
				t.Errorf("hashes = %v, want those of the fragment", p.Files[0].Hashes)
			}
		})
	}
	for _, link := range []string{filepath.Join(folder, "absent"), "file:///absent/folder", "file://server/share"} {
		client, err := index.New(index.Options{FindLinks: []string{link}})
		if err == nil {
			_, err = client.Project(t.Context(), "x")
		}
		var source *index.SourceError
		if !errors.As(err, &source) || source.Source != link {
			t.Errorf("find-links %s: %v (%T), want a SourceError", link, err, err)
		}
	}
	// The sdist of foo-bar has a name that may be foo's too; a version shows it isn't.
	if got := names(find(t, newClient(t, index.Options{FindLinks: []string{folder}}), "foo")); got != "foo-3.tar.gz" {
		t.Errorf("files of foo = %q, want its own", got)
	}
}

func TestIndexInAFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := indextest.WriteFolder(filepath.Join(root, "simple", "plain"), indextest.Dist{Name: "plain", Version: "1"}); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"simple/html/index.html": `<a href="../../files/html-1.tar.gz">x</a>`,
		"simple/json/index.json": `{"files": [{"filename": "json-1.tar.gz", "url": "../../files/json-1.tar.gz", "size": 5}]}`,
		"simple/bad/index.html":  `bad`,
		"files/html-1.tar.gz":    "1234",
	} {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	simple := filepath.Join(root, "simple")
	for _, where := range []string{simple, "file://" + filepath.ToSlash(simple) + "/"} {
		client := newClient(t, index.Options{IndexURL: where})
		for name, want := range map[string]int64{"plain": -2, "html": 4, "json": 5} {
			p := find(t, client, name)
			if len(p.Files) != 1 || p.Index != where || p.Files[0].Path == "" || want > -2 && p.Files[0].Size != want {
				t.Errorf("%s of %s = %+v", name, where, p)
			}
		}
		var missing *index.NotFoundError
		if _, err := client.Project(t.Context(), "plian"); !errors.As(err, &missing) || !slices.Equal(missing.Near, []string{"plain"}) {
			t.Errorf("Project(plian) error = %v, want a NotFoundError near plain", err)
		}
		var page *index.PageError
		if _, err := client.Project(t.Context(), "bad"); !errors.As(err, &page) {
			t.Errorf("Project(bad) error = %v, want a PageError", err)
		}
	}
	var source *index.SourceError
	if _, err := newClient(t, index.Options{IndexURL: filepath.Join(root, "absent")}).Project(t.Context(), "x"); !errors.As(err, &source) {
		t.Errorf("error = %v, want a SourceError", err)
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	srv := indextest.New(t)
	srv.AddEmpty("requests", "Flask", "python-dateutil", "zope-interface", "numpy", "jinja2")
	shelf := indextest.Folder(t, indextest.Dist{Name: "request", Version: "1"}, indextest.Dist{Name: "six", Version: "1", Sdist: true})
	tests := []struct {
		name string
		want []string
	}{
		{"reqeusts", []string{"requests", "request"}},
		{"requets", []string{"request", "requests"}},
		{"flsk", []string{"flask"}},
		{"dateutil", []string{"python-dateutil"}},
		{"zope.interfaces", []string{"zope-interface"}},
		{"numpi", []string{"numpy"}},
		{"jinja", []string{"jinja2"}},
		{"sixx", []string{"six"}},
		{"tensorflow", nil},
	}
	for _, form := range []func(*indextest.Behaviour){func(b *indextest.Behaviour) { b.HTML = true }, func(b *indextest.Behaviour) { b.HTML, b.JSON = false, true }, func(b *indextest.Behaviour) { b.NoRoot = true }} {
		srv.Behave(form)
		srv.Forget()
		client := newClient(t, index.Options{IndexURL: srv.URL(), FindLinks: []string{shelf}})
		for _, test := range tests {
			var missing *index.NotFoundError
			_, err := client.Project(t.Context(), test.name)
			if !errors.As(err, &missing) {
				t.Fatalf("Project(%s) error = %v, want a NotFoundError", test.name, err)
			}
			var b indextest.Behaviour
			form(&b)
			if !b.NoRoot && !slices.Equal(missing.Near, test.want) {
				t.Errorf("near %s = %q, want %q", test.name, missing.Near, test.want)
			}
			if !slices.Equal(missing.Indexes, []string{shelf, srv.URL()}) {
				t.Errorf("indexes = %q", missing.Indexes)
			}
		}
		roots := 0
		for _, path := range srv.Paths() {
			if path == "/simple/" {
				roots++
			}
		}
		if roots != 1 {
			t.Errorf("the root was read %d times, want once", roots)
		}
	}
}

func TestProjectsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	srv := indextest.New(t)
	srv.Add(indextest.Dist{Name: "x", Version: "1"})
	client := newClient(t, index.Options{IndexURL: srv.URL()})
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			for _, name := range []string{"x", "X"} {
				if p, err := client.Project(t.Context(), name); err != nil || len(p.Files) != 1 {
					t.Errorf("Project %d: %+v, %v", i, p, err)
				}
			}
		})
	}
	group.Wait()
	if paths := srv.Paths(); len(paths) != 1 {
		t.Errorf("requests = %q, want one", paths)
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	srv := indextest.New(t)
	srv.Add(indextest.Dist{Name: "x", Version: "1"})
	srv.Behave(func(b *indextest.Behaviour) { b.User, b.Password, b.AbsoluteURLs = "me", "se/c@ret", true })
	client := newClient(t, index.Options{IndexURL: srv.URLFor("me", "se%2Fc%40ret")})
	p := find(t, client, "x")
	_, err := client.Project(t.Context(), "y")
	if text := fmt.Sprintf("%+v %v", p, err); strings.Contains(text, "@") || strings.Contains(text, "%40") || !strings.Contains(text, srv.URL()) {
		t.Errorf("a secret is told: %s", text)
	}
	_, err = newClient(t, index.Options{IndexURL: srv.URLFor("me", "wrong")}).Project(t.Context(), "x")
	if !transport.IsStatus(err, http.StatusUnauthorized) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("error = %v, want status 401 without the password", err)
	}
}

func TestNamesOfNoSense(t *testing.T) {
	t.Parallel()
	srv := indextest.New(t)
	client := newClient(t, index.Options{IndexURL: srv.URL()})
	for _, name := range []string{"", "..", "../files", "a/b", "a b", "x?y", "-x"} {
		var missing *index.NotFoundError
		if _, err := client.Project(t.Context(), name); !errors.As(err, &missing) {
			t.Errorf("Project(%q) error = %v, want a NotFoundError", name, err)
		}
	}
	if paths := srv.Paths(); len(paths) > 0 {
		t.Errorf("the index was asked for %q", paths)
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []index.Options{
		{IndexURL: "ftp://index.example/simple/"},
		{IndexURL: "https://me:secret@index.example:port/"},
		{FindLinks: []string{"git+https://me:secret@index.example/"}},
		{IndexURL: "file://server/simple"},
	} {
		if _, err := index.New(o); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%+v) error = %v, want one without secrets", o, err)
		}
	}
}
