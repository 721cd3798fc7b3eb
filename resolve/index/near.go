package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/resolve/transport"
)

const (
	mostNear = 3
	// nearTime bounds what a guess at a misspelt name may take.
	nearTime = 5 * time.Second
)

// near returns known names that look like name, best first.
func (c *Client) near(ctx context.Context, name string, sources []*source, onShelf []string) []string {
	ctx, cancel := context.WithTimeout(ctx, nearTime)
	defer cancel()
	names := slices.Clone(onShelf)
	for _, s := range sources {
		names = append(names, c.listed(ctx, s)...)
	}
	return nearest(name, names)
}

// listed returns the names that an index's root lists, nil where it can't be
// read or is too large: nothing depends on it.
func (c *Client) listed(ctx context.Context, s *source) []string {
	names, err := c.roots.do(ctx, s.shown, func(ctx context.Context) ([]string, error) {
		if s.url == nil {
			return listedInFolder(s.folder), nil
		}
		page, err := c.transport.Page(ctx, transport.PageRequest{URL: s.url.JoinPath("/").String(), Accept: accept, Limit: rootLimit})
		if err != nil {
			return nil, err
		}
		switch formOf(page.ContentType) {
		case jsonForm:
			return namesJSON(page.Body), nil
		case htmlForm:
			return namesHTML(page.Body), nil
		}
		return nil, nil
	})
	if err != nil {
		return nil
	}
	return names
}

// nearest picks the names within a third of name's length in changes, and those
// that have a word more or less, as in python-name.
func nearest(name string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	most := max(1, len(name)/3)
	var found []candidate
	for _, n := range names {
		n = pep508.NormalizeName(n)
		if n == name || n == "" {
			continue
		}
		switch distance := spelling.Edits(name, n, most); {
		case distance <= most:
			found = append(found, candidate{n, distance})
		case hasAffix(n, name) || hasAffix(name, n):
			found = append(found, candidate{n, most + 1})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	found = slices.Compact(found)
	var best []string
	for _, f := range found[:min(len(found), mostNear)] {
		best = append(best, f.name)
	}
	return best
}

// hasAffix reports that long is short with a word before or after it.
func hasAffix(long, short string) bool {
	return len(short) > 2 && (strings.HasPrefix(long, short+"-") || strings.HasSuffix(long, "-"+short) ||
		long == "py"+short || long == short+"py")
}
