package dist

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// MaxMetadata is the size in bytes of the largest metadata that is read. Real
// ones end before 1 MB, their descriptions included.
const MaxMetadata = 16 << 20

// Metadata is the part of core metadata that resolving needs.
type Metadata struct {
	MetadataVersion string
	Name            string // as written; a valid name
	Version         pep440.Version
	Summary         string
	RequiresPython  pep440.SpecifierSet
	RequiresDist    []pep508.Requirement
	Extras          []string // normalised, in the order of the file, each once
	Dynamic         []string // names of fields in lower case (PEP 643)
	// Warnings says in English what was wrong and passed over, as pip passes
	// over it.
	Warnings []string
}

// A MetadataError says which field of core metadata is missing or wrong.
type MetadataError struct {
	Field string // as the specification spells it, "" for the whole
	Value string // as written, "" where it is missing
	Err   error
}

func (e *MetadataError) Error() string {
	switch {
	case e.Field == "":
		return fmt.Sprintf("metadata: %v", e.Err)
	case e.Value == "":
		return fmt.Sprintf("metadata: %s: %v", e.Field, e.Err)
	}
	return fmt.Sprintf("metadata: %s: %s: %v", e.Field, e.Value, e.Err)
}

func (e *MetadataError) Unwrap() error { return e.Err }

var (
	errMissing  = errors.New("the field is missing")
	errName     = errors.New("it is not the name of a project")
	errTooLarge = fmt.Errorf("it is larger than %d bytes", MaxMetadata)
)

// ParseMetadata reads the headers of a METADATA or PKG-INFO file and nothing of
// the description behind them. It is as tolerant as pip: a Requires-Python that
// is no specifier set is passed over with a warning, invalid UTF-8 is replaced,
// and specifiers of the kinds that old tools wrote (">=3.6.*", a missing comma)
// are understood. A missing or bad Name or Version, and a Requires-Dist that
// can't be read, are errors: of type *MetadataError.
func ParseMetadata(text []byte) (Metadata, error) {
	if len(text) > MaxMetadata {
		return Metadata{}, &MetadataError{Err: errTooLarge}
	}
	var m Metadata
	var version, requiresPython string
	lines := newHeaders(text)
	for {
		name, value, ok := lines.next()
		if !ok {
			break
		}
		switch {
		case is(name, "Requires-Dist"):
			requirement, err := m.requirement(clean(value))
			if err != nil {
				return Metadata{}, &MetadataError{Field: "Requires-Dist", Value: clean(value), Err: err}
			}
			m.RequiresDist = append(m.RequiresDist, requirement)
		case is(name, "Provides-Extra"):
			if extra := pep508.NormalizeName(clean(value)); extra != "" && !slices.Contains(m.Extras, extra) {
				m.Extras = append(m.Extras, extra)
			}
		case is(name, "Dynamic"):
			m.Dynamic = append(m.Dynamic, strings.ToLower(clean(value)))
		case is(name, "Name"):
			first(&m.Name, value)
		case is(name, "Version"):
			first(&version, value)
		case is(name, "Requires-Python"):
			first(&requiresPython, value)
		case is(name, "Summary"):
			first(&m.Summary, value)
		case is(name, "Metadata-Version"):
			first(&m.MetadataVersion, value)
		}
	}
	if err := m.check(version, requiresPython); err != nil {
		return Metadata{}, err
	}
	return m, nil
}

// check fills in the fields of which only the first counts.
func (m *Metadata) check(version, requiresPython string) error {
	if m.Name == "" {
		return &MetadataError{Field: "Name", Err: errMissing}
	}
	if !pep508.IsName(m.Name) {
		return &MetadataError{Field: "Name", Value: m.Name, Err: errName}
	}
	if version == "" {
		return &MetadataError{Field: "Version", Err: errMissing}
	}
	var err error
	if m.Version, err = pep440.Parse(version); err != nil {
		return &MetadataError{Field: "Version", Value: version, Err: err}
	}
	if requiresPython != "" {
		m.RequiresPython, err = pep440.ParseSpecifierSet(requiresPython)
		if err != nil {
			m.RequiresPython, err = pep440.ParseSpecifierSet(repairSpecifiers(requiresPython))
		}
		if err != nil {
			m.Warnings = append(m.Warnings, fmt.Sprintf("Requires-Python %q is no specifier and is passed over", requiresPython))
		}
	}
	return nil
}

// requirement parses a Requires-Dist, if need be after repair.
func (m *Metadata) requirement(text string) (pep508.Requirement, error) {
	requirement, err := pep508.ParseRequirement(text)
	if err == nil {
		return requirement, nil
	}
	repaired := repairRequirement(text)
	requirement, again := pep508.ParseRequirement(repaired)
	if again != nil {
		return pep508.Requirement{}, err
	}
	m.Warnings = append(m.Warnings, fmt.Sprintf("Requires-Dist %q is read as %q", text, repaired))
	return requirement, nil
}

func is(name []byte, field string) bool {
	return len(name) == len(field) && bytes.EqualFold(name, []byte(field))
}

// first sets a field that was not set before.
func first(field *string, value []byte) {
	if *field == "" {
		*field = clean(value)
	}
}

func clean(value []byte) string { return strings.ToValidUTF8(string(value), "\uFFFD") }
