package reqfile

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

var (
	eggPattern    = lazyregexp.New(`[#&]egg=([^&]*)`)
	hostPattern   = lazyregexp.New(`^(\[[0-9A-Fa-f:.%]+\]|[\p{L}\p{N}._~%-]+)(:[0-9]*)?$`)
	digestPattern = lazyregexp.New(`[#&](sha512|sha384|sha256|sha224|sha1|md5)=([^&]*)`)
)

// repositories are the version control systems with the transports that pip
// knows for each.
var repositories = map[string][]string{
	"bzr": {"http", "https", "ssh", "sftp", "ftp", "lp", "file"},
	"git": {"http", "https", "ssh", "git", "file"},
	"hg":  {"file", "http", "https", "ssh", "static-http"},
	"svn": {"ssh", "http", "https", "svn", "file"},
}

// scheme returns the scheme of a URL in lower case, or "".
func scheme(text string) string {
	for i := range len(text) {
		c := text[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		switch {
		case letter:
		case i > 0 && c == ':':
			return strings.ToLower(text[:i])
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '.' || c == '-'):
		default:
			return ""
		}
	}
	return ""
}

// isRepository reports whether the scheme is one like git+https.
func isRepository(scheme string) bool {
	system, transport, _ := strings.Cut(scheme, "+")
	return slices.Contains(repositories[system], transport)
}

// isURL reports whether pip takes a requirement that begins with this scheme
// for a URL. That is no question of syntax: C:\ has a scheme too.
func isURL(text string) bool {
	s := scheme(text)
	return slices.Contains([]string{"http", "https", "file", "ftp"}, s) || isRepository(s)
}

// isRemote reports whether a requirements file must be fetched.
func isRemote(name string) bool {
	s := scheme(name)
	return s == "http" || s == "https"
}

// egg returns the project name in a URL's fragment.
func egg(link string) (string, bool) {
	if found := eggPattern().FindStringSubmatch(link); found != nil {
		return found[1], true
	}
	return "", false
}

// fragmentHashes returns the digest in a URL's fragment.
func fragmentHashes(link string) []string {
	if found := digestPattern().FindStringSubmatch(link); found != nil {
		return []string{found[1] + ":" + strings.ToLower(found[2])}
	}
	return nil
}

// fileURL returns the file URL of an absolute path.
func fileURL(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // of a drive letter
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

// parseURL parses a URL without its fragment, in which percent signs need not
// mean anything.
func parseURL(link string) (*url.URL, error) {
	link, _, _ = strings.Cut(link, "#")
	return url.Parse(link)
}

// checkURL refuses what cannot be fetched.
func checkURL(link string) error {
	u, err := parseURL(link)
	switch {
	case err != nil:
		return errors.Unwrap(err)
	case u.Host == "":
		return errors.New("no host")
	case !hostPattern().MatchString(u.Host):
		return fmt.Errorf("bad host %q", u.Host)
	default:
		return nil
	}
}

// filePath returns the path of a file URL, relative if the URL is. It is false
// if the URL names another machine or is none.
func filePath(link string) (string, bool) {
	u, err := parseURL(link)
	if err != nil || (u.Host != "" && u.Host != "localhost") {
		return "", false
	}
	name := u.Path
	if u.Opaque != "" {
		if name, err = url.PathUnescape(u.Opaque); err != nil {
			return "", false
		}
	}
	if len(name) > 2 && name[0] == '/' && filepath.VolumeName(name[1:]) != "" {
		name = name[1:]
	}
	return filepath.FromSlash(name), name != ""
}

// fileName returns the last part of a URL's path, decoded.
func fileName(link string) string {
	u, err := parseURL(link)
	if err != nil {
		return ""
	}
	name := u.Path
	if u.Opaque != "" {
		if name, err = url.PathUnescape(u.Opaque); err != nil {
			return ""
		}
	}
	return path.Base(strings.TrimRight(name, "/"))
}

// archives are the endings of files that pip installs.
var archives = []string{
	".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma",
}

// isArchive reports whether a path ends like an archive.
func isArchive(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	ending := extension(base)
	if short := strings.TrimSuffix(base, ending); extension(short) == ".tar" {
		ending = ".tar" + ending
	}
	return slices.Contains(archives, ending)
}

// extension is filepath.Ext, but that leading dots begin no extension.
func extension(base string) string {
	return filepath.Ext(strings.TrimLeft(base, "."))
}

// splitExtras takes the extras off a path.
func splitExtras(name string) (rest, extras string) {
	open := strings.LastIndexByte(name, '[')
	if open < 1 || !strings.HasSuffix(name, "]") || open+2 >= len(name) || strings.Contains(name[open:len(name)-1], "]") {
		return name, ""
	}
	return name[:open], name[open:]
}
