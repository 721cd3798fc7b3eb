package wheel

import (
	"errors"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// EntryPoint is one line of entry_points.txt.
type EntryPoint struct {
	Group  string   // "console_scripts"
	Name   string   // as written, case kept
	Value  string   // as written: "module:attr.sub [extra]"
	Module string   // "module", or "" if Value isn't an object reference
	Attr   string   // "attr.sub", or "" if Value names a module
	Extras []string // accepted and ignored at run time
}

// EntryPoints returns the wheel's entry points in the order of the file; none
// if there is no entry_points.txt. It returns an [*EntryPointError] if the file
// can't be parsed.
func (w *Wheel) EntryPoints() ([]EntryPoint, error) {
	b, err := w.readFile(w.DistInfo+"/entry_points.txt", maxMetadata)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	points, err := ParseEntryPoints(b)
	var syntax *EntryPointError
	if errors.As(err, &syntax) {
		syntax.Wheel = w.FileName
	}
	return points, err
}

// ParseEntryPoints parses entry_points.txt
// (https://packaging.python.org/en/latest/specifications/entry-points/#file-format).
// The only delimiter is "=". A value that is no object reference is not an
// error: only scripts must be callable. Of two entries with one name in one
// group, both are returned. The error is an [*EntryPointError].
func ParseEntryPoints(b []byte) ([]EntryPoint, error) {
	if !utf8.Valid(b) {
		return nil, &EntryPointError{Reason: "is not UTF-8"}
	}
	var points []EntryPoint
	group, number := "", 0
	for line := range strings.Lines(strings.TrimPrefix(string(b), "\ufeff")) {
		number++
		text := strings.TrimSpace(line)
		wrong := func(reason string) error {
			return &EntryPointError{Line: number, Text: text, Reason: reason}
		}
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		if text[0] == '[' {
			if text[len(text)-1] != ']' {
				return nil, wrong("is a group without its closing bracket")
			}
			group = strings.TrimSpace(text[1 : len(text)-1])
			if group == "" {
				return nil, wrong("is a group without a name")
			}
			continue
		}
		name, value, found := strings.Cut(text, "=")
		point := EntryPoint{Group: group, Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
		switch {
		case !found:
			return nil, wrong("is not NAME = VALUE")
		case group == "":
			return nil, wrong("comes before the first group")
		case point.Name == "":
			return nil, wrong("has no name")
		}
		point.Module, point.Attr, point.Extras, _ = ParseObjectReference(point.Value)
		points = append(points, point)
	}
	return points, nil
}

// ParseObjectReference parses "module", "module:attr.sub", and either with "
// [extra, extra]" after it. ok is false for any other text.
func ParseObjectReference(s string) (module, attr string, extras []string, ok bool) {
	reference := s
	if i := strings.IndexByte(s, '['); i >= 0 {
		list, found := strings.CutSuffix(strings.TrimSpace(s[i+1:]), "]")
		if !found || strings.ContainsAny(list, "[]") {
			return "", "", nil, false
		}
		for extra := range strings.SplitSeq(list, ",") {
			if extra = strings.TrimSpace(extra); extra != "" {
				extras = append(extras, extra)
			}
		}
		reference = s[:i]
	}
	module, attr, hasAttr := strings.Cut(reference, ":")
	module, attr = strings.TrimSpace(module), strings.TrimSpace(attr)
	if !isDotted(module) || hasAttr && !isDotted(attr) {
		return "", "", nil, false
	}
	return module, attr, extras, true
}

// isDotted reports whether s is identifiers joined by dots.
func isDotted(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		for i, r := range part {
			if r != '_' && !unicode.IsLetter(r) && (!unicode.IsNumber(r) || i == 0 && unicode.IsDigit(r)) {
				return false
			}
		}
		if part == "" {
			return false
		}
	}
	return true
}
