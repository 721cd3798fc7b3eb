package fetch

import (
	"crypto/md5"  // #nosec G501 -- announced by some indexes, never the only check asked for
	"crypto/sha1" // #nosec G505 -- as md5
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/index"
)

// check is what a file's bytes must satisfy.
type check struct {
	file      string
	from      string
	want      []digest // one of them, unless there are none
	announced []digest // all of them
	inURL     bool     // these are the user's
}

type digest struct{ algorithm, hex string }

func (d digest) String() string { return d.algorithm + ":" + d.hex }

// digestSizes are the bytes of the digests that are known. Of these, weak ones
// are never enough for what a user asks for.
var digestSizes = map[string]int{"sha256": 32, "sha384": 48, "sha512": 64, "sha1": 20, "md5": 16}

func isWeak(algorithm string) bool { return algorithm == "sha1" || algorithm == "md5" }

func newCheck(file index.File, want []string) (*check, error) {
	// A file that is announced by its own URL has its digest from there.
	c := &check{file: file.Name, from: place(file), inURL: file.URL != "" && file.Index == file.URL}
	if !filepath.IsLocal(file.Name) || strings.ContainsAny(file.Name, `/\`) || file.Name == "." {
		return nil, &FileError{File: c.from, Err: fmt.Errorf("%q is no file name", file.Name)}
	}
	for _, text := range want {
		d, err := parseDigest(file.Name, text)
		if err != nil {
			return nil, err
		}
		c.want = append(c.want, d)
	}
	for _, announced := range file.Hashes {
		if digestSizes[announced.Algorithm] == 0 {
			continue
		}
		d, err := parseDigest(file.Name, announced.Algorithm+":"+announced.Hex)
		if err != nil && !isWeak(announced.Algorithm) {
			return nil, err
		}
		if err != nil {
			d = digest{announced.Algorithm, strings.ToLower(announced.Hex)}
		}
		c.announced = append(c.announced, d)
	}
	slices.SortFunc(c.announced, func(a, b digest) int { return strings.Compare(a.algorithm, b.algorithm) })
	return c, nil
}

// parseDigest reads "algorithm:hex"; "algorithm=hex" is the same.
func parseDigest(file, text string) (digest, error) {
	refuse := func(reason string) (digest, error) {
		return digest{}, &HashFormatError{File: file, Hash: text, Reason: reason}
	}
	algorithm, value, ok := strings.Cut(text, ":")
	if !ok {
		algorithm, value, ok = strings.Cut(text, "=")
	}
	algorithm, value = strings.ToLower(strings.TrimSpace(algorithm)), strings.ToLower(strings.TrimSpace(value))
	size := digestSizes[algorithm]
	switch {
	case !ok:
		return refuse("a digest is written algorithm:hex")
	case isWeak(algorithm):
		return refuse(algorithm + " is too weak; use sha256, sha384 or sha512")
	case size == 0:
		return refuse("unknown algorithm; use sha256, sha384 or sha512")
	}
	if raw, err := hex.DecodeString(value); err != nil || len(raw) != size {
		return refuse("this is not the hexadecimal form of a " + algorithm + " digest")
	}
	return digest{algorithm, value}, nil
}

// place is where a file comes from, as it is shown.
func place(file index.File) string {
	if file.Path != "" {
		return file.Path
	}
	return shown(file.URL)
}

// strong reports whether a wrong file can't pass the check.
func (c *check) strong() bool {
	strong := func(d digest) bool { return !isWeak(d.algorithm) }
	return len(c.want) > 0 || slices.ContainsFunc(c.announced, strong)
}

// sha256s are the digests of that kind the file may have: names in the store.
func (c *check) sha256s() []string {
	var all []string
	for _, d := range slices.Concat(c.announced, c.want) {
		if d.algorithm == "sha256" && !slices.Contains(all, d.hex) {
			all = append(all, d.hex)
		}
	}
	return all
}

// algorithms are those to be computed; sha256 always is.
func (c *check) algorithms() []string {
	all := []string{"sha256"}
	for _, d := range slices.Concat(c.announced, c.want) {
		if !slices.Contains(all, d.algorithm) {
			all = append(all, d.algorithm)
		}
	}
	return all
}

// verify compares the digests of a file by algorithm.
func (c *check) verify(sums map[string]string) error {
	for _, d := range c.announced {
		if got := sums[d.algorithm]; got != d.hex {
			return &HashError{File: c.file, From: c.from, Want: []string{d.String()}, Got: digest{d.algorithm, got}.String(), Announced: !c.inURL, InURL: c.inURL}
		}
	}
	if len(c.want) == 0 {
		return nil
	}
	var want []string
	for _, d := range c.want {
		if sums[d.algorithm] == d.hex {
			return nil
		}
		want = append(want, d.String())
	}
	first := c.want[0].algorithm
	return &HashError{File: c.file, From: c.from, Want: want, Got: digest{first, sums[first]}.String()}
}

// digester computes digests of what is written to it.
type digester struct {
	hashes map[string]hash.Hash
	crc    hash.Hash32
	size   int64
}

func newDigester(algorithms []string) *digester {
	d := &digester{hashes: map[string]hash.Hash{}, crc: crc32.NewIEEE()}
	for _, algorithm := range algorithms {
		switch algorithm {
		case "sha256":
			d.hashes[algorithm] = sha256.New()
		case "sha384":
			d.hashes[algorithm] = sha512.New384()
		case "sha512":
			d.hashes[algorithm] = sha512.New()
		case "sha1":
			d.hashes[algorithm] = sha1.New() // #nosec G401 -- see the import
		case "md5":
			d.hashes[algorithm] = md5.New() // #nosec G401 -- see the import
		}
	}
	return d
}

// Write implements io.Writer; it never fails.
func (d *digester) Write(p []byte) (int, error) {
	for _, h := range d.hashes {
		_, _ = h.Write(p)
	}
	_, _ = d.crc.Write(p)
	d.size += int64(len(p))
	return len(p), nil
}

func (d *digester) sums() map[string]string {
	sums := make(map[string]string, len(d.hashes))
	for algorithm, h := range d.hashes {
		sums[algorithm] = hex.EncodeToString(h.Sum(nil))
	}
	return sums
}
