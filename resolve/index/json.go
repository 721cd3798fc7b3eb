package index

import (
	"strconv"
	"strings"
	"time"
)

// projectJSON reads a project's page in the JSON form of PEP 691. Keys that it
// doesn't know are passed over, and so are files without a URL.
func projectJSON(text string, l *links) (*Project, error) {
	s := &scanner{text: text}
	p := &Project{}
	seen := false
	err := s.object(func(key string) (err error) {
		switch key {
		case "meta":
			return metaJSON(s, l, p)
		case "alternate-locations":
			urls, err := stringsJSON(s)
			p.alternates = l.comparable(urls)
			return err
		case "versions":
			p.Versions, err = stringsJSON(s)
		case "files":
			seen = true
			p.Files, err = filesJSON(s, l)
		default:
			err = s.skip(0)
		}
		return err
	})
	if err == nil {
		err = s.end()
	}
	switch {
	case isRefusal(err):
		return nil, err
	case err != nil:
		return nil, &PageError{URL: l.page, Reason: "is no valid JSON: " + err.Error()}
	case !seen:
		return nil, &PageError{URL: l.page, Reason: "is no index page: it has no list of files"}
	}
	return p, nil
}

// metaJSON checks the version of the page's form, and reads what it tracks.
func metaJSON(s *scanner, l *links, p *Project) error {
	if s.next() != '{' {
		return s.skip(0)
	}
	return s.object(func(key string) error {
		switch key {
		case "api-version":
			version, ok, err := s.stringOr()
			if err != nil || !ok {
				return err
			}
			return checkVersion(l.page, version)
		case "tracks":
			urls, err := stringsJSON(s)
			p.tracks = l.comparable(urls)
			return err
		}
		return s.skip(0)
	})
}

func stringsJSON(s *scanner) ([]string, error) {
	if s.next() != '[' {
		return nil, s.skip(0)
	}
	var all []string
	err := s.array(func() error {
		text, ok, err := s.stringOr()
		if ok {
			all = append(all, text)
		}
		return err
	})
	return all, err
}

// leastFile is less than what a file with a URL, a name and a digest takes of a page.
const leastFile = 150

func filesJSON(s *scanner, l *links) ([]File, error) {
	// Counting costs less than a list that grows, which takes twice its memory. A page
	// that is made up of this word is not larger for it: a file takes some bytes more.
	files := make([]File, 0, min(strings.Count(s.text[s.at:], `"filename"`), (len(s.text)-s.at)/leastFile))
	err := s.array(func() error {
		if s.next() != '{' {
			return s.skip(0)
		}
		files = append(files, File{Size: -1})
		if keep, err := fileJSON(s, l, &files[len(files)-1]); err != nil || !keep {
			files = files[:len(files)-1]
			return err
		}
		return nil
	})
	return files, err
}

// fileJSON reads one file into f. keep is false when it can't be used.
func fileJSON(s *scanner, l *links, f *File) (keep bool, err error) {
	var href, name string
	var core metadataMark
	var old [2]int // where the older keys' values start, 0 for none
	err = s.object(func(key string) (err error) {
		switch key {
		case "filename":
			name, _, err = s.stringOr()
		case "url":
			href, _, err = s.stringOr()
		case "hashes":
			f.Hashes, err = hashesJSON(s)
		case "requires-python":
			f.RequiresPython, _, err = s.stringOr()
		case "yanked":
			err = yankedJSON(s, f)
		case "size":
			f.Size, err = sizeJSON(s)
		case "upload-time":
			err = uploadJSON(s, f)
		case "core-metadata":
			err = core.read(s)
		case "dist-info-metadata":
			old[0] = s.at
			err = s.skip(0)
		case "data-dist-info-metadata":
			old[1] = s.at
			err = s.skip(0)
		default:
			err = s.skip(0)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	// PEP 714: the new key counts where it is present, whatever it says.
	for _, at := range old {
		if at > 0 && !core.present {
			if err := core.read(&scanner{text: s.text, at: at}); err != nil {
				return false, err
			}
		}
	}
	f.HasMetadata, f.MetadataHashes = core.has, core.hashes
	return l.fill(f, href, name), nil
}

// metadataMark is what a page says of a separate metadata file.
type metadataMark struct {
	present, has bool
	hashes       Digests
}

// read reads true, false, or a dictionary of digests, which means true.
func (m *metadataMark) read(s *scanner) error {
	*m = metadataMark{present: true}
	switch s.next() {
	case '{':
		hashes, err := hashesJSON(s)
		m.has, m.hashes = true, hashes
		return err
	case 't':
		m.has = true
	}
	return s.skip(0)
}

func hashesJSON(s *scanner) (Digests, error) {
	if s.next() != '{' {
		return nil, s.skip(0)
	}
	var hashes Digests
	err := s.object(func(key string) error {
		digest, ok, err := s.stringOr()
		if err == nil && ok && digest != "" {
			hashes.add(key, digest)
		}
		return err
	})
	return hashes, err
}

// yankedJSON reads a boolean, or a reason, which means true unless it is empty.
func yankedJSON(s *scanner, f *File) error {
	f.Yanked, f.YankedReason = false, ""
	switch s.next() {
	case '"':
		reason, err := s.str()
		f.Yanked, f.YankedReason = reason != "", reason
		return err
	case 't':
		f.Yanked = true
	}
	return s.skip(0)
}

func sizeJSON(s *scanner) (int64, error) {
	if c := s.next(); c < '0' || c > '9' {
		return -1, s.skip(0)
	}
	text, err := s.number()
	if err != nil {
		return -1, err
	}
	size, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1, nil // a fraction, or more than any file has
	}
	return size, nil
}

func uploadJSON(s *scanner, f *File) error {
	f.UploadTime = time.Time{}
	text, ok, err := s.stringOr()
	if !ok {
		return err
	}
	if uploaded, err := time.Parse(time.RFC3339, text); err == nil {
		f.UploadTime = uploaded.UTC()
	}
	return nil
}

// namesJSON reads the names of the projects on an index's root page.
func namesJSON(text string) []string {
	s := &scanner{text: text}
	var names []string
	_ = s.object(func(key string) error {
		if key != "projects" || s.next() != '[' {
			return s.skip(0)
		}
		return s.array(func() error {
			if s.next() != '{' {
				return s.skip(0)
			}
			return s.object(func(key string) error {
				if key != "name" {
					return s.skip(0)
				}
				name, ok, err := s.stringOr()
				if ok {
					names = append(names, name)
				}
				return err
			})
		})
	})
	return names
}
