package resolve

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// A catalog holds what the indexes say about projects and what files say
// about themselves, once for all targets. It is safe for concurrent use.
type catalog struct {
	index    lister
	files    reader
	projects once[string, *project]
	metadata once[string, dist.Metadata]
	listed   atomic.Int64 // the projects asked for
}

// A lister is what the catalog needs of an index.
type lister interface {
	// Project returns what there is of a project; an unknown one is an
	// *index.NotFoundError.
	Project(ctx context.Context, name string) (*index.Project, error)
}

// A reader is what the catalog needs of a fetcher.
type reader interface {
	// Metadata returns the core metadata of a wheel.
	Metadata(ctx context.Context, file index.File) ([]byte, error)
}

// A project is one project's releases, oldest first.
type project struct {
	name     string
	index    string // the index that knows it, "" if only find-links do
	releases []*release
}

// A release is the files of one version.
type release struct {
	version pep440.Version
	wheels  []wheelFile
	sdists  []sdistFile
	// excluded says why files of it don't count, "" if all do.
	excluded string
}

type wheelFile struct {
	file     *index.File // of the page, which is shared
	name     dist.WheelName
	requires pep440.SpecifierSet // its Requires-Python, as the index has it
}

type sdistFile struct {
	file     *index.File
	requires pep440.SpecifierSet
}

// admits reports whether the index says that the file is for the target's Python.
func (w *wheelFile) admits(on *target.Target) bool {
	return w.requires.IsEmpty() || on.Accepts(w.requires)
}

// project asks the indexes for a project, once.
func (c *catalog) project(ctx context.Context, name string) (*project, error) {
	return c.projects.do(ctx, name, func() (*project, error) {
		page, err := c.index.Project(ctx, name)
		if err != nil {
			return nil, err
		}
		c.listed.Add(1)
		return newProject(name, page), nil
	})
}

// newProject groups files by version. Files with names of no known form, or
// of another project, are passed over, as pip does.
func newProject(name string, page *index.Project) *project {
	byVersion := map[string]*release{}
	at := func(v pep440.Version) *release {
		r := byVersion[v.Key()]
		if r == nil {
			r = &release{version: v}
			byVersion[v.Key()] = r
		}
		return r
	}
	pythons := specifiers{}
	tags := map[string][]tag.Tag{} // by their text: most wheels have those of others
	for i := range page.Files {
		file := &page.Files[i]
		if wheel, err := dist.ParseWheelName(file.Name); err == nil {
			if wheel.Name == name {
				if same, ok := tags[wheel.TagText()]; ok {
					wheel.Tags = same
				}
				tags[wheel.TagText()] = wheel.Tags
				r := at(wheel.Version)
				if file.Excluded != "" {
					r.excluded = file.Excluded
					continue
				}
				r.wheels = append(r.wheels, wheelFile{file, wheel, pythons.read(file.RequiresPython)})
			}
			continue
		}
		if sdist, err := dist.ParseSdistNameFor(file.Name, name); err == nil {
			r := at(sdist.Version)
			if file.Excluded != "" {
				r.excluded = file.Excluded
				continue
			}
			r.sdists = append(r.sdists, sdistFile{file, pythons.read(file.RequiresPython)})
		}
	}
	p := &project{name: name, index: page.Index}
	for _, r := range byVersion {
		p.releases = append(p.releases, r)
	}
	slices.SortFunc(p.releases, func(a, b *release) int { return a.version.Compare(b.version) })
	return p
}

// specifiers remembers the sets that texts stand for. What is malformed does
// not restrict.
type specifiers map[string]pep440.SpecifierSet

func (s specifiers) read(text string) pep440.SpecifierSet {
	set, ok := s[text]
	if !ok && text != "" {
		set, _ = pep440.ParseSpecifierSet(text)
		s[text] = set
	}
	return set
}

// find returns the place of a version's release, −1 if there is none.
func (p *project) find(v pep440.Version) int {
	i, ok := slices.BinarySearchFunc(p.releases, v, func(r *release, v pep440.Version) int { return r.version.Compare(v) })
	if !ok {
		return -1
	}
	return i
}

// tags lists the tags of the release's wheels as their file names have them,
// sorted and each once.
func (r *release) tags() []string {
	var tags []string
	for _, w := range r.wheels {
		tags = append(tags, w.name.TagText())
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// sdist picks the source distribution to build. There must be one.
func (r *release) sdist() pick {
	chosen := &r.sdists[0]
	for i := range r.sdists {
		s := &r.sdists[i]
		if cmp.Or(boolCompare(chosen.file.Yanked, s.file.Yanked), compareFiles(chosen.file, s.file)) > 0 {
			chosen = s
		}
	}
	return pick{file: chosen.file, requires: chosen.requires}
}

// compareFiles orders equal choices by their names, so that a choice never
// depends on the order of a page.
func compareFiles(a, b *index.File) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.URL, b.URL))
}
