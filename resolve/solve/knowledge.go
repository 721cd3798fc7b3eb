package solve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// knowledge remembers the provider's answers and what they gave away about other projects. It outlives a restart.
type knowledge struct {
	rules    *rules
	provider Provider

	listings map[string]*listing
	releases map[releaseKey]*release
	// directs are the direct references of each project that anything read so far has.
	directs map[string][]direct
	// asked are the projects whose pre-releases a distribution asked for.
	asked map[string]bool
	// pythons remembers which texts of Requires-Python the target satisfies.
	pythons map[string]bool
	hinted  map[releaseKey]bool
}

func newKnowledge(r *rules, provider Provider) *knowledge {
	return &knowledge{
		rules:    r,
		provider: provider,
		listings: make(map[string]*listing),
		releases: make(map[releaseKey]*release),
		directs:  make(map[string][]direct),
		asked:    make(map[string]bool),
		pythons:  make(map[string]bool),
		hinted:   make(map[releaseKey]bool),
	}
}

// listing is what the index has of a project, in ascending order.
type listing struct {
	candidates []Candidate
	missing    *NotFound
}

// direct is the candidate behind a direct reference.
type direct struct {
	url       string // identifies it
	candidate Candidate
	problem   string // why there is none
}

type releaseKey struct {
	name    string
	version string // its key
	url     string // of a direct reference
}

func (k *knowledge) listing(ctx context.Context, name string) (*listing, error) {
	if l, ok := k.listings[name]; ok {
		return l, nil
	}
	l := &listing{}
	candidates, err := k.provider.Candidates(ctx, name)
	switch {
	case err == nil:
		order := func(a, b Candidate) int { return a.Version.Compare(b.Version) }
		if !slices.IsSortedFunc(candidates, order) {
			candidates = slices.Clone(candidates)
			slices.SortFunc(candidates, order)
		}
		l.candidates = candidates
	case !errors.As(err, &l.missing):
		return nil, fmt.Errorf("listing the versions of %s: %w", name, err)
	}
	k.listings[name] = l
	return l, nil
}

// direct looks at the candidate behind d's URL. It is new if no reference to the URL has been seen before.
func (k *knowledge) direct(ctx context.Context, d dependency) (isNew bool, err error) {
	url := canonicalURL(d.url)
	for _, known := range k.directs[d.name] {
		if known.url == url {
			return false, nil
		}
	}
	found := direct{url: url}
	q := pep508.Requirement{Name: d.name, Extras: d.extras, URL: d.url}
	candidate, err := k.provider.Direct(ctx, q)
	var unusable *Unusable
	var missing *NotFound
	switch {
	case err == nil:
		if candidate.Direct == "" {
			candidate.Direct = d.url
		}
		found.candidate = candidate
	case errors.As(err, &unusable):
		found.problem = unusable.Reason
	case errors.As(err, &missing):
		found.problem = "there is nothing at that URL"
	default:
		return false, fmt.Errorf("reading %s: %w", q, err)
	}
	k.directs[d.name] = append(k.directs[d.name], found)
	return true, nil
}

// canonicalURL leaves out of a URL's fragment what does not change the distribution it leads to.
func canonicalURL(url string) string {
	base, fragment, ok := strings.Cut(url, "#")
	if !ok {
		return url
	}
	for _, part := range strings.Split(fragment, "&") {
		if strings.HasPrefix(part, "subdirectory=") {
			return base + "#" + part
		}
	}
	return base
}

// pythonFits reports whether the target satisfies a Requires-Python of an index. What is malformed does not restrict.
func (k *knowledge) pythonFits(text string) bool {
	if text == "" {
		return true
	}
	fits, ok := k.pythons[text]
	if !ok {
		specifiers, err := pep440.ParseSpecifierSet(text)
		fits = err != nil || specifiers.Contains(k.rules.Python)
		k.pythons[text] = fits
	}
	return fits
}

// prefetch passes a hint on, once.
func (k *knowledge) prefetch(name string, versions ...pep440.Version) {
	if len(versions) == 0 {
		key := releaseKey{name: name}
		if k.listings[name] == nil && !k.hinted[key] {
			k.hinted[key] = true
			k.provider.Prefetch(name, nil)
		}
		return
	}
	fresh := versions[:0]
	for _, v := range versions {
		key := releaseKey{name: name, version: v.Key()}
		if k.releases[key] == nil && !k.hinted[key] {
			k.hinted[key] = true
			fresh = append(fresh, v)
		}
	}
	if len(fresh) > 0 {
		k.provider.Prefetch(name, fresh)
	}
}
