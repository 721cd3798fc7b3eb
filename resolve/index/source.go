package index

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// source is one index: a server, or a folder laid out like one.
type source struct {
	shown  string   // without secrets
	url    *url.URL // without credentials; nil for a folder
	folder string
}

// errAbsent says that a source doesn't know a project.
var errAbsent = errors.New("absent")

// newSource reads an index URL or a path; credentials go to the transport.
func (c *Client) newSource(text string) (*source, error) {
	path, bare, err := c.locate(text)
	if err != nil {
		return nil, err
	}
	if path != "" {
		return &source{shown: text, folder: path}, nil
	}
	u, err := url.Parse(bare)
	if err != nil {
		return nil, &SourceError{Source: transport.Redact(text), Err: errors.New("this is no URL")}
	}
	return &source{shown: transport.Redact(bare), url: u}, nil
}

// locate tells a path or file URL, whose absolute path it returns, from another
// URL, which it returns without its credentials.
func (c *Client) locate(text string) (path, bare string, err error) {
	scheme, _, ok := strings.Cut(text, ":")
	switch {
	case ok && strings.EqualFold(scheme, "file"):
		path, valid := pathOf(text)
		if !valid {
			return "", "", &SourceError{Source: text, Err: errors.New("this file URL names no path of this machine")}
		}
		return path, "", nil
	case strings.Contains(text, "://"):
		if err := checkPassword(text); err != nil {
			return "", "", err
		}
		bare, err := c.transport.Login(text)
		if err != nil {
			return "", "", err
		}
		return "", bare, nil
	}
	if filepath.IsAbs(text) {
		return filepath.Clean(text), "", nil
	}
	if c.dir != "" {
		return filepath.Join(c.dir, text), "", nil
	}
	path, err = filepath.Abs(text)
	return path, "", err
}

// checkPassword refuses an address whose password would end up in its path, because
// of a slash, a question mark or a number sign in it. Nothing after the last @ can be
// a part of it, so that this is all that is shown.
func checkPassword(text string) error {
	scheme, rest, _ := strings.Cut(text, "://")
	end := strings.IndexAny(rest, "/?#")
	at := strings.LastIndexByte(rest, '@')
	if end < 0 || at < end || !strings.Contains(rest[:end], ":") || port().MatchString(rest[:end]) && rest[at-1] == '/' {
		return nil
	}
	return &transport.URLError{URL: scheme + "://" + transport.Redact(rest[at+1:]), Reason: "has a user or a password that is not encoded", Password: true}
}

var port = lazyregexp.New(`:[0-9]+$`)

// project reads a project's page; errAbsent when the source has none.
func (c *Client) projectOn(ctx context.Context, s *source, name string) (*Project, error) {
	var p *Project
	var err error
	if s.url == nil {
		p, err = c.projectInFolder(s, name)
	} else {
		p, err = c.projectAt(ctx, s, name)
	}
	if err != nil {
		return nil, err
	}
	p.Name, p.Index = name, s.shown
	return p, nil
}

func (c *Client) projectAt(ctx context.Context, s *source, name string) (*Project, error) {
	page, err := c.transport.Page(ctx, transport.PageRequest{URL: s.url.JoinPath(name + "/").String(), Accept: accept, Limit: pageLimit})
	if transport.IsStatus(err, http.StatusNotFound, http.StatusGone) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, err
	}
	l, err := c.linksOn(page.URL, s.shown)
	if err != nil {
		return nil, err
	}
	return parsePage(page.ContentType, page.Body, l)
}

// projectInFolder reads index.json or index.html of the project's folder, or
// takes the files that lie in it.
func (c *Client) projectInFolder(s *source, name string) (*Project, error) {
	if _, err := os.Stat(s.folder); err != nil {
		return nil, &SourceError{Source: s.shown, Err: cause(err)}
	}
	folder := filepath.Join(s.folder, name)
	for _, page := range []struct{ file, mediaType string }{{"index.json", "application/json"}, {"index.html", "text/html"}} {
		p, err := c.localPage(filepath.Join(folder, page.file), page.mediaType, s.shown)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return p, err
		}
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, &SourceError{Source: s.shown, Err: err}
	}
	p := &Project{}
	for _, entry := range entries {
		if isArchive(entry.Name()) {
			p.Files = append(p.Files, localFile(folder, entry.Name(), s.shown))
		}
	}
	return p, nil
}

// localPage reads an index page from a file. An error that the file doesn't
// exist stays one.
func (c *Client) localPage(path, mediaType, shown string) (*Project, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &SourceError{Source: shown, Err: err}
	}
	defer f.Close()
	var text strings.Builder
	if info, err := f.Stat(); err == nil && info.Size() <= pageLimit {
		text.Grow(int(info.Size()) + 1)
	}
	n, err := io.Copy(&text, io.LimitReader(f, pageLimit+1))
	if err != nil {
		return nil, &SourceError{Source: shown, Err: err}
	}
	at := fileURL(path)
	if n > pageLimit {
		return nil, &transport.SizeError{URL: at.String(), Limit: pageLimit}
	}
	l, err := c.linksOn(at.String(), shown)
	if err != nil {
		return nil, err
	}
	p, err := parsePage(mediaType, text.String(), l)
	if err != nil {
		return nil, err
	}
	for i := range p.Files {
		p.Files[i].stat()
	}
	return p, nil
}

// localFile is a file in a folder.
func localFile(folder, name, shown string) File {
	path := filepath.Join(folder, name)
	f := File{Name: name, Path: path, URL: fileURL(path).String(), Size: -1, Index: shown}
	f.stat()
	return f
}

// stat takes the size of a local file from the file itself.
func (f *File) stat() {
	if f.Path == "" {
		return
	}
	if info, err := os.Stat(f.Path); err == nil {
		f.Size = info.Size()
	}
}

// isArchive reports whether a file name is one that distributions have.
func isArchive(name string) bool {
	return isWheel(name) || sdistStem(name) != ""
}

func isWheel(name string) bool {
	const suffix = ".whl"
	return len(name) > len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
}

// sdistStem returns a source distribution's name without its suffix, "" for
// another file's.
func sdistStem(name string) string {
	lower := strings.ToLower(name)
	for _, suffix := range []string{".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar"} {
		if strings.HasSuffix(lower, suffix) {
			return name[:len(name)-len(suffix)]
		}
	}
	return ""
}

// cause takes the path out of an error that is shown beside it.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
