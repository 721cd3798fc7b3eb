package pep508

import (
	"errors"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// ParseRequirement reads a requirement. The error is a *[SyntaxError].
func ParseRequirement(s string) (Requirement, error) {
	p := &parser{text: s}
	p.skipSpace()
	var r Requirement
	var ok bool
	if r.Name, ok = p.takeIdentifier(); !ok {
		return Requirement{}, p.fail(p.pos, "expected the name of a distribution")
	}
	p.skipSpace()
	var err error
	if r.Extras, err = p.extras(); err != nil {
		return Requirement{}, err
	}
	p.skipSpace()
	if p.take('@') {
		err = p.direct(&r)
	} else {
		err = p.versions(&r)
	}
	if err != nil {
		return Requirement{}, err
	}
	return r, nil
}

// extras reads ("[" (name ("," name)*)? "]")?
func (p *parser) extras() ([]string, error) {
	start := p.pos
	if !p.take('[') {
		return nil, nil
	}
	var extras []string
	for {
		p.skipSpace()
		if len(extras) == 0 && p.take(']') {
			return nil, nil
		}
		name, ok := p.takeIdentifier()
		if !ok {
			return nil, p.fail(p.pos, "expected the name of an extra")
		}
		if !slices.Contains(extras, name) {
			extras = append(extras, name)
		}
		p.skipSpace()
		if p.take(']') {
			return extras, nil
		}
		if !p.take(',') {
			second := p.pos
			if _, ok := p.takeIdentifier(); ok {
				return nil, p.fail(second, "expected a comma between extras")
			}
			return nil, p.fail(start, `expected "]" after the extras`)
		}
	}
}

// direct reads what follows the "@": URL (space ";" marker)?
func (p *parser) direct(r *Requirement) error {
	p.skipSpace()
	start := p.pos
	if end := strings.IndexAny(p.rest(), " \t"); end >= 0 {
		p.pos += end
	} else {
		p.pos = len(p.text)
	}
	if r.URL = p.text[start:p.pos]; r.URL == "" {
		return p.fail(start, "expected a URL after @")
	}
	end := p.pos
	p.skipSpace()
	if p.atEnd() {
		return nil
	}
	if !p.at(';') {
		p.pos = end
		reason := "expected a semicolon or the end after the URL"
		if strings.HasSuffix(r.URL, ";") {
			reason = "expected white space before the semicolon that ends the URL"
		}
		return p.fail(start, reason)
	}
	return p.marker(r)
}

// versions reads ("(" specifiers ")" | specifiers) (";" marker)?
func (p *parser) versions(r *Requirement) error {
	start := p.pos
	parenthesis := p.take('(')
	p.skipSpace()
	var err error
	if r.Specifier, err = p.specifiers(); err != nil {
		return err
	}
	p.skipSpace()
	if parenthesis && !p.take(')') {
		return p.fail(start, `expected ")" after the versions`)
	}
	p.skipSpace()
	if p.atEnd() {
		return nil
	}
	if !p.at(';') {
		if r.Specifier.IsEmpty() {
			return p.fail(p.pos, "expected an operator and a version, a semicolon or the end after the name")
		}
		return p.fail(start, "expected a comma, a semicolon or the end after the versions")
	}
	return p.marker(r)
}

// specifiers reads (specifier ("," specifier)* ","?)?
func (p *parser) specifiers() (pep440.SpecifierSet, error) {
	start := p.pos
	end := start
	var clauses []pep440.Specifier
	resplit := false
	for !p.atEnd() && strings.IndexByte("=~!<>", p.text[p.pos]) >= 0 {
		spec, rest, err := pep440.CutSpecifier(p.rest())
		if err != nil {
			return pep440.SpecifierSet{}, p.specifierError(p.pos, err)
		}
		clauses = append(clauses, spec)
		first := p.pos
		p.pos = len(p.text) - len(rest)
		end = p.pos
		if strings.HasPrefix(rest, ".*") || strings.HasPrefix(rest, "+") {
			_, err := pep440.ParseSpecifier(p.text[first:min(p.pos+2, len(p.text))])
			return pep440.SpecifierSet{}, p.specifierError(first, err)
		}
		resplit = resplit || strings.Contains(spec.Version(), ",")
		p.skipSpace()
		if !p.take(',') {
			break
		}
		p.skipSpace()
	}
	if resplit {
		// "===" takes commas with it, but packaging divides at all of them.
		set, err := pep440.ParseSpecifierSet(p.text[start:end])
		if err != nil {
			return pep440.SpecifierSet{}, p.specifierError(start, err)
		}
		return set, nil
	}
	return pep440.SetOf(clauses...), nil
}

// specifierError returns err, about the text at start, as an error of the whole text.
func (p *parser) specifierError(start int, err error) error {
	reason := "invalid versions"
	p.pos = start
	var e *pep440.SpecifierError
	if errors.As(err, &e) {
		p.pos += e.Offset
		reason = e.Reason
	}
	return p.fail(p.pos, reason)
}

// marker reads ";" marker, up to the end.
func (p *parser) marker(r *Requirement) error {
	p.take(';')
	g, err := p.markerToEnd()
	if err != nil {
		return err
	}
	r.Marker = &Marker{root: g}
	return nil
}
