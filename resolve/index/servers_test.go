package index

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Pages as servers write them: each has its own way with links, digests and what else
// stands on a page.
func TestPagesOfServers(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0f", 32)
	const demo = "demo_app-1.0-py3-none-any.whl"
	tests := []struct {
		server, page, text string
		want               []string // URLs
		digest             string   // of the first file, as algorithm=digest
		python             string
	}{
		{
			"nginx listing", "https://h/files/demo-app/",
			`<html><head><title>Index of /files/demo-app/</title></head><body><h1>Index of /files/demo-app/</h1><hr><pre><a href="../">../</a>
<a href="a_name_that_is_longer_than_what_fits_into_it-1.0-py3-none-any.whl">a_name_that_is_longer_than_what_fits_into_it-1...&gt;</a> 21-Nov-2026 10:00  1234
<a href="demo_app-1.0%2Blocal-py3-none-any.whl">demo_app-1.0+local-py3-none-any.whl</a>  21-Nov-2026 10:00  1234
</pre><hr></body></html>`,
			[]string{"https://h/files/demo-app/a_name_that_is_longer_than_what_fits_into_it-1.0-py3-none-any.whl", "https://h/files/demo-app/demo_app-1.0%2Blocal-py3-none-any.whl"}, "", "",
		},
		{
			"Apache listing", "https://h/files/demo-app/",
			`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html><head><title>Index of /files</title></head><body><table>
<tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
<tr><td><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="/files/">Parent Directory</a></td></tr>
<tr><td><a href="` + demo + `">` + demo + `</a></td></tr><tr><td><a href="` + demo + `.asc">signature</a></td></tr></table></body></html>`,
			[]string{"https://h/files/demo-app/" + demo}, "", "",
		},
		{
			"Python's http.server", "http://h:8000/demo-app/",
			`<!DOCTYPE HTML><html lang="en"><head><meta charset="utf-8"><title>Directory listing for /demo-app/</title></head><body><ul>
<li><a href="` + demo + `">` + demo + `</a></li><li><a href="demo-app-1.0.tar.gz">demo-app-1.0.tar.gz</a></li></ul></body></html>`,
			[]string{"http://h:8000/demo-app/" + demo, "http://h:8000/demo-app/demo-app-1.0.tar.gz"}, "", "",
		},
		{
			"devpi", "https://h/team/dev/+simple/demo-app/",
			`<!DOCTYPE html><html><head><title>team/dev: links for demo-app</title></head><body><h1>team/dev: links for demo-app</h1>
<a data-requires-python="&gt;=3.8" href="../../+f/8ab/3f2c1d00112/` + demo + `#sha256=` + sum + `">` + demo + `</a><br>
<a href="../../../../root/mirror/+f/0aa/b/demo_app-0.9.tar.gz#sha256=` + sum + `">demo_app-0.9.tar.gz</a><br></body></html>`,
			[]string{"https://h/team/dev/+f/8ab/3f2c1d00112/" + demo, "https://h/root/mirror/+f/0aa/b/demo_app-0.9.tar.gz"}, "sha256=" + sum, ">=3.8",
		},
		{
			"Nexus", "https://h/repository/python/simple/demo-app/",
			`<html lang="en"><head><title>Links for demo-app</title><meta name="api-version" value="2"/></head><body><h1>Links for demo-app</h1>
    <a href="../../packages/demo-app/1.0/` + demo + `#sha256=` + strings.ToUpper(sum) + `" rel="internal" data-requires-python="&gt;=3.8" >` + demo + `</a><br/></body></html>`,
			[]string{"https://h/repository/python/packages/demo-app/1.0/" + demo}, "sha256=" + sum, ">=3.8",
		},
		{
			"Artifactory", "https://h/artifactory/api/pypi/python/simple/demo-app/",
			`<!DOCTYPE html><html><head><title>Simple Index</title><meta name="api-version" value="2" /></head><body>
<a data-requires-python="&gt;=3.8" href="../../packages/packages/0f/0f/` + strings.Repeat("ab", 30) + `/` + demo + `#sha256=` + sum + `" rel="internal">` + demo + `</a><br/></body></html>`,
			[]string{"https://h/artifactory/api/pypi/python/packages/packages/0f/0f/" + strings.Repeat("ab", 30) + "/" + demo}, "sha256=" + sum, ">=3.8",
		},
		{
			"pypiserver", "http://h:8080/simple/demo-app/",
			`<!DOCTYPE html><html><head><title>Links for demo-app</title></head><body><h1>Links for demo-app</h1>
<a href="/packages/` + demo + `#md5=` + sum[:32] + `">` + demo + `</a><br></body></html>`,
			[]string{"http://h:8080/packages/" + demo}, "md5=" + sum[:32], "",
		},
		{
			"GitLab", "https://h/api/v4/projects/7/packages/pypi/simple/demo-app",
			`<!DOCTYPE html><html><head><title>Links for demo-app</title></head><body><h1>Links for demo-app</h1>
<a href="https://h/api/v4/projects/7/packages/pypi/files/` + sum + `/` + demo + `#sha256=` + sum + `" data-requires-python="&gt;=3.8">` + demo + `</a><br></body></html>`,
			[]string{"https://h/api/v4/projects/7/packages/pypi/files/" + sum + "/" + demo}, "sha256=" + sum, ">=3.8",
		},
		{
			"Azure Artifacts", "https://h/org/_packaging/feed/pypi/simple/demo-app/",
			`<html><head><title>Links for demo-app</title></head><body><h1>Links for demo-app</h1>
<a href="https://h/org/_packaging/6a1b/pypi/download/demo-app/1/` + demo + `#sha256=` + sum + `" data-requires-python="">` + demo + `</a><br/></body></html>`,
			[]string{"https://h/org/_packaging/6a1b/pypi/download/demo-app/1/" + demo}, "sha256=" + sum, "",
		},
		{
			"CodeArtifact", "https://d-1.codeartifact.example/pypi/r/simple/demo-app/",
			`<!DOCTYPE html><html><head><title>Links for demo-app</title></head><body><h1>Links for demo-app</h1>
<a href="1.0/` + demo + `#sha256=` + sum + `" data-gpg-sig="false" data-requires-python="&gt;=3.8">` + demo + `</a><br></body></html>`,
			[]string{"https://d-1.codeartifact.example/pypi/r/simple/demo-app/1.0/" + demo}, "sha256=" + sum, ">=3.8",
		},
		{
			"PyTorch", "https://download.example/whl/cu128/demo-app/",
			`<!DOCTYPE html><html><body><h1>Links for demo-app</h1>
<a href="/whl/cu128/demo_app-2.0%2Bcu128-cp311-cp311-manylinux_2_28_x86_64.whl#sha256=` + sum + `" data-dist-info-metadata="sha256=` + sum + `" data-core-metadata="sha256=` + sum + `">demo_app-2.0+cu128-cp311-cp311-manylinux_2_28_x86_64.whl</a><br/></body></html>
<!--TIMESTAMP 1764000000-->`,
			[]string{"https://download.example/whl/cu128/demo_app-2.0%2Bcu128-cp311-cp311-manylinux_2_28_x86_64.whl"}, "sha256=" + sum, "",
		},
		{
			"signed links", "https://h/simple/demo-app/",
			`<html><body><a href="https://store.example/bucket/` + demo + `?X-Signature=abc%2Fdef&amp;X-Expires=900#sha256=` + sum + `">` + demo + `</a></body></html>`,
			[]string{"https://store.example/bucket/" + demo + "?X-Signature=abc%2Fdef&X-Expires=900"}, "sha256=" + sum, "",
		},
		{
			"a base", "https://h/simple/demo-app/",
			`<html><head><base href="https://cdn.example/root/"></head><body><a href='` + demo + `'>` + demo + `</a></body></html>`,
			[]string{"https://cdn.example/root/" + demo}, "", "",
		},
	}
	for _, test := range tests {
		t.Run(test.server, func(t *testing.T) {
			t.Parallel()
			at, err := url.Parse(test.page)
			if err != nil {
				t.Fatal(err)
			}
			p, err := parsePage("text/html", test.text, newLinks(at, "index"))
			if err != nil {
				t.Fatal(err)
			}
			var urls []string
			for _, f := range p.Files {
				urls = append(urls, f.URL)
				if name := f.URL[strings.LastIndexByte(f.URL, '/')+1:]; !strings.HasPrefix(strings.ReplaceAll(name, "%2B", "+"), f.Name) {
					t.Errorf("%s is called %s", f.URL, f.Name)
				}
			}
			if !slices.Equal(urls, test.want) {
				t.Fatalf("files = %q, want %q", urls, test.want)
			}
			algorithm, digest, _ := strings.Cut(test.digest, "=")
			if first := p.Files[0]; first.Hashes.Of(algorithm) != digest || first.RequiresPython != test.python {
				t.Errorf("the first file = %+v, want %q and Requires-Python %q", first, test.digest, test.python)
			}
		})
	}
}
