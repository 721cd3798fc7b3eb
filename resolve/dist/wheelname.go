package dist

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
)

// A WheelName is what a wheel's file name says.
type WheelName struct {
	Name     string // normalised
	NameText string // as written
	Version  pep440.Version
	Build    Build
	Tags     []tag.Tag // every tag that the compressed set stands for
	tagText  string
}

// TagText returns the compressed tag set as written: "py2.py3-none-any".
func (w WheelName) TagText() string { return w.tagText }

// String returns the file name with all parts normalised. It parses to an
// equal WheelName, but for NameText.
func (w WheelName) String() string {
	parts := []string{strings.ReplaceAll(w.Name, "-", "_"), w.Version.String()}
	if w.Build != (Build{}) {
		parts = append(parts, w.Build.String())
	}
	return strings.Join(append(parts, w.tagText), "-") + ".whl"
}

// A Build is a build tag, which decides between wheels that are alike. The zero
// value stands for none and sorts before all others.
type Build struct {
	Number string // decimal digits without leading zeros, "" for none
	Text   string // what follows the digits
}

// String returns the build tag, "" for none.
func (b Build) String() string { return b.Number + b.Text }

// Compare orders builds by number, then by text: negative if b sorts before c.
func (b Build) Compare(c Build) int {
	return cmp.Or(cmp.Compare(len(b.Number), len(c.Number)), strings.Compare(b.Number, c.Number), strings.Compare(b.Text, c.Text))
}

// A FileNameError says why a file name is none of a distribution.
type FileNameError struct {
	File   string
	Reason string
	Err    error // what is wrong with the part, may be nil
}

func (e *FileNameError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("file name %q: %s: %v", e.File, e.Reason, e.Err)
	}
	return fmt.Sprintf("file name %q: %s", e.File, e.Reason)
}

func (e *FileNameError) Unwrap() error { return e.Err }

// ParseWheelName parses a wheel's file name as packaging.utils does, and
// refuses what could not be one file's name. The error is a *FileNameError.
func ParseWheelName(file string) (WheelName, error) {
	stem, ok := strings.CutSuffix(file, ".whl")
	if !ok {
		return WheelName{}, &FileNameError{File: file, Reason: "a wheel's name ends in .whl"}
	}
	if err := checkFileName(file); err != nil {
		return WheelName{}, err
	}
	dashes := strings.Count(stem, "-")
	if dashes != 4 && dashes != 5 {
		return WheelName{}, &FileNameError{File: file, Reason: fmt.Sprintf("a wheel's name has five or six parts, not %d", dashes+1)}
	}
	nameText, rest, _ := strings.Cut(stem, "-")
	versionText, tagText, _ := strings.Cut(rest, "-")
	if !isEscapedName(nameText) {
		return WheelName{}, &FileNameError{File: file, Reason: fmt.Sprintf("%q is not the name of a project", nameText)}
	}
	w := WheelName{Name: pep508.NormalizeName(nameText), NameText: nameText}
	var err error
	if w.Version, err = pep440.Parse(versionText); err != nil {
		return WheelName{}, &FileNameError{File: file, Reason: "bad version", Err: err}
	}
	if dashes == 5 {
		var build string
		build, tagText, _ = strings.Cut(tagText, "-")
		if w.Build, err = parseBuild(build); err != nil {
			return WheelName{}, &FileNameError{File: file, Reason: fmt.Sprintf("bad build tag %q", build), Err: err}
		}
	}
	if w.Tags, err = tag.Parse(tagText); err != nil {
		return WheelName{}, &FileNameError{File: file, Reason: "bad tags", Err: err}
	}
	w.tagText = tagText
	return w, nil
}

// checkFileName refuses names that would lead elsewhere when a file of that
// name is written. packaging leaves this to its callers.
func checkFileName(file string) error {
	for _, r := range file {
		if r == '/' || r == '\\' || unicode.IsControl(r) {
			return &FileNameError{File: file, Reason: fmt.Sprintf("%q cannot stand in a file name", r)}
		}
	}
	return nil
}

// isEscapedName reports whether s may be the first part of a wheel's name: word
// characters and dots, underscores only one at a time.
func isEscapedName(s string) bool {
	for _, r := range s {
		if r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return false
		}
	}
	return s != "" && !strings.Contains(s, "__")
}

func parseBuild(text string) (Build, error) {
	rest := strings.TrimLeft(text, "0123456789")
	digits := text[:len(text)-len(rest)]
	if digits == "" {
		return Build{}, errors.New("it must begin with a digit")
	}
	number := strings.TrimLeft(digits, "0")
	if number == "" {
		number = "0"
	}
	return Build{Number: number, Text: rest}, nil
}
