package condition

import (
	"fmt"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// maxPart is the highest number of a key.
const maxPart = 999_999_999

// levels has the suffixes of the versions that have keys, by the level of the key.
var levels = [...]string{
	manifest.Dev: ".dev", manifest.Alpha: "a", manifest.Beta: "b", manifest.Candidate: "rc", manifest.Final: "", manifest.Post: ".post",
}

// spans returns where holds is true among the versions that have keys. The truth may depend on nothing but how the
// version compares with those of landmarks, and on which parts they share.
func spans(holds func(pep440.Version) bool, landmarks []pep440.Version) []manifest.Span {
	cuts := []manifest.Key{{}}
	for _, v := range landmarks {
		cuts = append(cuts, cutsAt(v)...)
	}
	slices.SortFunc(cuts, manifest.Key.Compare)
	cuts = slices.Compact(cuts)
	// Every cut lies before a version, and between two of them the truth is that of the first version.
	var found []manifest.Span
	before := false
	for i, cut := range cuts {
		truth := holds(versionOf(cut))
		switch {
		case truth && !before:
			span := manifest.Span{}
			if i > 0 {
				span.Low, span.LowInclusive = &cuts[i], true
			}
			found = append(found, span)
		case !truth && before:
			found[len(found)-1].High = &cuts[i]
		}
		before = truth
	}
	return found
}

// versionOf returns a version that has the key.
func versionOf(k manifest.Key) pep440.Version {
	text := fmt.Sprintf("%d.%d.%d%s", k[0], k[1], k[2], levels[k[3]])
	if k[3] != manifest.Final {
		text += fmt.Sprint(k[4])
	}
	return pep440.MustParse(text)
}

// cutsAt returns the keys before which a truth can change that depends on v: where the releases of each prefix of v's
// begin and end, where the levels of v's own release begin, and where versions have the numbers of v's suffixes.
func cutsAt(v pep440.Version) []manifest.Key {
	var release [3]int
	for i, n := range v.Release() {
		part, ok := n.Int()
		if i == len(release) {
			break
		}
		if !ok || part > maxPart {
			part = maxPart + 1
		}
		release[i] = part
	}
	serials := []int{0}
	_, pre, _ := v.Pre()
	post, _ := v.Post()
	dev, _ := v.Dev()
	for _, n := range []pep440.Number{pre, post, dev} {
		if serial, ok := n.Int(); ok {
			serials = append(serials, serial, serial+1)
		}
	}
	cuts := []manifest.Key{
		{release[0]}, {release[0] + 1},
		{release[0], release[1]}, {release[0], release[1] + 1},
		{release[0], release[1], release[2]}, {release[0], release[1], release[2] + 1},
	}
	for level := range levels {
		for _, serial := range serials {
			if level != manifest.Final || serial == 0 {
				cuts = append(cuts, manifest.Key{release[0], release[1], release[2], level, serial})
			}
		}
	}
	// What has a number too large has no key, and neither has anything near it.
	return slices.DeleteFunc(cuts, func(k manifest.Key) bool {
		return slices.ContainsFunc(k[:], func(n int) bool { return n > maxPart })
	})
}
