package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// MaxSize is the most bytes that a manifest may have.
const MaxSize = 16 << 20

// A VersionError says that a manifest is of a format this program is too old for.
type VersionError struct {
	Format string // of the manifest
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the bundle has format %s, and this program reads format %s: a newer gobundle is needed", e.Format, formatWithPacking)
}

// A FormatError says what is wrong with a manifest.
type FormatError struct {
	Where  string // "wheels[3].file", or "" for the whole
	Reason string
}

func (e *FormatError) Error() string {
	if e.Where == "" {
		return "manifest: " + e.Reason
	}
	return "manifest: " + e.Where + ": " + e.Reason
}

// Encode returns the manifest's bytes, the same for equal manifests. A
// manifest that [Decode] would refuse is a [*FormatError].
func (m *Manifest) Encode() ([]byte, error) {
	complete := m.complete()
	if err := complete.validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(complete); err != nil {
		return nil, wrong("", "%v", err)
	}
	if b.Len() > MaxSize {
		return nil, wrong("", "%d bytes are more than the %d allowed", b.Len(), MaxSize)
	}
	return b.Bytes(), nil
}

// complete returns a copy in which what is absent is an empty list, not a
// null: readers need not ask.
func (m *Manifest) complete() *Manifest {
	c := *m
	if c.Format == "" || c.Format == Format {
		c.Format = c.format()
	}
	c.Requirements = list(c.Requirements)
	c.Wheels = make([]Wheel, len(m.Wheels))
	for i, w := range m.Wheels {
		w.Tags, w.Requires = list(w.Tags), list(w.Requires)
		if w.Built != nil {
			built := *w.Built
			built.Requires = list(built.Requires)
			w.Built = &built
		}
		c.Wheels[i] = w
	}
	c.Targets = make([]Target, len(m.Targets))
	for i, t := range m.Targets {
		t.Wheels, t.Conditions = list(t.Wheels), list(t.Conditions)
		c.Targets[i] = t
	}
	return &c
}

// format is the oldest version that has all that is in the manifest.
func (m *Manifest) format() string {
	switch {
	case m.Recompressed():
		return formatWithPacking
	case len(m.Bytecode) > 0:
		return formatWithBytecode
	}
	return Format
}

func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Decode reads a manifest. It checks whatever a reader relies on: indexes are
// in range, file names are safe to create in a folder on any system, texts can be
// printed. It returns a [*VersionError] for a newer major format, and a
// [*FormatError] for all else that is wrong.
func Decode(encoded []byte) (*Manifest, error) {
	if len(encoded) > MaxSize {
		return nil, wrong("", "%d bytes are more than the %d allowed", len(encoded), MaxSize)
	}
	if err := checkShape(encoded); err != nil {
		return nil, err
	}
	var head struct {
		Format *string `json:"format"`
	}
	if err := json.Unmarshal(encoded, &head); err != nil || head.Format == nil {
		return nil, wrong("format", "is missing or no text")
	}
	if err := validFormat(*head.Format); err != nil { // a newer one may have any shape below
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(encoded, m); err != nil {
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) {
			return nil, wrong(mismatch.Field, "a %s can't be here", mismatch.Value)
		}
		return nil, wrong("", "%v", err)
	}
	m = m.complete()
	if err := m.validate(); err != nil {
		return nil, err
	}
	return m, nil
}

var formatText = lazyregexp.New(`^[0-9]{1,4}\.[0-9]{1,4}$`)

func validFormat(format string) error {
	if !formatText().MatchString(format) {
		return wrong("format", "%q is not of the form major.minor", format)
	}
	major, _, _ := strings.Cut(format, ".")
	got, _ := strconv.Atoi(major)
	switch {
	case got > newestFormat:
		return &VersionError{Format: format}
	case got < 1:
		return wrong("format", "%s was never in use", format)
	}
	return nil
}
