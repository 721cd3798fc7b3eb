package index_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// A password that isn't encoded is refused before a part of it is taken for a host
// or a path, and shown.
func TestUnencodedPasswords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://me:a/s3cret@index.example/simple/":       "https://index.example/simple/",
		"https://me:a@s3cret/s3cret@index.example/simple": "https://index.example/simple",
		"https://me:12/s3cret@index.example/":             "https://index.example/",
		"https://me:12#s3cret@index.example/":             "https://index.example/",
		"https://me:12?s3cret@index.example/?s3cret":      "https://index.example/?***",
		"https://me:a%2Fs3cret@index.example/simple/":     "",
		"https://index.example/@scope/simple/":            "",
		"https://me@index.example/simple/":                "",
		"https://index.example:8443/@scope/simple/":       "",
	} {
		_, err := index.New(index.Options{IndexURL: text})
		var wrong *transport.URLError
		switch {
		case want == "" && err != nil:
			t.Errorf("New(%s) = %v, want a client", text, err)
		case want != "" && (!errors.As(err, &wrong) || wrong.URL != want || !wrong.Password || strings.Contains(err.Error(), "s3cret")):
			t.Errorf("New(%s) = %v, want an error about the password of %s", text, err, want)
		}
	}
}

// What is used as something else than it is gives an error that says so.
func TestRemedies(t *testing.T) {
	t.Parallel()
	const listing = `<html><head><title>Index of /</title></head><body><pre><a href="../">../</a>
<a href="?C=M;O=A">Last modified</a> <a href="six-1.17.0-py2.py3-none-any.whl">six-1.17.0-py2.py3-none-any..&gt;</a> 21-Nov-2026
<a href="README.txt">README.txt</a></pre></body></html>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/flat/":
			_, _ = io.WriteString(w, listing)
		case "/simple/":
			_, _ = io.WriteString(w, `<a href="six/">six</a>`)
		case "/simple/six/":
			_, _ = io.WriteString(w, listing)
		case "/app/", "/app/six/":
			_, _ = io.WriteString(w, `<!doctype html><html><head><script src="/main.js"></script></head><body><div id="root"></div></body></html>`)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	at := func(path string) string { return server.URL + path }
	for _, test := range []struct {
		name    string
		options index.Options
		project string
		want    string // of where the project isn't, the error's remedy, or its text; "" for a project that is found
	}{
		{"an index", index.Options{IndexURL: at("/simple/")}, "six", ""},
		{"files as find-links", index.Options{FindLinks: []string{at("/flat/")}}, "six", ""},
		{"files as an index", index.Options{IndexURL: at("/flat/")}, "six", "name " + at("/flat/") + " with -f: it lists files, not projects"},
		{"one project's page as an index", index.Options{IndexURL: at("/simple/six/")}, "six", "name " + at("/simple/six/") + " with -f"},
		{"an index as find-links", index.Options{FindLinks: []string{at("/simple/")}}, "six", "check " + at("/simple/") + ", which has no distributions; if it is an index, name it with -i"},
		{"nothing", index.Options{IndexURL: at("/")}, "six", "check the spelling of six, and that " + at("/") + " is an index"},
		{"nothing that is bound", index.Options{Named: []index.Named{{Name: "a", URL: at("/")}}, Bindings: []index.Binding{{Project: "six", Index: "a"}}}, "six", "that " + at("/") + " is an index"},
		{"nothing at what ends as an index", index.Options{IndexURL: at("/none/simple/")}, "six", "nothing"},
		{"other files as find-links", index.Options{FindLinks: []string{at("/flat/")}}, "seven", "in none of the find-links: check the spelling of seven, or name a place that has it with -f"},
		{"an index that doesn't count", index.Options{IndexURL: at("/simple/"), NoIndex: true}, "six", "nowhere to be found without an index and find-links: name an index with -i"},
		{"a name that is near", index.Options{IndexURL: at("/simple/")}, "sixx", "nothing"},
		{"an application", index.Options{IndexURL: at("/app/")}, "six", "it has a script and no links"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, test.options)
			p, err := client.Project(t.Context(), test.project)
			var missing *index.NotFoundError
			said := fmt.Sprint(err)
			if errors.As(err, &missing) {
				if said = missing.Where + ": " + missing.Remedy; said == ": " {
					said = "nothing"
				}
			}
			switch {
			case test.want == "" && (err != nil || len(p.Files) != 1):
				t.Errorf("Project = %v, %v, want one file", p, err)
			case test.want != "" && (err == nil || !strings.Contains(said, test.want)):
				t.Errorf("Project says %q, want %q", said, test.want)
			}
		})
	}
}
