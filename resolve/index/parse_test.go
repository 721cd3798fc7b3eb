package index

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// onPage prepares for the links of a page, without a client.
func onPage(tb testing.TB, page string) *links {
	tb.Helper()
	u, err := url.Parse(page)
	if err != nil {
		tb.Fatal(err)
	}
	return newLinks(u, "the index")
}

const flaskPage = "https://index.example/simple/flask/"

// file is a File as most tests want it: found on the page, at URL.
func file(name, url string, change func(*File)) File {
	f := File{Name: name, URL: url, Size: -1, Index: "the index"}
	if change != nil {
		change(&f)
	}
	return f
}

func TestProjectJSON(t *testing.T) {
	t.Parallel()
	const at = "https://files.example/x-1-py3-none-any.whl"
	// The rules are PEP 691's, if no other is named.
	tests := []struct {
		name, file string // what stands beside filename and url
		want       func(*File)
	}{
		{"nothing else", ``, nil},
		{"hashes", `"hashes": {"sha256": "ABcd", "blake2b": "12"}`, func(f *File) { f.Hashes = Digests{{"sha256", "abcd"}, {"blake2b", "12"}} }},
		{"no hashes", `"hashes": {}`, nil},
		{"hashes of another type", `"hashes": [1]`, nil},
		{"requires-python", `"requires-python": ">=3.8,<4"`, func(f *File) { f.RequiresPython = ">=3.8,<4" }},
		{"requires-python null", `"requires-python": null`, nil},
		{"yanked", `"yanked": true`, func(f *File) { f.Yanked = true }},
		{"yanked with a reason", `"yanked": "broke \"all\" \u00e9\ud83d\ude00\n"`, func(f *File) { f.Yanked, f.YankedReason = true, "broke \"all\" é😀\n" }},
		{"yanked with an empty reason is not", `"yanked": ""`, nil},
		{"not yanked", `"yanked": false`, nil},
		{"the last of two keys counts", `"yanked": "x", "yanked": false`, nil},
		{"size (PEP 700)", `"size": 1234`, func(f *File) { f.Size = 1234 }},
		{"size of no sense", `"size": -1`, nil},
		{"a broken size", `"size": 1.5`, nil},
		{"a string for a size", `"size": "12"`, nil},
		{"upload-time (PEP 700)", `"upload-time": "2022-12-30T18:56:00.123456Z"`, func(f *File) { f.UploadTime = time.Date(2022, 12, 30, 18, 56, 0, 123456000, time.UTC) }},
		{"upload-time with an offset", `"upload-time": "2022-12-30T18:56:00+01:00"`, func(f *File) { f.UploadTime = time.Date(2022, 12, 30, 17, 56, 0, 0, time.UTC) }},
		{"upload-time of no sense", `"upload-time": "yesterday"`, nil},
		{"core-metadata (PEP 714)", `"core-metadata": true`, func(f *File) { f.HasMetadata = true }},
		{"core-metadata with digests", `"core-metadata": {"sha256": "0f"}`, func(f *File) { f.HasMetadata, f.MetadataHashes = true, Digests{{"sha256", "0f"}} }},
		{"core-metadata without digests", `"core-metadata": {}`, func(f *File) { f.HasMetadata = true }},
		{"dist-info-metadata (PEP 658)", `"dist-info-metadata": {"sha256": "0f"}`, func(f *File) { f.HasMetadata, f.MetadataHashes = true, Digests{{"sha256", "0f"}} }},
		{"data-dist-info-metadata, as one index has it", `"data-dist-info-metadata": true`, func(f *File) { f.HasMetadata = true }},
		{"the new key counts (PEP 714)", `"dist-info-metadata": true, "core-metadata": false`, nil},
		{"unknown keys", `"provenance": {"a": [1, -2.5e+10, null, {"b": "c"}]}, "gpg-sig": true`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			page := `{"meta": {"api-version": "1.1"}, "name": "x", "files": [{"filename": "x-1-py3-none-any.whl", "url": "` + at + `", ` + test.file + `}]}`
			if test.file == "" {
				page = strings.Replace(page, `", }`, `"}`, 1)
			}
			p, err := projectJSON(page, onPage(t, flaskPage))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]File{file("x-1-py3-none-any.whl", at, test.want)}, p.Files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	const json, html = "application/vnd.pypi.simple.v1+json", "text/html"
	tests := []struct {
		name, mediaType, text string
		files                 int
		error                 string // part of it; "" for none
	}{
		{"no files", json, `{"files": []}`, 0, ""},
		{"white space", json, " {\r\n\t\"files\" : [ ] }\n", 0, ""},
		{"a file without URL", json, `{"files": [{"filename": "x-1.tar.gz"}, 3, null]}`, 0, ""},
		{"a file without name", json, `{"files": [{"url": "a/x-1.tar.gz"}]}`, 1, ""},
		{"versions of no sense", json, `{"versions": 3, "files": []}`, 0, ""},
		{"a newer minor version", json, `{"meta": {"api-version": "1.99"}, "files": []}`, 0, ""},
		{"a newer major version", json, `{"meta": {"api-version": "2.0"}, "files": []}`, 0, "has version 2.0 of the repository API"},
		{"a broken version", json, `{"meta": {"api-version": "one"}, "files": []}`, 0, "names no valid version"},
		{"no list of files", json, `{"meta": {"api-version": "1.0"}}`, 0, "has no list of files"},
		{"a list", json, `[]`, 0, "no '{' at byte 0"},
		{"files of another type", json, `{"files": {}}`, 0, "no '['"},
		{"empty JSON", json, ``, 0, "is no valid JSON"},
		{"cut JSON", json, `{"files": [{"filename": "x`, 0, "a string without end"},
		{"two values", json, `{"files": []} {}`, 0, "more than one value"},
		{"deep JSON", json, `{"x": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `, "files": []}`, 0, "too deep"},
		{"HTML for JSON", json, `<html>`, 0, "is no valid JSON"},
		{"plain JSON type", "application/json", `{"files": []}`, 0, ""},
		{"latest type", "application/vnd.pypi.simple.latest+json", `{"files": []}`, 0, ""},
		{"v1 HTML type", "application/vnd.pypi.simple.v1+html", `<a href="x-1.tar.gz">x</a>`, 1, ""},
		{"v2 type", "application/vnd.pypi.simple.v2+json", `{"files": []}`, 0, "has version 2.0"},
		{"no links", html, `<!DOCTYPE html><html><body><h1>Links for x</h1></body></html>`, 0, ""},
		{"a newer minor HTML", html, `<meta name="pypi:repository-version" content="1.1"><a href="x-1.tar.gz">`, 1, ""},
		{"a newer major HTML", html, `<meta name="pypi:repository-version" content="2.0"><a href="x-1.tar.gz">`, 0, "has version 2.0"},
		{"another meta", html, `<meta name="generator" content="2.0"><a href="x-1.tar.gz">`, 1, ""},
		{"empty HTML", html, " \n", 0, "is empty"},
		{"text as HTML", html, `it works!`, 0, "is no HTML page"},
		{"a login page", html, `<html><form><input type="password"></form><a href="/forgot">forgot?</a></html>`, 0, "as login pages do"},
		{"another type", "application/pdf", `%PDF`, 0, "is no index page, but application/pdf"},
		{"no type", "", `<a href="x-1.tar.gz">`, 0, "doesn't say what it is"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, err := parsePage(test.mediaType, test.text, onPage(t, flaskPage))
			if test.error != "" {
				var page *PageError
				var version *VersionError
				if err == nil || !strings.Contains(err.Error(), test.error) || !errors.As(err, &page) && !errors.As(err, &version) {
					t.Errorf("error = %v (%T), want one of the page with %q", err, err, test.error)
				}
				return
			}
			if err != nil || len(p.Files) != test.files {
				t.Errorf("page = %+v, %v, want %d files", p, err, test.files)
			}
		})
	}
}

func TestProjectHTML(t *testing.T) {
	t.Parallel()
	const at = "https://files.example/x-1-py3-none-any.whl"
	tests := []struct {
		name, attributes string
		want             func(*File)
	}{
		{"nothing else", `href="` + at + `"`, nil},
		{"a digest (PEP 503)", `href="` + at + `#sha256=ABcd"`, func(f *File) { f.Hashes = Digests{{"sha256", "abcd"}} }},
		{"a digest among others", `href="` + at + `#egg=x&amp;md5=12&subdirectory=y&sha256=34"`, func(f *File) { f.Hashes = Digests{{"md5", "12"}, {"sha256", "34"}} }},
		{"another fragment", `href="` + at + `#egg=x"`, nil},
		{"entities", `href='` + at + `' data-requires-python="&gt;=3.8, &lt;4"`, func(f *File) { f.RequiresPython = ">=3.8, <4" }},
		{"no entities", `href=` + at + ` data-requires-python=">=3.8"`, func(f *File) { f.RequiresPython = ">=3.8" }},
		{"yanked (PEP 592)", `HREF="` + at + `" data-yanked`, func(f *File) { f.Yanked = true }},
		{"yanked with a reason", `data-yanked="broke &quot;all&quot;" href="` + at + `"`, func(f *File) { f.Yanked, f.YankedReason = true, `broke "all"` }},
		{"metadata (PEP 714)", `href="` + at + `" data-core-metadata="sha256=0F"`, func(f *File) { f.HasMetadata, f.MetadataHashes = true, Digests{{"sha256", "0f"}} }},
		{"metadata without a digest", `href="` + at + `" data-core-metadata="true"`, func(f *File) { f.HasMetadata = true }},
		{"no metadata", `href="` + at + `" data-core-metadata="false" data-dist-info-metadata="true"`, nil},
		{"metadata (PEP 658)", `href="` + at + `" data-dist-info-metadata="sha256=0f"`, func(f *File) { f.HasMetadata, f.MetadataHashes = true, Digests{{"sha256", "0f"}} }},
		{"spaces around", `href=" ` + at + `
		"`, nil},
		{"the first of two attributes counts", `href="` + at + `" href="https://files.example/y"`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, err := projectHTML(`<html><!-- <a href="https://files.example/no-1.tar.gz"> --><A `+test.attributes+`>anything</A><br/></html>`, onPage(t, flaskPage))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]File{file("x-1-py3-none-any.whl", at, test.want)}, p.Files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page, base, href string
		url, file              string // "" for no file
	}{
		{"absolute", flaskPage, "", "https://files.example/a/x-1.zip", "https://files.example/a/x-1.zip", "x-1.zip"},
		{"beside", flaskPage, "", "x-1.zip", "https://index.example/simple/flask/x-1.zip", "x-1.zip"},
		{"above", flaskPage, "", "../../a/x-1.zip", "https://index.example/a/x-1.zip", "x-1.zip"},
		{"above the root", flaskPage, "", "../../../../a/x-1.zip", "https://index.example/a/x-1.zip", "x-1.zip"},
		{"from the root", flaskPage, "", "/a/x-1.zip", "https://index.example/a/x-1.zip", "x-1.zip"},
		{"of another host", flaskPage, "", "//files.example/x-1.zip", "https://files.example/x-1.zip", "x-1.zip"},
		{"dots within", flaskPage, "", "/a/../b/./x-1.zip", "https://index.example/b/x-1.zip", "x-1.zip"},
		{"percent-encoded", flaskPage, "", "../x-1%2Bcu118-py3-none-any.whl", "https://index.example/simple/x-1%2Bcu118-py3-none-any.whl", "x-1+cu118-py3-none-any.whl"},
		{"a plus sign", flaskPage, "", "x-1+cu118-py3-none-any.whl", "https://index.example/simple/flask/x-1+cu118-py3-none-any.whl", "x-1+cu118-py3-none-any.whl"},
		{"an epoch", flaskPage, "", "/a/x-1!2-py3-none-any.whl", "https://index.example/a/x-1!2-py3-none-any.whl", "x-1!2-py3-none-any.whl"},
		{"with a query", flaskPage, "", "x-1.zip?raw=1", "https://index.example/simple/flask/x-1.zip?raw=1", "x-1.zip"},
		{"a page without folder", "https://index.example", "", "x-1.zip", "https://index.example/x-1.zip", "x-1.zip"},
		{"a page with a port", "http://127.0.0.1:8080/simple/x/", "", "../x-1.zip", "http://127.0.0.1:8080/simple/x-1.zip", "x-1.zip"},
		{"a base", flaskPage, "https://files.example/a/", "x-1.zip", "https://files.example/a/x-1.zip", "x-1.zip"},
		{"a relative base", flaskPage, "../../files/", "x-1.zip", "https://index.example/files/x-1.zip", "x-1.zip"},
		{"a base that is a file", flaskPage, "/a/index.html", "x-1.zip", "https://index.example/a/x-1.zip", "x-1.zip"},
		{"credentials of its own", flaskPage, "", "https://me:secret@files.example/x-1.zip", "https://files.example/x-1.zip", "x-1.zip"},
		{"spaces", flaskPage, "", "x 1.zip", "https://index.example/simple/flask/x%201.zip", "x 1.zip"},
		{"a colon", flaskPage, "", "a:b/x-1.zip", "", ""},
		{"another scheme", flaskPage, "", "ftp://files.example/x-1.zip", "", ""},
		{"a script", flaskPage, "", "javascript:x-1.zip", "", ""},
		{"a folder", flaskPage, "", "../", "", ""},
		{"a way up in disguise", flaskPage, "", "..%2F..%2Fx-1.zip", "", ""},
		{"a backslash", flaskPage, "", "..%5Cx-1.zip", "", ""},
		{"a control character", flaskPage, "", "x%0a-1.zip", "", ""},
		{"a broken escape", flaskPage, "", "x%zz-1.zip", "", ""},
		{"no host", flaskPage, "", "https:///x-1.zip", "", ""},
		{"a fragment alone", flaskPage, "", "#x-1.zip", "", ""},
		{"nothing", flaskPage, "", "", "", ""},
		{"a file of this machine", flaskPage, "", "file:///etc/x-1.zip", "", ""},
		{"a local page", "file:///srv/simple/x/index.html", "", "../../files/x-1.zip", "file:///srv/files/x-1.zip", "x-1.zip"},
		{"a local page's link elsewhere", "file:///srv/simple/x/index.html", "", "https://files.example/x-1.zip", "https://files.example/x-1.zip", "x-1.zip"},
		{"another machine's files", "file:///srv/simple/x/index.html", "", "file://server/x-1.zip", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := onPage(t, test.page)
			if test.base != "" {
				l.setBase(test.base)
				l.setBase("https://second.example/")
			}
			var f File
			ok := l.fill(&f, test.href, "")
			if ok != (test.url != "") || ok && (f.URL != test.url || f.Name != test.file) {
				t.Errorf("link %q = %q called %q, %v, want %q called %q", test.href, f.URL, f.Name, ok, test.url, test.file)
			}
			if ok && strings.HasPrefix(f.URL, "file:") != (f.Path != "") {
				t.Errorf("link %q has the path %q", test.href, f.Path)
			}
		})
	}
}

// The quick way of joining links says what the thorough one says, or nothing.
func TestQuickLinks(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"..", ".", "a", "x-1.0.zip", "", "b+c", "d!e", "a:b", "%41", "index.example", "...", ".a", "a.", "~u", "a=b", "é", " "})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(piece, 0, 6)
		start := rapid.SampledFrom([]string{"", "/", "//", "https://", "http://", "https://index.example/", "http://127.0.0.1:80/", "https://h:x/"})
		page := rapid.SampledFrom([]string{"https://h.example", "https://h.example/", "https://h.example/a", "https://h.example/a/b/c/", "file:///srv/x/index.html", "http://h:8080/%41/", "https://h.example/a//b/../c/", "https://me:pw@h.example/a/"}).Draw(t, "page")
		link := start.Draw(t, "start") + strings.Join(parts.Draw(t, "parts"), "/")
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		l := newLinks(u, "")
		quick, ok := l.quick(link)
		if !ok {
			return
		}
		thorough, ok := l.resolve(link)
		if !ok || thorough != quick {
			t.Fatalf("%q on %s: quick %q, thorough %q, %v", link, page, quick, thorough, ok)
		}
	})
}
