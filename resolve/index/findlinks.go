package index

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/transport"
)

// shelf holds the files of all find-links entries by project. It is not changed
// once it is made. Local files in it are known by name only until asked for.
type shelf struct {
	wheels map[string][]File // by normalised project name
	sdists []sdist
	barren []string // pages, as shown, without a single distribution
}

// sdist is a source distribution. Where its name ends and its version starts
// can't be told without knowing the project.
type sdist struct {
	stem string // normalised, "name-1-0"
	file File
}

func (s *shelf) add(f File) {
	if isWheel(f.Name) {
		name, _, _ := strings.Cut(f.Name, "-")
		name = pep508.NormalizeName(name)
		s.wheels[name] = append(s.wheels[name], f)
	} else if stem := sdistStem(f.Name); stem != "" {
		s.sdists = append(s.sdists, sdist{pep508.NormalizeName(stem), f})
	}
}

// project returns the files of a project, nil for none.
func (s *shelf) project(name string) []File {
	files := slices.Clone(s.wheels[name])
	for _, d := range s.sdists {
		if version, ok := strings.CutPrefix(d.stem, name+"-"); ok && startsVersion(version) {
			files = append(files, d.file)
		}
	}
	for i := range files {
		f := &files[i]
		if f.Path != "" && f.Size < 0 {
			f.URL = fileURL(f.Path).String()
			f.stat()
		}
	}
	return files
}

// startsVersion reports whether a version may start so: "1.0", "v1.0".
func startsVersion(s string) bool {
	s = strings.TrimPrefix(s, "v")
	return s != "" && '0' <= s[0] && s[0] <= '9'
}

// names lists the projects; of source distributions as far as can be told.
func (s *shelf) names() []string {
	var names []string
	for name := range s.wheels {
		names = append(names, name)
	}
	for _, d := range s.sdists {
		for at := 0; at < len(d.stem); at++ {
			if d.stem[at] == '-' && startsVersion(d.stem[at+1:]) {
				names = append(names, d.stem[:at])
				break
			}
		}
	}
	return names
}

// readShelf reads all find-links entries.
func (c *Client) readShelf(ctx context.Context) (*shelf, error) {
	found := make([][]File, len(c.findLinks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, entry := range c.findLinks {
		group.Go(func() error {
			files, err := c.readLink(ctx, entry)
			found[i] = files
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	s := &shelf{wheels: map[string][]File{}}
	for i, files := range found {
		if l := c.findLinks[i]; len(files) == 0 && l.path == "" {
			s.barren = append(s.barren, l.shown)
		}
		for _, f := range files {
			s.add(f)
		}
	}
	return s, nil
}

// readLink reads one entry: a folder, a page, or a single file.
func (c *Client) readLink(ctx context.Context, l link) ([]File, error) {
	if l.path == "" {
		return c.readRemoteLink(ctx, l)
	}
	info, err := os.Stat(l.path)
	switch {
	case err != nil:
		return nil, &SourceError{Source: l.shown, Err: cause(err)}
	case info.IsDir():
		return readFolder(l)
	case isArchive(l.path):
		return []File{localFile(filepath.Dir(l.path), filepath.Base(l.path), l.shown)}, nil
	}
	mediaType := "text/html"
	if strings.EqualFold(filepath.Ext(l.path), ".json") {
		mediaType = "application/json"
	}
	p, err := c.localPage(l.path, mediaType, l.shown)
	if err != nil {
		return nil, err
	}
	return p.Files, nil
}

func readFolder(l link) ([]File, error) {
	entries, err := os.ReadDir(l.path)
	if err != nil {
		return nil, &SourceError{Source: l.shown, Err: cause(err)}
	}
	var files []File
	for _, entry := range entries {
		if name := entry.Name(); isArchive(name) && !entry.IsDir() {
			files = append(files, File{Name: name, Path: filepath.Join(l.path, name), Size: -1, Index: l.shown})
		}
	}
	return files, nil
}

func (c *Client) readRemoteLink(ctx context.Context, l link) ([]File, error) {
	if name := nameOf(l.url); isArchive(name) {
		f := File{Name: name, URL: l.url, Size: -1, Hashes: fragmentHashes(l.fragment), Index: l.shown}
		if !isFileName(name) {
			return nil, &SourceError{Source: l.shown, Err: errors.New("this is no file name")}
		}
		return []File{f}, nil
	}
	page, err := c.transport.Page(ctx, transport.PageRequest{URL: l.url, Accept: accept, Limit: pageLimit})
	if err != nil {
		return nil, err
	}
	on, err := c.linksOn(page.URL, l.shown)
	if err != nil {
		return nil, err
	}
	p, err := parsePage(page.ContentType, page.Body, on)
	if err != nil {
		return nil, err
	}
	return p.Files, nil
}

// link is a find-links entry.
type link struct {
	shown    string // without secrets
	path     string // absolute; "" for one to be fetched
	url      string // without credentials and fragment
	fragment string
}

func (c *Client) newLink(text string) (link, error) {
	path, bare, err := c.locate(text)
	if err != nil {
		return link{}, err
	}
	if path != "" {
		return link{shown: text, path: path}, nil
	}
	bare, _, _ = strings.Cut(bare, "#")
	_, fragment, _ := strings.Cut(text, "#")
	return link{shown: transport.Redact(bare), url: bare, fragment: fragment}, nil
}
