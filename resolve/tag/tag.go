// Package tag knows platform compatibility tags: what a wheel says it runs on
// and, in order of preference, what an interpreter takes.
//
// The format is PEP 425 with PEP 600 (manylinux), PEP 656 (musllinux), PEP 730
// (iOS), PEP 738 (Android) and PEP 803 (abi3t); the order is that of
// packaging.tags. The package computes lists from facts given by the caller. It
// does not look at the machine it runs on; see runtime/interpreter for that.
package tag

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Tag is one interpreter, ABI and platform that a wheel is for. The parts
// are in lower case.
type Tag struct {
	Python   string // "cp312", "py3"
	ABI      string // "cp312", "abi3", "none"
	Platform string // "manylinux_2_28_x86_64", "any"
}

// String returns the tag as it stands in a wheel's file name.
func (t Tag) String() string { return t.Python + "-" + t.ABI + "-" + t.Platform }

// A SyntaxError says why a text is not a tag or a compressed tag set.
type SyntaxError struct {
	Input  string
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("invalid tag %q: %s", e.Input, e.Reason) }

// maxExpanded bounds what a compressed tag set may stand for. Real wheels have
// a few dozen tags; an index must not make us allocate millions.
const maxExpanded = 4096

// Parse returns the tags that a compressed tag set stands for (PEP 425:
// "py2.py3-none-any" is two tags), in the order in which they are written and
// each once. The error is a *SyntaxError.
func Parse(text string) ([]Tag, error) {
	pythons, rest, ok := strings.Cut(text, "-")
	abis, platforms, both := strings.Cut(rest, "-")
	if !ok || !both || strings.Contains(platforms, "-") {
		return nil, &SyntaxError{text, "it must have three parts joined by dashes"}
	}
	size := 1
	for _, part := range [...]string{pythons, abis, platforms} {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || strings.Contains(part, "..") {
			return nil, &SyntaxError{text, "a part is empty"}
		}
		if size *= strings.Count(part, ".") + 1; size > maxExpanded {
			return nil, &SyntaxError{text, fmt.Sprintf("it stands for more than %d tags", maxExpanded)}
		}
	}
	pythons, abis, platforms = strings.ToLower(pythons), strings.ToLower(abis), strings.ToLower(platforms)
	tags := make([]Tag, 0, size)
	for python := range strings.SplitSeq(pythons, ".") {
		if !isIdentifier(python) {
			return nil, &SyntaxError{text, fmt.Sprintf("%q is not an interpreter", python)}
		}
		for abi := range strings.SplitSeq(abis, ".") {
			for platform := range strings.SplitSeq(platforms, ".") {
				if tag := (Tag{python, abi, platform}); size == 1 || !slices.Contains(tags, tag) {
					tags = append(tags, tag)
				}
			}
		}
	}
	return tags, nil
}

// IsSorted reports whether the parts of a compressed tag set are written in the
// sorted order that PEP 425 asks for. Many wheels have them in another, and
// Parse does not mind.
func IsSorted(text string) bool {
	for part := range strings.SplitSeq(text, "-") {
		if !slices.IsSorted(strings.Split(part, ".")) {
			return false
		}
	}
	return true
}

// isIdentifier reports whether s is an identifier of Python, which packaging
// asks of an interpreter: "2" of the file foo-1-2.7-none-any.whl is not.
func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}
