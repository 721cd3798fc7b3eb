package index

import (
	"cmp"
	"context"
	"fmt"
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

// notFound says that a project is on none of the sources, and not on the shelf,
// which is nil where it was not looked at.
func (c *Client) notFound(ctx context.Context, name string, sources []*source, onShelf *shelf) *NotFoundError {
	e := &NotFoundError{Name: name}
	var names []string
	if onShelf != nil {
		e.Indexes, names = c.asked(), onShelf.names()
	} else {
		for _, s := range sources {
			e.Indexes = append(e.Indexes, s.shown)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, nearTime)
	defer cancel()
	for _, s := range sources {
		at := c.listed(ctx, s)
		names = append(names, at.names...)
		switch {
		case at.files:
			e.Remedy = "name " + s.shown + " with -f: it lists files, not projects"
		case s.url != nil && len(at.names) == 0 && !strings.HasSuffix(strings.TrimRight(s.url.Path, "/"), "simple"):
			e.Remedy = fmt.Sprintf("check the spelling of %s, and that %s is an index: the address of one often ends in /simple/", name, s.shown)
		}
	}
	if onShelf != nil && len(onShelf.barren) > 0 && e.Remedy == "" {
		e.Remedy = "check " + onShelf.barren[0] + ", which has no distributions; if it is an index, name it with -i"
	}
	if len(sources) == 0 {
		c.withoutIndex(e)
	}
	if e.Near = nearest(name, names); len(e.Near) > 0 {
		e.Remedy = ""
	}
	return e
}

// withoutIndex says of a project that isn't found where no index was to be asked.
func (c *Client) withoutIndex(e *NotFoundError) {
	if len(c.findLinks) == 0 {
		e.Where, e.Remedy = "nowhere to be found without an index and find-links", "name an index with -i, or a folder of distributions with -f"
		return
	}
	e.Where = "in none of the find-links"
	if e.Remedy == "" {
		e.Remedy = "check the spelling of " + e.Name + ", or name a place that has it with -f"
	}
}

// root is what an index's root page lists.
type root struct {
	names []string // of projects
	files bool     // it has distributions instead
}

// listed returns what an index's root lists, nothing where it can't be read or is
// too large: nothing depends on it.
func (c *Client) listed(ctx context.Context, s *source) root {
	found, err := c.roots.do(ctx, s.shown, func(ctx context.Context) (root, error) {
		if s.url == nil {
			return rootOf(listedInFolder(s.folder)), nil
		}
		page, err := c.transport.Page(ctx, transport.PageRequest{URL: s.url.JoinPath("/").String(), Accept: accept, Limit: rootLimit})
		if err != nil {
			return root{}, err
		}
		switch formOf(page.ContentType) {
		case jsonForm:
			return rootOf(namesJSON(page.Body)), nil
		case htmlForm:
			return rootOf(namesHTML(page.Body)), nil
		}
		return root{}, nil
	})
	if err != nil {
		return root{}
	}
	return found
}

// rootOf tells the names of projects from those of files.
func rootOf(names []string) root {
	projects := slices.DeleteFunc(names, isArchive)
	return root{names: projects, files: len(projects) < len(names)}
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
