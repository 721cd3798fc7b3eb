package manifest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

func wrong(where, format string, arguments ...any) error {
	return &FormatError{Where: where, Reason: fmt.Sprintf(format, arguments...)}
}

// validate checks all that a reader relies on.
func (m *Manifest) validate() error {
	if err := validFormat(m.Format); err != nil {
		return err
	}
	if err := m.EntryPoint.validate("entry_point"); err != nil {
		return err
	}
	if err := m.validateCommands(); err != nil {
		return err
	}
	if err := m.Options.validate(); err != nil {
		return err
	}
	if err := validTexts("requirements", append(slices.Clone(m.Requirements), m.Generator)...); err != nil {
		return err
	}
	files := map[string]bool{}
	for i, w := range m.Wheels {
		where := fmt.Sprintf("wheels[%d]", i)
		if err := w.validate(where); err != nil {
			return err
		}
		// File systems may not tell names apart by case.
		if folded := strings.ToLower(w.File); files[folded] {
			return wrong(where, "a second wheel is called %s", w.File)
		} else {
			files[folded] = true
		}
	}
	if len(m.Targets) == 0 {
		return wrong("targets", "there are none")
	}
	names := map[string]bool{}
	for i, t := range m.Targets {
		where := fmt.Sprintf("targets[%d]", i)
		if names[t.Name] {
			return wrong(where, "a second target is called %s", t.Name)
		}
		names[t.Name] = true
		if err := t.validate(where, m.Wheels); err != nil {
			return err
		}
	}
	if err := m.validatePacking(); err != nil {
		return err
	}
	return m.validateBytecode()
}

func (e EntryPoint) validate(where string) error {
	needs := map[Kind][4]bool{ // module, attribute, script, distribution
		Callable:    {true, true, e.Script != "", e.Script != ""},
		Module:      {true, false, false, false},
		Script:      {false, false, true, true},
		Interpreter: {},
		Busybox:     {},
	}
	need, ok := needs[e.Kind]
	if !ok {
		return wrong(where+".kind", "%q is unknown", e.Kind)
	}
	fields := []struct {
		name, value string
		valid       func(string) bool
	}{
		{"module", e.Module, IsDottedName}, {"attribute", e.Attribute, IsDottedName},
		{"script", e.Script, IsFileName}, {"distribution", e.Distribution, isNormalizedName},
	}
	for i, f := range fields {
		switch {
		case f.value == "" && need[i]:
			return wrong(where+"."+f.name, "a %s needs one", e.Kind)
		case f.value != "" && !need[i]:
			return wrong(where+"."+f.name, "a %s has none", e.Kind)
		case f.value != "" && !f.valid(f.value):
			return wrong(where+"."+f.name, "%q is not a name", f.value)
		}
	}
	return nil
}

func (w Wheel) validate(where string) error {
	switch {
	case !isWheelFile(w.File):
		return wrong(where+".file", "%q is not the file name of a wheel", w.File)
	case !isDigest(w.SHA256):
		return wrong(where+".sha256", "%q is not a sha256", w.SHA256)
	case w.Size < 0:
		return wrong(where+".size", "%d is negative", w.Size)
	case !isNormalizedName(w.Name):
		return wrong(where+".name", "%q is not a normalised name", w.Name)
	case normalize(w.File[:strings.IndexByte(w.File, '-')]) != w.Name:
		return wrong(where+".name", "%s is not a wheel of %s", w.File, w.Name)
	case !isVersionText(w.Version):
		return wrong(where+".version", "%q is not a version", w.Version)
	case w.Role != Dependency && w.Role != Sources:
		return wrong(where+".role", "%q is unknown", w.Role)
	case len(w.Tags) == 0:
		return wrong(where+".tags", "there are none")
	}
	for _, tag := range w.Tags {
		if !isTag(tag) {
			return wrong(where+".tags", "%q is not a tag", tag)
		}
	}
	for _, name := range w.Requires {
		if bare, _, _ := strings.Cut(name, "["); !isNormalizedName(bare) {
			return wrong(where+".requires", "%q is not a normalised name", name)
		}
	}
	texts := append(slices.Clone(w.Requires), w.RequiresPython, w.DirectURL)
	if w.Built != nil {
		texts = append(append(texts, w.Built.Requires...), w.Built.Source, w.Built.Backend)
	}
	return validTexts(where, texts...)
}

func (t Target) validate(where string, wheels []Wheel) error {
	if t.Name == "" {
		return wrong(where+".name", "is empty")
	}
	if err := validTexts(where, t.Name, t.Python, t.Implementation); err != nil {
		return err
	}
	previous, names := -1, map[string]bool{}
	for _, index := range t.Wheels {
		if index <= previous || index >= len(wheels) {
			return wrong(where+".wheels", "index %d is out of range or order", index)
		}
		previous = index
		if name := wheels[index].Name; names[name] {
			return wrong(where+".wheels", "%s is there twice", name)
		} else {
			names[name] = true
		}
	}
	for i, c := range t.Conditions {
		where := fmt.Sprintf("%s.conditions[%d]", where, i)
		if err := validTexts(where, c.By, c.Text); err != nil {
			return err
		}
		if err := c.Test.validate(); err != nil {
			return wrong(where+".test", "%v", err)
		}
	}
	return nil
}

// validTexts checks that texts can be printed: readers show them on terminals.
func validTexts(where string, texts ...string) error {
	for _, text := range texts {
		if !isText(text) {
			return wrong(where, "%q has control characters or is not UTF-8", text)
		}
	}
	return nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 })
}
