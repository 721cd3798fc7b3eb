package index

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var jsonSeeds = []string{
	`{"files": []}`,
	`{"meta": {"api-version": "1.0"}, "name": "x", "versions": ["1", "2"], "files": [{"filename": "x-1-py3-none-any.whl", "url": "../x-1-py3-none-any.whl", "hashes": {"sha256": "00"}, "requires-python": ">=3.8", "yanked": "old", "size": 12, "upload-time": "2022-12-30T18:56:00Z", "core-metadata": {"sha256": "00"}}]}`,
	`{"files": [{"url": "https://files.example/x-1.tar.gz", "yanked": true, "size": 1e3}, {"filename": "\u00e9\ud83d\ude00.zip", "url": "\\u0041"}]}`,
	`{"a": [true, false, null, -0.5E-3, {}, "\"\\\/\b\f\n\r\t"], "files": [{"url":"x.zip"}] , "files": [{"url":"y.zip"}]}`,
	"{\"files\": [{\"url\": \"x\xff.zip\", \"requires-python\": \"\xe2\x28\"}]}",
}

// What is read as a JSON page is JSON, and says what encoding/json makes of it.
func FuzzProjectJSON(f *testing.F) {
	requireSeeds(f, jsonSeeds, func(tb testing.TB, text string) bool {
		tb.Helper()
		_, err := projectJSON(text, onPage(tb, flaskPage))
		return err == nil
	})
	f.Fuzz(func(t *testing.T, text string) {
		p, err := projectJSON(text, onPage(t, flaskPage))
		if err != nil {
			return
		}
		want, err := referenceJSON(t, text)
		if err != nil {
			t.Fatalf("%q is read, but encoding/json says: %v", text, err)
		}
		if diff := cmp.Diff(want, essence(p.Files)); diff != "" {
			t.Errorf("files of %q (-encoding/json +got):\n%s", text, diff)
		}
	})
}

// requireSeeds adds the seeds, each of which must be of use.
func requireSeeds(f *testing.F, seeds []string, useful func(tb testing.TB, text string) bool) {
	f.Helper()
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		if !useful(f, seed) {
			f.Fatalf("seed %q is of no use", seed)
		}
		f.Add(seed)
	}
}

// essence leaves what referenceJSON knows.
func essence(files []File) []File {
	var all []File
	for _, f := range files {
		all = append(all, File{Name: f.Name, URL: f.URL, RequiresPython: f.RequiresPython, Yanked: f.Yanked, YankedReason: f.YankedReason, Size: f.Size})
	}
	return all
}

func referenceJSON(t *testing.T, text string) ([]File, error) {
	t.Helper()
	var page struct{ Files []any }
	var top map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &top); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(top["files"], &page.Files); err != nil {
		return nil, err
	}
	var all []File
	for _, raw := range page.Files {
		object, ok := raw.(map[string]any)
		if !ok {
			continue
		}
		f := File{Size: -1}
		href, _ := object["url"].(string)
		name, _ := object["filename"].(string)
		f.RequiresPython, _ = object["requires-python"].(string)
		f.Yanked, _ = object["yanked"].(bool)
		if reason, ok := object["yanked"].(string); ok {
			f.Yanked, f.YankedReason = reason != "", reason
		}
		if onPage(t, flaskPage).fill(&f, href, name) {
			all = append(all, f)
		}
	}
	var sizes struct{ Files []json.RawMessage }
	if err := json.Unmarshal(top["files"], &sizes.Files); err != nil {
		return nil, err
	}
	all = withSizes(t, all, sizes.Files)
	return essence(all), nil
}

// withSizes reads the sizes, which any would turn into floats.
func withSizes(t *testing.T, files []File, raw []json.RawMessage) []File {
	t.Helper()
	next := 0
	for _, text := range raw {
		var object map[string]json.RawMessage
		if json.Unmarshal(text, &object) != nil || object == nil {
			continue
		}
		var href, name string
		_ = json.Unmarshal(object["url"], &href)
		_ = json.Unmarshal(object["filename"], &name)
		if !onPage(t, flaskPage).fill(&File{}, href, name) {
			continue
		}
		var size int64
		if json.Unmarshal(object["size"], &size) == nil && size >= 0 && string(object["size"]) != "null" && !strings.HasPrefix(string(object["size"]), "-") {
			files[next].Size = size
		}
		next++
	}
	return files
}

var htmlSeeds = []string{
	`<a href="x-1.zip">x</a>`,
	`<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.0"><base href="https://files.example/"></head><body><a href="a/x-1-py3-none-any.whl#sha256=00" data-requires-python="&gt;=3.8" data-yanked="" data-core-metadata="sha256=11">x</a></body></html>`,
	`<a href=https://me:pw@files.example/x%2B1.tar.gz?a=b#md5=12&amp;egg=x data-yanked=old data-dist-info-metadata=true>`,
}

// What an HTML page says can be said as JSON, and is read the same from it. All
// names can be file names, and all URLs are absolute and without credentials.
func FuzzProjectHTML(f *testing.F) {
	requireSeeds(f, htmlSeeds, func(tb testing.TB, text string) bool {
		tb.Helper()
		p, err := projectHTML(text, onPage(tb, flaskPage))
		return err == nil && len(p.Files) > 0
	})
	f.Fuzz(func(t *testing.T, text string) {
		p, err := projectHTML(text, onPage(t, flaskPage))
		if err != nil || !utf8.ValidString(text) {
			return
		}
		page := map[string]any{"files": []any{}}
		for _, f := range p.Files {
			u, err := url.Parse(f.URL)
			if err != nil || !u.IsAbs() || u.User != nil || u.Fragment != "" || !isFileName(f.Name) || !isArchive(f.Name) {
				t.Errorf("file %+v of %q", f, text)
			}
			page["files"] = append(page["files"].([]any), asJSON(f))
		}
		written, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		again, err := projectJSON(string(written), onPage(t, flaskPage))
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if diff := cmp.Diff(append([]File{}, p.Files...), again.Files); diff != "" {
			t.Errorf("files of %q (-HTML +JSON):\n%s", text, diff)
		}
	})
}

func asJSON(f File) map[string]any {
	object := map[string]any{
		"filename": f.Name, "url": f.URL, "hashes": f.Hashes.ByAlgorithm(), "requires-python": f.RequiresPython,
		"yanked": f.Yanked, "core-metadata": f.HasMetadata,
	}
	if f.YankedReason != "" {
		object["yanked"] = f.YankedReason
	}
	if f.MetadataHashes != nil {
		object["core-metadata"] = f.MetadataHashes.ByAlgorithm()
	}
	return object
}
