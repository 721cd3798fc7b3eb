package index

import (
	"maps"
	"slices"
	"strings"
)

// Digests are the digests of a file, each algorithm once; nil is none. A page may
// announce hundreds of thousands of files, and a map for each would be most of
// what they take.
type Digests []Digest

// A Digest is one of them, in lower case: "sha256" and the hexadecimal digits.
type Digest struct{ Algorithm, Hex string }

// DigestsOf takes them from a map by algorithm, in the order of their names.
func DigestsOf(byAlgorithm map[string]string) Digests {
	var d Digests
	for _, algorithm := range slices.Sorted(maps.Keys(byAlgorithm)) {
		d.add(algorithm, byAlgorithm[algorithm])
	}
	return d
}

// Of returns the digest of an algorithm, "" if there is none.
func (d Digests) Of(algorithm string) string {
	for _, digest := range d {
		if digest.Algorithm == algorithm {
			return digest.Hex
		}
	}
	return ""
}

// ByAlgorithm returns a new map of them, nil of none.
func (d Digests) ByAlgorithm() map[string]string {
	if d == nil {
		return nil
	}
	digests := make(map[string]string, len(d))
	for _, digest := range d {
		digests[digest.Algorithm] = digest.Hex
	}
	return digests
}

// add adds a digest, in the place of one of the same algorithm.
func (d *Digests) add(algorithm, hex string) {
	added := Digest{strings.ToLower(algorithm), strings.ToLower(hex)}
	for i := range *d {
		if (*d)[i].Algorithm == added.Algorithm {
			(*d)[i] = added
			return
		}
	}
	*d = append(*d, added)
}
