package index

import (
	"fmt"
	"strings"
	"testing"
)

// largePages are a project of n files, as the public index would show it.
func largePages(n int) (json, html string) {
	var j, h strings.Builder
	j.WriteString(`{"meta":{"api-version":"1.1"},"name":"x","files":[`)
	h.WriteString(`<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"></head><body>`)
	for i := range n {
		if i > 0 {
			j.WriteString(",")
		}
		name := fmt.Sprintf("example_project-1.%d.%d-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", i/10, i%10)
		sum := fmt.Sprintf("%064x", i*7919)
		at := fmt.Sprintf("https://files.example/packages/%s/%s/%s/%s", sum[60:62], sum[62:], strings.Repeat("ab", 30), name)
		fmt.Fprintf(&j, `{"core-metadata":{"sha256":"%s"},"data-dist-info-metadata":{"sha256":"%s"},"filename":"%s","hashes":{"sha256":"%s"},"provenance":null,"requires-python":">=3.8","size":%d,"upload-time":"2024-05-06T07:08:09.123456Z","url":"%s","yanked":false}`,
			sum, sum, name, sum, 1000000+i, at)
		fmt.Fprintf(&h, "<a href=\"%s#sha256=%s\" data-requires-python=\"&gt;=3.8\" data-core-metadata=\"sha256=%s\">%s</a><br/>\n", at, sum, sum, name)
	}
	j.WriteString(`]}`)
	h.WriteString(`</body></html>`)
	return j.String(), h.String()
}

func BenchmarkParse5000Files(b *testing.B) {
	json, html := largePages(5000)
	for _, form := range []struct {
		name, text string
		parse      func(string, *links) (*Project, error)
	}{{"JSON", json, projectJSON}, {"HTML", html, projectHTML}} {
		b.Run(form.name, func(b *testing.B) {
			b.SetBytes(int64(len(form.text)))
			b.ReportAllocs()
			for b.Loop() {
				p, err := form.parse(form.text, onPage(b, flaskPage))
				if err != nil || len(p.Files) != 5000 {
					b.Fatal(err, len(p.Files))
				}
			}
		})
	}
}
