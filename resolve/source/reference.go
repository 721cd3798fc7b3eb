package source

import (
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/transport"
)

// A Kind says what a reference leads to.
type Kind int

// The kinds of references.
const (
	Wheel      Kind = iota // a file with the name of a wheel
	Archive                // a source archive
	Folder                 // a folder of this machine
	Repository             // a repository of a version control system
)

// A Reference is a direct reference, taken apart.
type Reference struct {
	Kind Kind
	// URL is that of the file, the folder or the repository, without a prefix
	// such as "git+", a revision or a fragment. It may hold credentials.
	URL string
	// Path is the place on this machine, "" for what is elsewhere and for
	// repositories.
	Path string
	// FileName is that of a Wheel or an Archive, else "".
	FileName string
	// System is "git", "hg" or "svn" for a Repository, else "".
	System string
	// Revision is the branch, tag or commit that is asked for, "" for what the
	// repository itself prefers.
	Revision string
	// Subdirectory is where the project lies in an Archive, Folder or Repository,
	// with slashes; "" is its top.
	Subdirectory string
	// Hashes are the digests that the fragment gives, in lower-case hexadecimal
	// by algorithm. They may be md5 and sha1 as well.
	Hashes map[string]string
}

// A ReferenceError says that a direct reference can't be used.
type ReferenceError struct {
	Reference string // without secrets
	Reason    string // as the end of a sentence: "is not a URL"
}

func (e *ReferenceError) Error() string { return e.Reference + " " + e.Reason }

// systems are the version control systems with the transports that pip knows for
// each.
var systems = map[string][]string{
	"git": {"http", "https", "ssh", "git", "file"},
	"hg":  {"http", "https", "ssh", "static-http", "file"},
	"svn": {"http", "https", "ssh", "svn", "file"},
}

// archives are the endings of source archives that can be unpacked.
var archives = []string{".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar"}

// Parse takes a direct reference apart: the URL behind the @ of a PEP 508
// requirement. The error is a *ReferenceError.
func Parse(text string) (Reference, error) {
	bare, fragment, _ := strings.Cut(text, "#")
	refuse := func(reason string) (Reference, error) {
		return Reference{}, &ReferenceError{Reference: transport.Redact(bare), Reason: reason}
	}
	u, err := url.Parse(bare)
	if err != nil {
		if system, _, repository := strings.Cut(bare, "+ssh://"); repository {
			return refuse("is not a URL: write " + system + "+ssh://USER@HOST/PATH, with a slash before the path")
		}
		return refuse("is not a URL")
	}
	if u.Scheme == "" || u.Opaque != "" {
		return refuse("is not a URL")
	}
	r := Reference{Hashes: map[string]string{}}
	for part := range strings.SplitSeq(fragment, "&") {
		name, value, _ := strings.Cut(part, "=")
		if decoded, err := url.PathUnescape(value); err == nil {
			value = decoded
		}
		switch name {
		case "subdirectory":
			r.Subdirectory = strings.Trim(value, "/")
		case "sha512", "sha384", "sha256", "sha224", "sha1", "md5":
			r.Hashes[name] = strings.ToLower(value)
		}
	}
	if r.Subdirectory != "" && !filepath.IsLocal(filepath.FromSlash(r.Subdirectory)) {
		return refuse("has a subdirectory that leads out of it")
	}
	if system, carrier, repository := strings.Cut(u.Scheme, "+"); repository {
		reason := r.repository(u, system, carrier)
		if reason != "" {
			return refuse(reason)
		}
		return r, nil
	}
	if reason := r.file(u); reason != "" {
		return refuse(reason)
	}
	return r, nil
}

