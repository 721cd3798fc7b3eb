package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	jsonType = "application/vnd.pypi.simple.v1+json"
	htmlType = "application/vnd.pypi.simple.v1+html"
)

// handler serves the Simple API, PEP 503 and PEP 691, with metadata of its own
// (PEP 658). The form is JSON for whoever names it, and HTML for all others.
func handler(wheels []*wheel) http.Handler {
	projects := map[string][]*wheel{}
	files := map[string][]byte{}
	for _, w := range wheels {
		projects[w.project] = append(projects[w.project], w)
		files[w.file], files[w.file+".metadata"] = w.data, w.metadata
	}
	names := make([]string, 0, len(projects))
	for name := range projects {
		names = append(names, name)
	}
	slices.Sort(names)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /simple/{$}", func(w http.ResponseWriter, r *http.Request) {
		links := make([]link, len(names))
		for i, name := range names {
			links[i] = link{Name: name, href: name + "/"}
		}
		reply(w, r, "", links)
	})
	mux.HandleFunc("GET /simple/{project}/{$}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("project")
		found, ok := projects[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		links := make([]link, len(found))
		for i, wheel := range found {
			links[i] = fileLink(wheel)
		}
		reply(w, r, name, links)
	})
	mux.HandleFunc("GET /files/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		data, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	})
	return mux
}

// A link is a project in the list of projects, or a file of a project.
type link struct {
	Name           string            `json:"name,omitempty"`
	Filename       string            `json:"filename,omitempty"`
	URL            string            `json:"url,omitempty"`
	Hashes         map[string]string `json:"hashes,omitempty"`
	RequiresPython string            `json:"requires-python,omitempty"`
	CoreMetadata   map[string]string `json:"core-metadata,omitempty"`
	Size           int               `json:"size,omitempty"`
	href           string
	attributes     string
}

func fileLink(w *wheel) link {
	url := "../../files/" + w.file
	return link{
		Filename:       w.file,
		URL:            url,
		Hashes:         map[string]string{"sha256": w.sha256()},
		RequiresPython: w.requiresPython,
		CoreMetadata:   map[string]string{"sha256": w.metadataSHA256()},
		Size:           len(w.data),
		href:           url + "#sha256=" + w.sha256(),
		attributes: fmt.Sprintf(` data-requires-python="%s" data-core-metadata="sha256=%s"`,
			html.EscapeString(w.requiresPython), w.metadataSHA256()),
	}
}

// reply writes the links of a project, or of all projects if its name is "".
func reply(w http.ResponseWriter, r *http.Request, project string, links []link) {
	if strings.Contains(r.Header.Get("Accept"), jsonType) {
		page := map[string]any{"meta": map[string]string{"api-version": "1.1"}}
		if project == "" {
			page["projects"] = links
		} else {
			page["name"], page["files"], page["versions"] = project, links, versions(links)
		}
		w.Header().Set("Content-Type", jsonType)
		json.NewEncoder(w).Encode(page)
		return
	}
	// Clients from before PEP 691 know the plain type only.
	if strings.Contains(r.Header.Get("Accept"), htmlType) {
		w.Header().Set("Content-Type", htmlType)
	} else {
		w.Header().Set("Content-Type", "text/html")
	}
	fmt.Fprintln(w, `<!DOCTYPE html>`)
	fmt.Fprintln(w, `<meta name="pypi:repository-version" content="1.1">`)
	for _, l := range links {
		fmt.Fprintf(w, "<a href=\"%s\"%s>%s</a><br>\n", html.EscapeString(l.href), l.attributes, l.Name+l.Filename)
	}
}

func versions(links []link) []string {
	found := make([]string, len(links))
	for i, l := range links {
		found[i] = strings.Split(l.Filename, "-")[1]
	}
	return slices.Compact(found)
}
