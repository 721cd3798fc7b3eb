package pyproject

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// Name is the file's.
const Name = "pyproject.toml"

// MaxSize bounds in bytes what is read of a file.
const MaxSize = 8 << 20

// A File is a pyproject.toml.
type File struct {
	// Name is what messages call it.
	Name string
	// Project is the table [project], nil if there is none.
	Project *Project

	tables map[string]any
}

// A Project is the table [project] (PEP 621), as far as dependencies and commands
// go.
type Project struct {
	Name           string // as it was written
	Version        string // normalised; "" if it is dynamic
	RequiresPython pep440.SpecifierSet
	Dependencies   []pep508.Requirement
	// OptionalDependencies are the extras by normalised name.
	OptionalDependencies map[string][]pep508.Requirement
	// Scripts and GUIScripts are references as "module:attribute", by name.
	Scripts, GUIScripts map[string]string
	// Dynamic are the fields that the build backend fills in.
	Dynamic []string
}

// Read reads a pyproject.toml; name is what messages call it.
//
// Errors: *SyntaxError, *ValueError, and those of the reader.
func Read(name string, r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(text) > MaxSize {
		return nil, &ValueError{File: name, Key: "the whole", Reason: fmt.Sprintf("it is larger than %d bytes", MaxSize)}
	}
	tables, err := decode(name, string(text), 0, 0)
	if err != nil {
		return nil, err
	}
	f := &File{Name: name, tables: tables}
	value, found := tables["project"]
	if !found {
		return f, nil
	}
	v := values{file: name}
	table := v.table("project", value)
	f.Project = v.project(table)
	if v.err != nil {
		return nil, v.err
	}
	return f, nil
}

func (v *values) project(table map[string]any) *Project {
	p := &Project{
		Name:    v.text("project.name", table["name"]),
		Dynamic: v.texts("project.dynamic", table["dynamic"]),
	}
	if v.err == nil && !pep508.IsName(p.Name) {
		v.refuse("project.name", fmt.Sprintf("%q is not the name of a distribution", p.Name), nil)
	}
	if value, found := table["version"]; found {
		text := v.text("project.version", value)
		version, err := pep440.Parse(text)
		if err != nil {
			v.refuse("project.version", fmt.Sprintf("%q is not a version", text), nil)
		}
		p.Version = version.String()
	} else if !slices.Contains(p.Dynamic, "version") {
		v.refuse("project.version", "it is missing, and not among dynamic", nil)
	}
	p.RequiresPython = v.specifiers("project.requires-python", table["requires-python"])
	p.Dependencies = v.requirements("project.dependencies", table["dependencies"])
	optional := v.table("project.optional-dependencies", table["optional-dependencies"])
	p.OptionalDependencies = map[string][]pep508.Requirement{}
	for _, extra := range slices.Sorted(maps.Keys(optional)) {
		key := "project.optional-dependencies." + extra
		name := pep508.NormalizeName(extra)
		if _, twice := p.OptionalDependencies[name]; twice || !pep508.IsName(extra) {
			v.refuse(key, "the name is not that of an extra, or there twice", nil)
		}
		p.OptionalDependencies[name] = v.requirements(key, optional[extra])
	}
	p.Scripts = v.references("project.scripts", table["scripts"])
	p.GUIScripts = v.references("project.gui-scripts", table["gui-scripts"])
	return p
}

// values reads values of TOML. The first one that is wrong is the error.
type values struct {
	file string
	err  error
}

func (v *values) refuse(key, reason string, err error) {
	if v.err == nil {
		v.err = &ValueError{File: v.file, Key: key, Reason: reason, Err: err}
	}
}

func (v *values) table(key string, value any) map[string]any {
	table, ok := value.(map[string]any)
	if !ok && value != nil {
		v.refuse(key, "it is not a table", nil)
	}
	return table
}

func (v *values) text(key string, value any) string {
	text, ok := value.(string)
	switch {
	case value == nil:
		v.refuse(key, "it is missing", nil)
	case !ok:
		v.refuse(key, "it is not a string", nil)
	}
	return text
}

func (v *values) list(key string, value any) []any {
	list, ok := value.([]any)
	if !ok && value != nil {
		v.refuse(key, "it is not an array", nil)
	}
	return list
}

func (v *values) texts(key string, value any) []string {
	var found []string
	for i, element := range v.list(key, value) {
		found = append(found, v.text(fmt.Sprintf("%s[%d]", key, i), element))
	}
	return found
}

func (v *values) specifiers(key string, value any) pep440.SpecifierSet {
	if value == nil {
		return pep440.SpecifierSet{}
	}
	text := v.text(key, value)
	set, err := pep440.ParseSpecifierSet(text)
	if err != nil {
		v.refuse(key, fmt.Sprintf("%q is not a set of versions such as >=3.9", text), nil)
	}
	return set
}

func (v *values) requirements(key string, value any) []pep508.Requirement {
	var found []pep508.Requirement
	for i, text := range v.texts(key, value) {
		if v.err == nil {
			found = append(found, v.requirement(fmt.Sprintf("%s[%d]", key, i), text))
		}
	}
	return found
}

func (v *values) requirement(key, text string) pep508.Requirement {
	requirement, err := pep508.ParseRequirement(text)
	if err != nil {
		v.refuse(key, "it is not a requirement", err)
	}
	return requirement
}

func (v *values) references(key string, value any) map[string]string {
	found := map[string]string{}
	table := v.table(key, value)
	for _, name := range slices.Sorted(maps.Keys(table)) {
		found[name] = v.text(key+"."+name, table[name])
	}
	return found
}
