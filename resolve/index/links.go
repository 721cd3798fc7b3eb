package index

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/resolve/transport"
)

// links makes files of the links on one page.
type links struct {
	page  string // the page's URL as shown
	index string // what Files are marked with
	local bool   // the page lies on this machine
	base  *url.URL
	fixed bool // a base element was seen; further ones have no effect
	// origin and folder are parts of base, for links of the simplest form.
	origin, folder string
	// login learns of credentials in links; it returns the URL without them.
	login func(*url.URL)
}

func newLinks(page *url.URL, index string) *links {
	l := &links{page: transport.Redact(page.String()), index: index, local: page.Scheme == "file"}
	l.rebase(page)
	return l
}

func (l *links) rebase(base *url.URL) {
	l.base = base
	l.origin = base.Scheme + "://" + base.Host
	path := base.EscapedPath()
	l.folder = path[:strings.LastIndexByte(path, '/')+1]
	if base.Host == "" && !l.local || base.User != nil || strings.Contains(l.folder, "//") || strings.Contains(l.folder, "/.") {
		l.folder = "" // only the thorough way is right
	}
}

// setBase takes the href of a base element.
func (l *links) setBase(href string) {
	if l.fixed || href == "" {
		return
	}
	if base, err := l.base.Parse(strings.TrimSpace(href)); err == nil {
		l.rebase(base)
		l.fixed = true
	}
}

// fill sets what a link says: name, URL, path, hashes of the fragment. An empty
// name is read from the link. It reports whether there is a file at its end.
func (l *links) fill(f *File, href, name string) bool {
	href = strings.TrimSpace(href)
	link, fragment, _ := strings.Cut(href, "#")
	if link == "" {
		return false
	}
	full, ok := l.quick(link)
	if !ok {
		if full, ok = l.resolve(link); !ok {
			return false
		}
	}
	if name == "" {
		name = nameOf(full)
	}
	if !isFileName(name) {
		return false
	}
	f.Name, f.URL, f.Index = name, full, l.index
	if strings.HasPrefix(full, "file:") {
		if f.Path, ok = pathOf(full); !ok || !l.local {
			return false // a page from elsewhere must not point at files of this machine
		}
	}
	if fragment != "" && f.Hashes == nil {
		f.Hashes = fragmentHashes(fragment)
	}
	return true
}

// quick joins a link of plain form to the base: absolute http(s) URLs, absolute
// paths, and relative ones with "../" at their start only.
func (l *links) quick(link string) (string, bool) {
	rest := link
	absolute := strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://")
	if absolute {
		rest = link[strings.Index(link, "://")+3:]
		if slash := strings.IndexByte(rest, '/'); slash <= 0 || !isPlainHost(rest[:slash]) {
			return "", false
		}
	} else if link == "" || l.folder == "" || strings.Contains(link, "//") {
		return "", false
	}
	for i := 0; i < len(rest); i++ {
		if !quickByte[rest[i]] || rest[i] == ':' && !absolute {
			return "", false
		}
	}
	if absolute {
		return link, !strings.Contains(rest, "/.")
	}
	if link[0] == '/' {
		return l.origin + link, !strings.Contains(link, "/.")
	}
	folder := l.folder
	for strings.HasPrefix(link, "../") {
		link = link[3:]
		if up := strings.LastIndexByte(folder[:len(folder)-1], '/'); up >= 0 {
			folder = folder[:up+1]
		}
	}
	if strings.HasPrefix(link, ".") || strings.Contains(link, "/.") || link == "" {
		return "", false
	}
	return l.origin + folder + link, true
}

// isPlainHost reports whether a host's port, if any, is one.
func isPlainHost(host string) bool {
	name, port, _ := strings.Cut(host, ":")
	for i := 0; i < len(port); i++ {
		if port[i] < '0' || port[i] > '9' {
			return false
		}
	}
	return name != ""
}

// quickByte are the bytes that stand for themselves anywhere in a path. The
// percent sign is none: what follows it needs checking.
var quickByte = func() (plain [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:+!=,") {
		plain[c] = true
	}
	return plain
}()

// resolve joins any link to the base.
func (l *links) resolve(link string) (string, bool) {
	u, err := l.base.Parse(link)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" {
			return "", false
		}
	case "file":
	default:
		return "", false
	}
	if u.User != nil {
		if l.login != nil {
			l.login(u)
		}
		u.User = nil
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), true
}

// nameOf returns the file name at the end of a URL.
func nameOf(full string) string {
	path, _, _ := strings.Cut(full, "?")
	name := path[strings.LastIndexByte(path, '/')+1:]
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	decoded, err := url.PathUnescape(name)
	if err != nil {
		return ""
	}
	return decoded
}

// isFileName reports whether a name can be used as one, on any system.
func isFileName(name string) bool {
	if name == "" || name == "." || name == ".." || len(name) > 255 {
		return false
	}
	for i := 0; i < len(name); i++ {
		if c := name[i]; c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == ':' {
			return false
		}
	}
	return true
}

// pathOf returns the path of a file URL.
func pathOf(full string) (string, bool) {
	u, err := url.Parse(full)
	if err != nil || u.Scheme != "file" || u.Path == "" || u.Host != "" && u.Host != "localhost" || strings.IndexByte(u.Path, 0) >= 0 {
		return "", false
	}
	path := u.Path
	if runtime.GOOS == "windows" && len(path) > 2 && path[0] == '/' && path[2] == ':' {
		path = path[1:]
	}
	return filepath.FromSlash(path), true
}

// fileURL is the URL of a path, which must be absolute.
func fileURL(path string) *url.URL {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return &url.URL{Scheme: "file", Path: path}
}
