package index

import (
	"net/url"
	"strings"
)

// Limits of what is read, in bytes.
const (
	pageLimit = 256 << 20 // a project's page; the largest public ones have a few megabytes
	rootLimit = 8 << 20   // an index's list of projects, read only to guess at a misspelt name
)

// accept asks for the JSON form before the HTML form before any HTML (PEP 691).
const accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"

// form is how a page is written.
type form int

const (
	unknownForm form = iota
	jsonForm
	htmlForm
)

// formOf reads a media type. Static file servers know no better than
// application/json for what is the JSON form.
func formOf(mediaType string) form {
	switch mediaType {
	case "application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json", "application/json":
		return jsonForm
	case "application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html", "text/html", "application/xhtml+xml":
		return htmlForm
	}
	return unknownForm
}

// parsePage reads a page that was found at url.
func parsePage(mediaType, text string, l *links) (*Project, error) {
	switch formOf(mediaType) {
	case jsonForm:
		return projectJSON(text, l)
	case htmlForm:
		return projectHTML(text, l)
	}
	if rest, ok := strings.CutPrefix(mediaType, "application/vnd.pypi.simple.v"); ok {
		version, _, _ := strings.Cut(rest, "+")
		if err := checkVersion(l.page, version+".0"); err != nil {
			return nil, err
		}
	}
	if mediaType == "" {
		return nil, &PageError{URL: l.page, Reason: "is no index page: the server doesn't say what it is"}
	}
	return nil, &PageError{URL: l.page, Reason: "is no index page, but " + mediaType}
}

// linksOn prepares for the links of a page at pageURL.
func (c *Client) linksOn(pageURL, index string) (*links, error) {
	u, err := url.Parse(pageURL)
	if err != nil {
		return nil, &PageError{URL: index, Reason: "led to what is no URL"}
	}
	l := newLinks(u, index)
	l.login = func(link *url.URL) { c.transport.LoginOnce(link) }
	return l, nil
}
