package reqfile

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Options are what option lines of a requirements file can set.
type Options struct {
	// IndexURL is "" if nothing sets it.
	IndexURL       string
	ExtraIndexURLs []string
	// FindLinks are URLs or paths. A path relative to the requirements file
	// is absolute if something is there; any other stands as it was given.
	FindLinks []string
	// NoIndex switches all indexes off, those of later lines too.
	NoIndex bool
	// RequireHashes and NoRequireHashes are never both set.
	RequireHashes   bool
	NoRequireHashes bool
	// Pre allows pre-releases of every project.
	Pre bool
	// AllReleases and OnlyFinal name projects whose pre-releases are allowed
	// or refused.
	AllReleases, OnlyFinal Names
	PreferBinary           bool
	// NoBinary and OnlyBinary name projects that must be built from source,
	// or must not.
	NoBinary, OnlyBinary Names
	// TrustedHosts are host or host:port.
	TrustedHosts []string
	// Features are the values of --use-feature; they have no effect.
	Features []string
}

// Names is a set of normalised project names, sorted. ":all:" stands for
// every project that the set's opposite does not name.
type Names []string

// The words that stand among names for all projects and for none.
const (
	everything = ":all:"
	nothing    = ":none:"
)

// Has reports whether the set names the project itself, not by ":all:".
func (n Names) Has(project string) bool {
	_, found := slices.BinarySearch(n, pep508.NormalizeName(project))
	return found
}

// All reports whether the set has ":all:".
func (n Names) All() bool {
	_, found := slices.BinarySearch(n, everything)
	return found
}

// Formats reports whether wheels and source distributions of a project may be
// used. A name wins over ":all:", and OnlyBinary over NoBinary.
func (o *Options) Formats(project string) (wheels, sources bool) {
	switch favour(project, o.OnlyBinary, o.NoBinary) {
	case first:
		return true, false
	case second:
		return false, true
	default:
		return true, true
	}
}

// Prereleases reports whether pre-releases of a project are allowed or refused
// by name or for all; both are false if nothing is said about it.
func (o *Options) Prereleases(project string) (allowed, refused bool) {
	switch favour(project, o.OnlyFinal, o.AllReleases) {
	case first:
		return false, true
	case second:
		return true, false
	default:
		return o.Pre, false
	}
}

// A side is one of two opposite sets.
type side int

const (
	neither side = iota
	first
	second
)

// favour says which of two opposite sets speaks for a project.
func favour(project string, a, b Names) side {
	switch {
	case a.Has(project):
		return first
	case b.Has(project):
		return second
	case a.All():
		return first
	case b.All():
		return second
	default:
		return neither
	}
}

// Add reads the value of an option such as --only-binary, names separated by
// commas. Each name leaves the opposite set, as pip does it: ":all:" empties
// both sets before, ":none:" empties n.
func (n *Names) Add(value string, opposite *Names) {
	names := strings.Split(value, ",")
	for {
		at := slices.Index(names, everything)
		if at < 0 {
			break
		}
		*opposite, *n = nil, Names{everything}
		names = names[at+1:]
		if !slices.Contains(names, nothing) {
			return
		}
	}
	for _, name := range names {
		if name == nothing {
			*n = nil
			continue
		}
		name = pep508.NormalizeName(name)
		*opposite = opposite.without(name)
		*n = n.with(name)
	}
}

// setNames reads an option that adds to a set of names, and reports whether it
// is one.
func (o *Options) setNames(option setting) bool {
	switch option.name {
	case "no-binary":
		o.NoBinary.Add(option.value, &o.OnlyBinary)
	case "only-binary":
		o.OnlyBinary.Add(option.value, &o.NoBinary)
	case "all-releases":
		o.AllReleases.Add(option.value, &o.OnlyFinal)
	case "only-final":
		o.OnlyFinal.Add(option.value, &o.AllReleases)
	default:
		return false
	}
	return true
}

// setIndexes applies the index options of one line: an index URL replaces all
// indexes that went before, the extra ones too, and --no-index forbids any.
func (o *Options) setIndexes(index string, extra []string) {
	if o.NoIndex {
		o.IndexURL, o.ExtraIndexURLs = "", nil
		return
	}
	if index != "" {
		o.IndexURL, o.ExtraIndexURLs = index, nil
	}
	o.ExtraIndexURLs = append(o.ExtraIndexURLs, extra...)
}

// clone copies what appending would write into.
func (o *Options) clone() Options {
	c := *o
	c.ExtraIndexURLs = slices.Clone(o.ExtraIndexURLs)
	c.FindLinks = slices.Clone(o.FindLinks)
	c.TrustedHosts = slices.Clone(o.TrustedHosts)
	c.Features = slices.Clone(o.Features)
	return c
}

// with and without copy, since the sets of a caller's Options are shared.
func (n Names) with(name string) Names {
	at, found := slices.BinarySearch(n, name)
	if found {
		return n
	}
	return slices.Insert(slices.Clone(n), at, name)
}

func (n Names) without(name string) Names {
	at, found := slices.BinarySearch(n, name)
	if !found {
		return n
	}
	return slices.Delete(slices.Clone(n), at, at+1)
}
