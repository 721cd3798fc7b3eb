package index

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// withSame returns a project's page and those of the later indexes that have the
// same project (PEP 708). The first index decides: one that it doesn't name isn't
// even asked, so that nothing can be claimed from the outside, and no name of a
// private project gets there.
func (c *Client) withSame(ctx context.Context, first *Project, at *source, later []*source) ([]*Project, error) {
	pages := []*Project{first}
	home := at.projectURL(first.Name)
	for _, s := range later {
		there := s.projectURL(first.Name)
		tracked, listed := slices.Contains(first.tracks, there), slices.Contains(first.alternates, there)
		if !tracked && !listed {
			continue
		}
		p, err := c.projectOn(ctx, s, first.Name)
		if errors.Is(err, errAbsent) {
			continue
		}
		if err != nil {
			return nil, err
		}
		// What is tracked must be the original, and all locations must agree.
		if tracked && len(p.tracks) == 0 || listed && slices.Equal(locations(first, home), locations(p, there)) {
			pages = append(pages, p)
		}
	}
	return pages, nil
}

// locations are all places of a project that it names, its own with them.
func locations(p *Project, own string) []string {
	all := append(slices.Clone(p.alternates), own)
	slices.Sort(all)
	return slices.Compact(all)
}

// projectURL is where a source has a project, as comparable writes it.
func (s *source) projectURL(name string) string {
	u := s.url
	if u == nil {
		u = fileURL(s.folder)
	}
	return comparable(u.JoinPath(name + "/"))
}

// comparable writes a URL so that two for the same place are equal.
func comparable(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/") + "/"
}

// comparable reads URLs as a page writes them; what is none is left out.
func (l *links) comparable(urls []string) []string {
	var all []string
	for _, text := range urls {
		if u, err := l.base.Parse(strings.TrimSpace(text)); err == nil && text != "" {
			all = append(all, comparable(u))
		}
	}
	return all
}
