package lockfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// grouped is a lock whose packages belong to groups and may have markers: those of
// Poetry, PDM and Pipenv.
type grouped struct {
	pythons  []pep440.SpecifierSet // of which one must hold; none is any Python
	extras   map[string]bool
	groups   map[string]bool
	main     string // the group that is always taken
	packages []groupedPackage
}

type groupedPackage struct {
	Package
	groups []string
	// markers say by group when the package is installed; that of "" is for all
	// groups which have none of their own.
	markers map[string]*pep508.Marker
	// wantedBy are the extras of which one must be chosen, none for a package that
	// is not optional or says so in its marker.
	wantedBy []string
}

// cameFromElsewhere drops what counts only for a package that an index has: the digests
// of its files, which an archive has of its own, and the version of what is no archive.
func (p *groupedPackage) cameFromElsewhere() {
	p.Digests = nil
	if p.Archive == nil {
		p.Version = pep440.Version{}
	}
}

// Select implements Source.
func (l *grouped) Select(w Wanted) (*Selection, error) {
	if err := known("extra", w.Extras, slices.Collect(maps.Keys(l.extras))); err != nil {
		return nil, err
	}
	if err := known("dependency group", w.Groups, slices.Collect(maps.Keys(l.groups))); err != nil {
		return nil, err
	}
	if err := l.checkPython(w.Python); err != nil {
		return nil, err
	}
	var chosen []string
	if !w.NoDefaultGroups {
		chosen = append(chosen, l.main)
	}
	for _, name := range w.Groups {
		chosen = append(chosen, pep508.NormalizeName(name))
	}
	s := &Selection{}
	seen := map[string]bool{}
	for i := range l.packages {
		p := &l.packages[i]
		holds, err := p.wanted(s, w, chosen)
		if err != nil {
			return nil, fmt.Errorf("evaluating the marker of %s: %w", p.Name, err)
		}
		if !holds {
			continue
		}
		if seen[p.Name] {
			return nil, &AmbiguousError{Name: p.Name}
		}
		seen[p.Name] = true
		s.Packages = append(s.Packages, &p.Package)
	}
	return s, nil
}

func (l *grouped) checkPython(v pep440.Version) error {
	var texts []string
	for _, set := range l.pythons {
		if set.Contains(v) {
			return nil
		}
		texts = append(texts, set.String())
	}
	if len(texts) == 0 {
		return nil
	}
	return &UncoveredError{Reason: "it needs Python " + strings.Join(texts, " or ")}
}

// wanted reports whether one of the chosen groups has the package here.
func (p *groupedPackage) wanted(s *Selection, w Wanted, chosen []string) (bool, error) {
	if len(p.wantedBy) > 0 && !slices.ContainsFunc(w.Extras, func(extra string) bool {
		return slices.Contains(p.wantedBy, pep508.NormalizeName(extra))
	}) {
		return false, nil
	}
	wanted := false
	for _, group := range p.groups {
		if !slices.Contains(chosen, group) {
			continue
		}
		marker, own := p.markers[group]
		if !own {
			marker = p.markers[""]
		}
		holds, err := s.evaluate(marker, w)
		if err != nil {
			return false, err
		}
		wanted = wanted || holds
	}
	return wanted, nil
}

// evaluate evaluates a marker as distributions have it, and notes what of it
// depends on the environment.
func (s *Selection) evaluate(m *pep508.Marker, w Wanted) (bool, error) {
	holds, err := m.Evaluate(w.Environment, append([]string{""}, w.Extras...)...)
	if err != nil || m == nil {
		return holds, err
	}
	for _, extra := range append([]string{""}, w.Extras...) {
		truth, err := m.Evaluate(w.Environment, extra)
		if err != nil {
			return false, err
		}
		c, ok := Consult(m, pep508.NormalizeName(extra), truth)
		if ok && !slices.ContainsFunc(s.Consulted, func(other Consulted) bool { return other.Marker.String() == c.Marker.String() }) {
			s.Consulted = append(s.Consulted, c)
		}
	}
	return holds, nil
}

// namesOf returns normalised names as a set.
func namesOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[pep508.NormalizeName(name)] = true
	}
	return set
}

// normalised returns the names in their normal form.
func normalised(names []string) []string {
	made := make([]string, len(names))
	for i, name := range names {
		made[i] = pep508.NormalizeName(name)
	}
	return made
}

// anyMarker reads a marker as other tools write it: "*" and "" are none.
func (t table) anyMarker(key, text string) *pep508.Marker {
	if text = strings.TrimSpace(text); text == "" || text == "*" {
		return nil
	}
	return t.parseMarker(key, text)
}

// anyVersion reads a version.
func (t table) anyVersion(text string) pep440.Version {
	if text == "" {
		return pep440.Version{}
	}
	v, err := pep440.Parse(text)
	if err != nil {
		t.fail("version", "%v", err)
	}
	return v
}

// digests reads "sha256:..." texts.
func (t table) digests(key string, texts []string) []string {
	var digests []string
	for _, text := range texts {
		algorithm, value, ok := strings.Cut(text, ":")
		if !ok || value == "" {
			t.fail(key, "%q is no digest", text)
		}
		if slices.Contains(strong, strings.ToLower(algorithm)) {
			digests = append(digests, strings.ToLower(text))
		}
	}
	return digests
}

// hashesOf returns the first digest of each algorithm.
func hashesOf(digests []string) map[string]string {
	hashes := map[string]string{}
	for _, text := range digests {
		algorithm, value, _ := strings.Cut(text, ":")
		if hashes[algorithm] == "" {
			hashes[algorithm] = value
		}
	}
	return hashes
}

// place makes an archive of a URL or a path.
func place(address string, digests []string) *File {
	f := &File{Size: -1, Hashes: hashesOf(digests)}
	if strings.Contains(address, "://") {
		f.URL, _, _ = strings.Cut(address, "#")
	} else {
		f.Path = address
	}
	return f
}