// file fills in what is not in a repository. It returns what is wrong, or "".
func (r *Reference) file(u *url.URL) string {
	r.URL = u.String()
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return "names no host"
		}
	case "file":
		if u.Host != "" && u.Host != "localhost" {
			return "is a file of another machine"
		}
		if strings.Trim(u.Path, "/") == "" {
			return "names no file"
		}
		r.Path = localPath(u.Path)
		r.URL = (&url.URL{Scheme: "file", Path: u.Path}).String()
	default:
		return "is of a kind that can't be fetched: http, https, file, git+..., hg+... and svn+... can"
	}
	r.FileName = path.Base(u.Path)
	lower := strings.ToLower(r.FileName)
	switch {
	case strings.HasSuffix(lower, ".whl"):
		r.Kind = Wheel
		if _, err := dist.ParseWheelName(r.FileName); err != nil {
			return "has no name of a wheel: " + err.Error()
		}
		return ""
	case isArchive(lower):
		r.Kind = Archive
		return ""
	case u.Scheme == "file":
		r.Kind, r.FileName = Folder, ""
		r.URL = strings.TrimRight(r.URL, "/")
		return ""
	}
	return "is neither a wheel nor a source archive (" + strings.Join(archives, ", ") + ")"
}

func isArchive(name string) bool {
	for _, ending := range archives {
		if strings.HasSuffix(name, ending) && len(name) > len(ending) {
			return true
		}
	}
	return false
}

// repository fills in what is in a repository. It returns what is wrong, or "".
func (r *Reference) repository(u *url.URL, system, carrier string) string {
	if system == "bzr" {
		return "is a repository of Bazaar; git, hg and svn can be used"
	}
	carriers, known := systems[system]
	if !known {
		return "is of an unknown kind: git+..., hg+... and svn+... are repositories"
	}
	if !slices.Contains(carriers, carrier) {
		return "uses " + carrier + ", which is not among " + strings.Join(carriers, ", ")
	}
	r.Kind, r.System = Repository, system
	at := *u
	at.Scheme = carrier
	if system == "svn" && carrier == "ssh" {
		at.Scheme = "svn+ssh"
	}
	if at.Host == "" && carrier != "file" {
		return "names no host"
	}
	// The last part of the path may end in @ and a revision. Both are decoded
	// after they were told apart.
	where, revision, found := cutLast(at.EscapedPath(), "@")
	if found {
		var err error
		if r.Revision, err = url.PathUnescape(revision); err != nil || r.Revision == "" {
			return "has an empty or malformed revision behind the @"
		}
		if at.Path, err = url.PathUnescape(where); err != nil {
			return "is not a URL"
		}
		at.RawPath = where
	}
	r.URL = at.String()
	switch {
	case strings.HasPrefix(r.Revision, "-"):
		return "has a revision that looks like an option"
	case strings.ContainsFunc(r.Revision, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return "has a revision with control characters"
	case strings.HasPrefix(at.Hostname(), "-"), at.User != nil && strings.HasPrefix(at.User.Username(), "-"):
		return "has a host that looks like an option"
	case strings.Trim(at.Path, "/") == "" && carrier == "file":
		return "names no folder"
	}
	return ""
}

// cutLast cuts at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// localPath makes a path of this machine of a file URL's.
func localPath(name string) string {
	if len(name) > 2 && name[0] == '/' && filepath.VolumeName(name[1:]) != "" {
		name = name[1:] // of a drive letter
	}
	return filepath.FromSlash(name)
}

// String returns the reference as it may be shown: without secrets and digests.
func (r Reference) String() string {
	text := r.shownURL()
	if r.Kind == Repository {
		text = r.System + "+" + strings.TrimPrefix(text, r.System+"+")
		if r.Revision != "" {
			text += "@" + (&url.URL{Path: r.Revision}).EscapedPath()
		}
	}
	if r.Subdirectory != "" {
		text += "#subdirectory=" + (&url.URL{Path: r.Subdirectory}).EscapedPath()
	}
	return text
}

// shownURL is the URL without credentials. The user git of ssh is no secret.
func (r Reference) shownURL() string {
	shown := transport.Redact(r.URL)
	u, err := url.Parse(r.URL)
	if err != nil || u.User == nil || u.Scheme != "ssh" && u.Scheme != "svn+ssh" {
		return shown
	}
	if _, secret := u.User.Password(); secret || u.User.Username() != r.System {
		return shown
	}
	made, err := url.Parse(shown)
	if err != nil {
		return shown
	}
	made.User = url.User(u.User.Username())
	return made.String()
}
