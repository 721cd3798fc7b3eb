package index

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// anchor is a link of an HTML page.
type anchor struct {
	href           string
	requiresPython string
	yanked         bool
	yankedReason   string
	core, distInfo metadataMark
}

// projectHTML reads a page in the HTML form of PEP 503.
func projectHTML(text string, l *links) (*Project, error) {
	p := &Project{}
	tags, forms, scripts, anchors := 0, 0, 0, 0
	var same interned
	err := walkHTML(text, func(tag string, z *html.Tokenizer) error {
		tags++
		switch tag {
		case "base":
			var same interned
			l.setBase(readAnchor(z, &same).href)
		case "meta":
			return metaHTML(z, l, p)
		case "a":
			anchors++
			a := readAnchor(z, &same)
			if f := (File{Size: -1}); a.file(l, &f) {
				p.Files = append(p.Files, f)
			}
		case "form":
			forms++
		case "script":
			scripts++
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case strings.TrimSpace(text) == "":
		return nil, &PageError{URL: l.page, Reason: "is empty"}
	case tags == 0:
		return nil, &PageError{URL: l.page, Reason: "is no HTML page, though it is said to be one"}
	case len(p.Files) == 0 && forms > 0:
		return nil, &PageError{URL: l.page, Reason: "is no index page: it has a form and no files, as login pages do"}
	case anchors == 0 && scripts > 0:
		return nil, &PageError{URL: l.page, Reason: "is no index page: it has a script and no links, as applications in a browser do"}
	}
	return p, nil
}

// walkHTML calls visit for each opening tag; visit may read the attributes.
func walkHTML(text string, visit func(tag string, z *html.Tokenizer) error) error {
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return nil // the end; a tokenizer of a string has no other error
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := ""
			switch string(name) { // which makes no string
			case "a":
				tag = "a"
			case "base":
				tag = "base"
			case "meta":
				tag = "meta"
			case "form":
				tag = "form"
			case "script":
				tag = "script"
			}
			if err := visit(tag, z); err != nil {
				return err
			}
		}
	}
}

// metaHTML checks the version of the page's form (PEP 629), and reads where else
// the project is (PEP 708).
func metaHTML(z *html.Tokenizer, l *links, p *Project) error {
	var name, content string
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "name":
			name = string(value)
		case "content":
			content = string(value)
		}
	}
	switch name {
	case "pypi:repository-version":
		return checkVersion(l.page, content)
	case "pypi:tracks":
		p.tracks = append(p.tracks, l.comparable([]string{content})...)
	case "pypi:alternate-locations":
		p.alternates = append(p.alternates, l.comparable([]string{content})...)
	}
	return nil
}

// interned is the last string that was made: neighbours on a page often say the
// same.
type interned struct{ last string }

func (s *interned) of(value []byte) string {
	if string(value) != s.last {
		s.last = string(value)
	}
	return s.last
}

func readAnchor(z *html.Tokenizer, same *interned) anchor {
	var a anchor
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href":
			if a.href == "" {
				a.href = string(value)
			}
		case "data-requires-python":
			a.requiresPython = same.of(value)
		case "data-yanked":
			a.yanked, a.yankedReason = true, string(value)
		case "data-core-metadata":
			a.core.parse(string(value))
		case "data-dist-info-metadata":
			if !a.core.present {
				a.distInfo.parse(string(value))
			}
		}
	}
	return a
}

// parse reads "true", or digests, which mean true.
func (m *metadataMark) parse(value string) {
	m.present = true
	m.hashes = fragmentHashes(value)
	m.has = m.hashes != nil || value == "true"
}

// file fills in f and reports whether the link leads to a distribution's file.
func (a *anchor) file(l *links, f *File) bool {
	if !l.fill(f, a.href, "") || !isArchive(f.Name) {
		return false
	}
	f.RequiresPython = a.requiresPython
	f.Yanked, f.YankedReason = a.yanked, a.yankedReason
	mark := a.core
	if !mark.present {
		mark = a.distInfo
	}
	f.HasMetadata, f.MetadataHashes = mark.has, mark.hashes
	return true
}

// fragmentHashes reads "sha256=..." with other parts beside it, joined by "&";
// nil when there is none.
func fragmentHashes(fragment string) Digests {
	var hashes Digests
	for part := range strings.SplitSeq(fragment, "&") {
		algorithm, digest, ok := strings.Cut(part, "=")
		if ok && digest != "" && isHashName(algorithm) {
			hashes.add(algorithm, digest)
		}
	}
	return hashes
}

// isHashName tells a digest from the other things that fragments hold, as
// egg= and subdirectory=.
func isHashName(s string) bool {
	switch strings.ToLower(s) {
	case "md5", "sha1", "sha224", "sha256", "sha384", "sha512":
		return true
	}
	return false
}

// namesHTML reads the names of the projects on an index's root page.
func namesHTML(text string) []string {
	var names []string
	_ = walkHTML(text, func(tag string, z *html.Tokenizer) error {
		if tag != "a" {
			return nil
		}
		var same interned
		if u, err := url.Parse(readAnchor(z, &same).href); err == nil {
			path := strings.TrimRight(u.Path, "/")
			names = append(names, path[strings.LastIndexByte(path, '/')+1:])
		}
		return nil
	})
	return names
}
