package pyproject

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/spelling"
)

// Group returns the requirements of a dependency group, in order, with those of the
// groups that it includes in their places (PEP 735). Names are compared in their
// normalised form. Other groups are not looked at.
//
// Errors: *GroupError, *CycleError, *ValueError.
func (f *File) Group(name string) ([]pep508.Requirement, error) {
	v := &values{file: f.Name}
	g := groups{values: v, tables: v.table("dependency-groups", f.tables["dependency-groups"])}
	if v.err != nil {
		return nil, v.err
	}
	return g.expand(name, nil)
}

// groups expands dependency groups.
type groups struct {
	*values
	tables map[string]any
}

// expand returns the requirements of a group, which the groups of chain include.
func (g *groups) expand(name string, chain []string) ([]pep508.Requirement, error) {
	wanted := pep508.NormalizeName(name)
	if at := slices.Index(chain, wanted); at >= 0 {
		return nil, &CycleError{File: g.file, Chain: append(chain[at:len(chain):len(chain)], wanted)}
	}
	key, err := g.find(name, chain)
	if err != nil {
		return nil, err
	}
	chain = append(chain[:len(chain):len(chain)], wanted)
	where := "dependency-groups." + key
	var found []pep508.Requirement
	for i, element := range g.list(where, g.tables[key]) {
		at := fmt.Sprintf("%s[%d]", where, i)
		switch element := element.(type) {
		case string:
			found = append(found, g.requirement(at, element))
		case map[string]any:
			included, ok := element["include-group"].(string)
			if !ok || len(element) != 1 {
				g.refuse(at, `it is neither a requirement nor {include-group = "NAME"}`, nil)
				break
			}
			more, err := g.expand(included, chain)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		default:
			g.refuse(at, `it is neither a requirement nor {include-group = "NAME"}`, nil)
		}
		if g.err != nil {
			return nil, g.err
		}
	}
	return found, g.err
}

// find returns the name under which a group stands in the file.
func (g *groups) find(name string, chain []string) (string, error) {
	wanted := pep508.NormalizeName(name)
	found := ""
	for _, key := range slices.Sorted(maps.Keys(g.tables)) {
		if pep508.NormalizeName(key) != wanted {
			continue
		}
		if found != "" {
			g.refuse("dependency-groups."+key, "the group "+found+" has the same name", nil)
			return "", g.err
		}
		found = key
	}
	if found != "" && pep508.IsName(found) {
		return found, nil
	}
	known := slices.Sorted(maps.Keys(g.tables))
	missing := &GroupError{File: g.file, Name: name, Known: known, Near: spelling.Near(name, known)}
	if len(chain) > 0 {
		missing.In = chain[len(chain)-1]
	}
	return "", missing
}
