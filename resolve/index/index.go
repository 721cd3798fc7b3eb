// Package index asks the places where distributions are announced what files a
// project has: indexes that speak the simple repository API, folders laid out
// like one, and find-links.
//
// Specification: https://packaging.python.org/en/latest/specifications/simple-repository-api/
// (PEP 503, 592, 629, 658, 691, 700, 708, 714). It answers with files as announced;
// which of them fit a target, and in what order, is for others to say, and so is
// fetching them.
package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/transport"
)

// Strategy says what happens when several indexes know a project.
type Strategy int

const (
	// FirstIndex takes a project's files from the first index that knows it, so
	// that a name of a private index can't be taken over on a public one. Only
	// where that index says that another one's project is the same (PEP 708) are
	// the files of both taken.
	FirstIndex Strategy = iota
	// BestMatch takes the files of all indexes together, as pip does.
	BestMatch
)

// Options say where to look.
type Options struct {
	// IndexURL is the last index to be asked: an http, https or file URL, or a
	// path, with or without credentials; "" is none.
	IndexURL string
	// Named are asked before all others, in their order.
	Named []Named
	// Bindings keep projects to one named index. They are looked for there and
	// nowhere else, not in FindLinks either, and an index with bindings is asked
	// for no other projects.
	Bindings []Binding
	// ExtraIndexURLs are asked before it, in their order: a private index that is
	// named beside the public one is the one to be believed.
	ExtraIndexURLs []string
	// FindLinks are folders, HTML or JSON pages, and single files, by path or
	// URL. What they have is added to what the indexes say.
	FindLinks []string
	// NoIndex leaves only FindLinks.
	NoIndex  bool
	Strategy Strategy
	// UploadedBefore leaves out what was uploaded at this time or later, and what
	// an index gives no time for; zero leaves nothing out.
	UploadedBefore time.Time
	// Dir is what relative paths are relative to; "" is the current folder.
	Dir string
	// Transport fetches pages; nil is one with the zero Options.
	Transport *transport.Client
}

// Client answers what files a project has. It asks for each project once and is
// safe for concurrent use.
type Client struct {
	transport *transport.Client
	sources   []*source // in the order they are asked
	bindings  bindings
	findLinks []link
	strategy  Strategy
	dir       string
	// What is uploaded at this time or later doesn't count, unless it is zero.
	uploadedBefore time.Time
	uploadedLater  string // says so

	shelves  once[*shelf]
	projects once[*Project]
	roots    once[root]
}

// New checks the options. It reads nothing. Errors: *SourceError, *BindingError,
// *transport.URLError.
func New(o Options) (*Client, error) {
	c := &Client{transport: o.Transport, strategy: o.Strategy, dir: o.Dir, uploadedBefore: o.UploadedBefore}
	c.uploadedLater = fmt.Sprintf(uploadedLater, moment(o.UploadedBefore))
	if c.transport == nil {
		var err error
		if c.transport, err = transport.New(transport.Options{}); err != nil {
			return nil, err
		}
	}
	urls, err := c.bind(&o)
	if err != nil {
		return nil, err
	}
	urls = append(append(urls, o.ExtraIndexURLs...), o.IndexURL)
	if o.NoIndex {
		urls, c.bindings = nil, nil
	}
	for _, text := range urls {
		if text == "" {
			continue
		}
		s, err := c.newSource(text)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(c.sources, func(other *source) bool { return other.shown == s.shown }) {
			c.sources = append(c.sources, s)
		}
	}
	for _, text := range o.FindLinks {
		l, err := c.newLink(text)
		if err != nil {
			return nil, err
		}
		c.findLinks = append(c.findLinks, l)
	}
	return c, nil
}

// Project returns what is known of the project called name, which may be
// written in any form. The answer is shared: it must not be changed.
//
// Errors: *NotFoundError when no source knows the project; *PageError,
// *VersionError and *SourceError for a source that makes no sense; those of
// transport.Client.Page for one that can't be read. An index that fails is never
// passed over for the next one.
func (c *Client) Project(ctx context.Context, name string) (*Project, error) {
	name = pep508.NormalizeName(name)
	return c.projects.do(ctx, name, func(ctx context.Context) (*Project, error) {
		found, err := c.find(ctx, name)
		if err != nil {
			return nil, err
		}
		return c.cut(found), nil
	})
}

func (c *Client) find(ctx context.Context, name string) (*Project, error) {
	if !pep508.IsName(name) {
		return nil, &NotFoundError{Name: name, Indexes: c.asked()} // no name of a URL's part may be made of it
	}
	if s := c.bindings.source(name); s != nil {
		return c.findOn(ctx, s, name)
	}
	found := &Project{Name: name}
	onShelf, err := c.shelves.do(ctx, "", c.readShelf)
	if err != nil {
		return nil, err
	}
	pages, err := c.pages(ctx, name)
	if err != nil {
		return nil, err
	}
	if found.Files = onShelf.project(name); len(found.Files) == 0 && len(pages) == 1 {
		return pages[0], nil // a large page needs no copy
	}
	for _, p := range pages {
		if found.Index == "" {
			found.Index = p.Index
		}
		found.Files = append(found.Files, p.Files...)
		found.Versions = append(found.Versions, p.Versions...)
	}
	if len(pages) == 0 && len(found.Files) == 0 {
		return nil, c.notFound(ctx, name, c.sources, onShelf)
	}
	return found, nil
}

// findOn looks on one index only.
func (c *Client) findOn(ctx context.Context, s *source, name string) (*Project, error) {
	p, err := c.projectOn(ctx, s, name)
	if errors.Is(err, errAbsent) {
		return nil, c.notFound(ctx, name, []*source{s}, nil)
	}
	return p, err
}

// pages returns what the indexes say that know the project.
func (c *Client) pages(ctx context.Context, name string) ([]*Project, error) {
	if c.strategy == FirstIndex {
		for i, s := range c.sources {
			p, err := c.projectOn(ctx, s, name)
			if errors.Is(err, errAbsent) {
				continue
			}
			if err != nil {
				return nil, err
			}
			return c.withSame(ctx, p, s, c.sources[i+1:])
		}
		return nil, nil
	}
	pages := make([]*Project, len(c.sources))
	group, ctx := errgroup.WithContext(ctx)
	for i, s := range c.sources {
		group.Go(func() error {
			p, err := c.projectOn(ctx, s, name)
			if errors.Is(err, errAbsent) {
				return nil
			}
			pages[i] = p
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(pages, func(p *Project) bool { return p == nil }), nil
}

// asked lists the sources as they are shown.
func (c *Client) asked() []string {
	var all []string
	for _, l := range c.findLinks {
		all = append(all, l.shown)
	}
	for _, s := range c.sources {
		all = append(all, s.shown)
	}
	return all
}

// listedInFolder returns the names of a folder's folders.
func listedInFolder(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
