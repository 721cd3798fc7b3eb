package standalone

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

//go:embed catalogue.txt
var catalogue string

// A Release is a distribution that can be had.
type Release struct {
	Version string // "3.12.14"
	Build   string // the day it was made: "20260814"
	System  string // "x86_64-unknown-linux-gnu"
	SHA256  string
}

// File is the name of its archive.
func (r *Release) File() string {
	return fmt.Sprintf("cpython-%s+%s-%s-install_only_stripped.tar.gz", r.Version, r.Build, r.System)
}

// URL is where its archive is.
func (r *Release) URL() string {
	return "https://github.com/astral-sh/python-build-standalone/releases/download/" + r.Build + "/" + strings.Replace(r.File(), "+", "%2B", 1)
}

// An UnknownError says that the catalogue has no distribution of a name.
type UnknownError struct {
	Name   string
	System System
	Known  []string // names for that system, the newest first
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("the catalogue has no %s for %s", e.Name, e.System)
}

var catalogueName = lazyregexp.New(`^cpython-(3\.[0-9]+)(\.[0-9]+)?$`)

// IsName reports whether a text is a name of the catalogue's kind: "cpython-3.12"
// or "cpython-3.12.14".
func IsName(text string) bool { return catalogueName().MatchString(text) }

// Find returns the distribution of a name for a system. The error is an
// [*UnknownError].
func Find(name string, on System) (*Release, error) {
	unknown := &UnknownError{Name: name, System: on}
	wanted := strings.TrimPrefix(name, "cpython-")
	for _, r := range releases() {
		if r.System != on.triple() {
			continue
		}
		if r.Version == wanted || strings.HasPrefix(r.Version, wanted+".") {
			return &r, nil
		}
		unknown.Known = append(unknown.Known, "cpython-"+r.Version)
	}
	return nil, unknown
}

// releases reads the catalogue, the newest version first.
func releases() []Release {
	var all []Release
	for line := range strings.Lines(catalogue) {
		f := strings.Fields(line)
		if len(f) == 4 && f[0] != "#" {
			all = append(all, Release{f[0], f[1], f[2], f[3]})
		}
	}
	slices.SortStableFunc(all, func(a, b Release) int { return slices.Compare(numbers(b.Version), numbers(a.Version)) })
	return all
}

func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			n = -1
		}
		all = append(all, n)
	}
	return all
}
