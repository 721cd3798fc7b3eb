package reqfile

import (
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// editable reads the value of -e: NAME @ URL, a folder with or without extras,
// or the URL of a repository that names its project.
func (r *reader) editable(s setting) (Entry, *fault) {
	text := span{s.value, s.at}
	fail := func(f *fault) (Entry, *fault) {
		// The value may have been quoted, so a place inside of it is unknown.
		f.at, f.length = s.at, s.end-s.at
		return Entry{}, f
	}
	var e Entry
	var f *fault
	if requirement, err := pep508.ParseRequirement(s.value); err == nil && requirement.URL != "" {
		if e, f = r.located(span{requirement.URL, s.at}); f != nil {
			return fail(f)
		}
		requirement.URL = e.Requirement.URL
		e.Requirement = requirement
	} else if e, f = r.editablePlace(text); f != nil {
		return fail(f)
	}
	switch {
	case e.Kind == Local && r.isFolder(e.Path) && !r.isProject(e.Path):
		return fail(text.fault("folder %s holds neither pyproject.toml nor setup.py", e.Path))
	case e.Kind != Local && e.Kind != Repository:
		return fail(r.notEditable(text))
	}
	e.Editable = true
	return e, nil
}

// editablePlace reads the forms that are no PEP 508 requirement.
func (r *reader) editablePlace(text span) (Entry, *fault) {
	place, extras := splitExtras(text.text)
	if folder := r.absolute(place); place != "" && r.isFolder(folder) {
		place = fileURL(folder)
	}
	if scheme(place) == "file" {
		e, f := r.located(span{place, text.at})
		if f != nil {
			return Entry{}, f
		}
		if e.Requirement.Name, f = eggName(span{place, text.at}); f != nil {
			return Entry{}, f
		}
		if extras != "" {
			e.Requirement.Extras, f = parseExtras(span{extras, text.at})
		}
		return e, f
	}
	link := text.text
	if _, found := repositories[scheme(link)]; found {
		link = scheme(link) + "+" + link
	}
	if !isRepository(scheme(link)) {
		return Entry{}, r.notEditable(text)
	}
	e, f := r.located(span{link, text.at})
	if f != nil {
		return Entry{}, f
	}
	if e.Requirement.Name, f = eggName(span{link, text.at}); f == nil && e.Requirement.Name == "" {
		f = text.fault("nothing names the project; write -e %q", "NAME @ "+link)
	}
	return e, f
}

func (r *reader) notEditable(text span) *fault {
	systems := make([]string, 0, len(repositories))
	for system := range repositories {
		systems = append(systems, system+"+")
	}
	slices.Sort(systems)
	return text.fault("%q is no folder here and no URL of a repository (which begins with %s), so it cannot be editable", text.text, strings.Join(systems, ", "))
}
