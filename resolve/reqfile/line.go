package reqfile

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// line reads one logical line: a requirement, an editable, an include, or
// options for all.
func (r *reader) line(ctx context.Context, s *source, l *line) error {
	text, from := splitArguments(l.text)
	words, at, err := splitOptions(l.text, from)
	if err != nil {
		return s.syntaxError(l, &fault{at, 1, err.Error()})
	}
	settings, rest, f := parseOptions(words)
	if f != nil {
		return s.syntaxError(l, f)
	}
	for _, option := range settings {
		if f := option.check(); f != nil {
			return s.syntaxError(l, f)
		}
	}
	for _, w := range rest {
		r.warn(s, l, "%s stands after an option and has no effect", w.text)
	}
	// These count on any line, and before anything else on it.
	settings = slices.DeleteFunc(settings, r.file.Options.setNames)

	is := func(names ...string) func(setting) bool {
		return func(option setting) bool { return slices.Contains(names, option.name) }
	}
	editable := slices.IndexFunc(settings, is("editable"))
	include := slices.IndexFunc(settings, is("requirement"))
	if include < 0 {
		include = slices.IndexFunc(settings, is("constraint"))
	}
	switch {
	case text != "" && editable >= 0:
		return s.syntaxError(l, settings[editable].fault("-e must come first in its line, with a requirement in quotes if it holds spaces"))
	case text != "":
		r.ignore(s, l, "beside a requirement", settings, -1, is("hash", "config-settings"))
		e, warning, f := r.requirement(span{text, 0})
		if f != nil {
			return s.syntaxError(l, f)
		}
		if warning != "" {
			r.warn(s, l, "%s", warning)
		}
		return r.entry(s, l, e, span{text, 0}, settings)
	case editable >= 0:
		r.ignore(s, l, "beside an editable requirement", settings, editable, is("config-settings"))
		option := settings[editable]
		e, f := r.editable(option)
		if f != nil {
			return s.syntaxError(l, f)
		}
		settings = slices.DeleteFunc(settings, is("hash"))
		return r.entry(s, l, e, span{l.text[option.at:option.end], option.at}, settings)
	case include >= 0:
		r.ignore(s, l, "beside an included file", settings, include, is())
		return r.include(ctx, s, l, settings[include])
	default:
		r.ignore(s, l, "without a requirement", slices.Clone(settings), -1, func(option setting) bool {
			return !is("hash", "config-settings")(option)
		})
		if f := r.set(s, settings); f != nil {
			return s.syntaxError(l, f)
		}
		return nil
	}
}

// entry completes an entry and adds it; text is the part of the line that it
// was read from.
func (r *reader) entry(s *source, l *line, e Entry, text span, settings []setting) error {
	e.Constraint = s.constraint
	e.Where = s.position(l)
	e.Text = mask(l.written)
	for _, option := range settings {
		switch option.name {
		case "hash":
			digest, doubt := option.digest()
			if doubt != "" {
				r.warn(s, l, "%s", doubt)
			}
			if !slices.Contains(e.Hashes, digest) {
				e.Hashes = append(e.Hashes, digest)
			}
		case "config-settings":
			key, value, _ := strings.Cut(option.value, "=")
			if e.ConfigSettings == nil {
				e.ConfigSettings = map[string][]string{}
			}
			e.ConfigSettings[key] = append(e.ConfigSettings[key], value)
		}
	}
	if e.Constraint {
		switch {
		case e.Requirement.Name == "":
			return s.syntaxError(l, text.fault("a constraint must name its project, as in NAME @ URL"))
		case e.Editable:
			return s.syntaxError(l, text.fault("a constraint cannot be editable"))
		case len(e.Requirement.Extras) > 0:
			return s.syntaxError(l, text.fault("a constraint cannot have extras"))
		}
	}
	r.file.Entries = append(r.file.Entries, e)
	return nil
}

// ignore warns of each setting but the one at index keep and those that have
// an effect.
func (r *reader) ignore(s *source, l *line, where string, settings []setting, keep int, effective func(setting) bool) {
	for i, option := range settings {
		if i != keep && !effective(option) {
			r.warn(s, l, "--%s has no effect %s", option.name, where)
		}
	}
}

// set puts options into effect that stand on a line of their own.
func (r *reader) set(s *source, settings []setting) *fault {
	o := &r.file.Options
	var index string
	var extra []string
	for _, option := range settings {
		value := option.value
		switch option.name {
		case "index-url":
			index = value
		case "extra-index-url":
			extra = append(extra, value)
		case "no-index":
			o.NoIndex = true
		case "find-links":
			// pip takes the first one of a line only; there is no reason to
			// lose the others.
			o.FindLinks = append(o.FindLinks, r.findLinks(s, value))
		case "prefer-binary":
			o.PreferBinary = true
		case "require-hashes":
			o.RequireHashes = true
		case "no-require-hashes":
			o.NoRequireHashes = true
		case "pre":
			o.Pre = true
		case "trusted-host":
			o.TrustedHosts = append(o.TrustedHosts, value)
		case "use-feature":
			o.Features = append(o.Features, value)
		}
		if o.RequireHashes && o.NoRequireHashes {
			return option.fault("--require-hashes and --no-require-hashes exclude each other")
		}
	}
	o.setIndexes(index, extra)
	return nil
}

// findLinks completes a path that is relative to the requirements file, if
// something is there.
func (r *reader) findLinks(s *source, value string) string {
	if scheme(s.name) != "" && !filepath.IsAbs(s.name) {
		return value
	}
	path := value
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(s.name), value)
	}
	if _, err := r.Stat(path); err == nil {
		return path
	}
	return value
}

func (r *reader) warn(s *source, l *line, format string, args ...any) {
	r.file.Warnings = append(r.file.Warnings, Warning{Where: s.position(l), Reason: mask(fmt.Sprintf(format, args...))})
}
