package indextest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The JSON form of PEP 691 and 700.
type (
	jsonMeta struct {
		APIVersion string `json:"api-version"`
	}
	jsonRoot struct {
		Meta     jsonMeta      `json:"meta"`
		Projects []jsonProject `json:"projects"`
	}
	jsonProject struct {
		Name string `json:"name"`
	}
	jsonPage struct {
		Meta     jsonMeta   `json:"meta"`
		Name     string     `json:"name"`
		Versions []string   `json:"versions,omitempty"`
		Files    []jsonFile `json:"files"`
	}
	jsonFile struct {
		FileName       string            `json:"filename"`
		URL            string            `json:"url"`
		Hashes         map[string]string `json:"hashes"`
		RequiresPython string            `json:"requires-python,omitempty"`
		Size           *int              `json:"size,omitempty"`
		UploadTime     string            `json:"upload-time,omitempty"`
		Yanked         any               `json:"yanked"`
		CoreMetadata   any               `json:"core-metadata"`
		DistInfo       any               `json:"data-dist-info-metadata"`
	}
)

const (
	jsonType = "application/vnd.pypi.simple.v1+json"
	htmlType = "text/html; charset=utf-8"
)

func (b *Behaviour) version() string { return cmp.Or(b.APIVersion, "1.1") }

// wantsJSON chooses the form of a page.
func (b *Behaviour) wantsJSON(r *http.Request) bool {
	if b.JSON || b.HTML {
		return b.JSON
	}
	return strings.Contains(r.Header.Get("Accept"), jsonType)
}

// projects lists the names of all projects, sorted.
func (s *Server) projects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Clone(s.empty)
	for _, f := range s.files {
		names = append(names, f.project)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (s *Server) filesOf(project string) []file {
	s.mu.Lock()
	defer s.mu.Unlock()
	var files []file
	for _, name := range s.order {
		if f := s.files[name]; f.project == project {
			files = append(files, f)
		}
	}
	return files
}

func (s *Server) serveRoot(w http.ResponseWriter, r *http.Request) {
	b := s.manner()
	if b.NoRoot {
		http.NotFound(w, r)
		return
	}
	if !b.wantsJSON(r) {
		var page strings.Builder
		b.openHTML(&page, "Simple index")
		for _, name := range s.projects() {
			fmt.Fprintf(&page, "<a href=\"/simple/%s/\">%s</a><br/>\n", name, name)
		}
		b.serve(w, r, htmlType, page.String())
		return
	}
	root := jsonRoot{Meta: jsonMeta{b.version()}, Projects: []jsonProject{}}
	for _, name := range s.projects() {
		root.Projects = append(root.Projects, jsonProject{name})
	}
	b.serveJSON(w, r, root)
}

func (s *Server) serveProject(w http.ResponseWriter, r *http.Request) {
	b := s.manner()
	project := r.PathValue("project")
	if !slices.Contains(s.projects(), project) {
		http.NotFound(w, r)
		return
	}
	files := s.filesOf(project)
	prefix := "../../files/"
	if b.AbsoluteURLs {
		prefix = s.server.URL + "/files/"
	}
	if b.wantsJSON(r) {
		b.serveJSON(w, r, b.jsonPage(project, prefix, files))
		return
	}
	var page strings.Builder
	b.openHTML(&page, "Links for "+project)
	if b.Base {
		fmt.Fprintf(&page, "<base href=\"%s/files/\">\n", s.server.URL)
		prefix = ""
	}
	for _, f := range files {
		b.anchor(&page, &f, prefix)
	}
	b.serve(w, r, htmlType, page.String())
}

func (b *Behaviour) jsonPage(project, prefix string, files []file) jsonPage {
	page := jsonPage{Meta: jsonMeta{b.version()}, Name: project, Files: []jsonFile{}}
	for _, f := range files {
		d := &f.dist
		entry := jsonFile{FileName: f.name, URL: prefix + escapePath(f.name), Hashes: map[string]string{}, Yanked: d.Yanked, CoreMetadata: false, DistInfo: false}
		if !d.NoHash {
			entry.Hashes["sha256"] = f.sha256
		}
		if !d.NoRequiresPython {
			entry.RequiresPython = d.RequiresPython
		}
		if d.Yanked && d.YankedReason != "" {
			entry.Yanked = d.YankedReason
		}
		if !b.NoSizes {
			size := len(f.data)
			entry.Size = &size
			if !d.UploadTime.IsZero() {
				entry.UploadTime = d.UploadTime.UTC().Format(time.RFC3339Nano)
			}
		}
		if f.metadata != nil && !d.NoMetadata && !b.NoMetadata {
			entry.CoreMetadata = map[string]string{"sha256": f.metadataSHA256()}
			entry.DistInfo = entry.CoreMetadata
		}
		if !b.NoSizes && !slices.Contains(page.Versions, d.Version) {
			page.Versions = append(page.Versions, d.Version)
		}
		page.Files = append(page.Files, entry)
	}
	return page
}

// anchor writes one link of the HTML form.
func (b *Behaviour) anchor(page *strings.Builder, f *file, prefix string) {
	d := &f.dist
	href := prefix + escapePath(f.name)
	if !d.NoHash {
		href += "#sha256=" + f.sha256
	}
	fmt.Fprintf(page, "<a href=\"%s\"", html.EscapeString(href))
	if d.RequiresPython != "" && !d.NoRequiresPython {
		fmt.Fprintf(page, " data-requires-python=\"%s\"", html.EscapeString(d.RequiresPython))
	}
	if d.Yanked {
		fmt.Fprintf(page, " data-yanked=\"%s\"", html.EscapeString(d.YankedReason))
	}
	if f.metadata != nil && !d.NoMetadata && !b.NoMetadata {
		fmt.Fprintf(page, " data-core-metadata=\"sha256=%s\"", f.metadataSHA256())
	}
	fmt.Fprintf(page, ">%s</a><br/>\n", html.EscapeString(f.name))
}

func (b *Behaviour) openHTML(page *strings.Builder, title string) {
	fmt.Fprintf(page, "<!DOCTYPE html>\n<html><head><meta name=\"pypi:repository-version\" content=\"%s\">\n<title>%s</title></head><body>\n", b.version(), html.EscapeString(title))
}

// escapePath writes a file name as a URL has it; the plus sign of a local
// version is written out, as most indexes do.
func escapePath(name string) string {
	return strings.ReplaceAll(name, "+", "%2B")
}

func (b *Behaviour) serveJSON(w http.ResponseWriter, r *http.Request, value any) {
	text, err := json.Marshal(value)
	must(err)
	b.serve(w, r, jsonType, string(text))
}

// serve answers with a page, or says that it hasn't changed.
func (b *Behaviour) serve(w http.ResponseWriter, r *http.Request, contentType, text string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Vary", "Accept")
	if b.CacheControl != "" {
		w.Header().Set("Cache-Control", b.CacheControl)
	}
	if !b.NoValidators {
		w.Header().Set("ETag", `"`+hexSum([]byte(text))[:16]+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
}
