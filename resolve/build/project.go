package build

import (
	"maps"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// projectMetadata writes the metadata that a [project] table comes to (PEP 621), as
// far as the resolver needs it. It is "" where a backend may come to something
// else: where a field is dynamic or wrong, and where the backend is known to
// take it from elsewhere. setup says that there is a setup.py or setup.cfg, from
// which setuptools fills in what the table leaves out.
func projectMetadata(project, tables map[string]any, setup bool) string {
	if project == nil || overridden(tables) {
		return ""
	}
	dynamic, ok := texts(project["dynamic"])
	if _, found := project["dynamic"]; found && !ok {
		return ""
	}
	for _, field := range []string{"name", "version", "requires-python", "dependencies", "optional-dependencies"} {
		if slices.Contains(dynamic, field) {
			return ""
		}
		if _, found := project[field]; !found && setup {
			return ""
		}
	}
	name, _ := project["name"].(string)
	version, _ := project["version"].(string)
	parsed, err := pep440.Parse(version)
	if err != nil || !pep508.IsName(name) {
		return ""
	}
	lines := []string{"Metadata-Version: 2.2", "Name: " + name, "Version: " + parsed.String()}
	if value, found := project["requires-python"]; found {
		text, ok := value.(string)
		requires, err := pep440.ParseSpecifierSet(text)
		if !ok || err != nil {
			return ""
		}
		lines = append(lines, "Requires-Python: "+requires.String())
	}
	lines, ok = appendRequirements(lines, project["dependencies"], "")
	if !ok {
		return ""
	}
	if lines, ok = appendExtras(lines, project["optional-dependencies"]); !ok {
		return ""
	}
	text := strings.Join(lines, "\n") + "\n"
	if _, err := dist.ParseMetadata([]byte(text)); err != nil {
		return ""
	}
	return text
}

// overridden reports whether a tool's own table stands against [project]:
// backends that are older than PEP 621 know only that.
func overridden(tables map[string]any) bool {
	tool, _ := tables["tool"].(map[string]any)
	poetry, _ := tool["poetry"].(map[string]any)
	flit, _ := tool["flit"].(map[string]any)
	for _, field := range []string{"name", "version", "dependencies", "extras"} {
		if _, found := poetry[field]; found {
			return true
		}
	}
	_, found := flit["metadata"]
	return found
}

// appendExtras adds optional-dependencies.
func appendExtras(lines []string, value any) ([]string, bool) {
	if value == nil {
		return lines, true
	}
	extras, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	for _, extra := range slices.Sorted(maps.Keys(extras)) {
		if !pep508.IsName(extra) {
			return nil, false
		}
		lines = append(lines, "Provides-Extra: "+pep508.NormalizeName(extra))
		if lines, ok = appendRequirements(lines, extras[extra], extra); !ok {
			return nil, false
		}
	}
	return lines, true
}

// appendRequirements adds a list of requirements, for an extra unless that is "".
func appendRequirements(lines []string, value any, extra string) ([]string, bool) {
	if value == nil {
		return lines, true
	}
	requirements, ok := texts(value)
	if !ok {
		return nil, false
	}
	for _, text := range requirements {
		requirement, err := pep508.ParseRequirement(text)
		if err != nil {
			return nil, false
		}
		if extra != "" {
			only, err := pep508.ParseMarker(`extra == "` + pep508.NormalizeName(extra) + `"`)
			if err != nil {
				return nil, false
			}
			if requirement.Marker != nil {
				only = requirement.Marker.And(only)
			}
			requirement.Marker = only
		}
		lines = append(lines, "Requires-Dist: "+requirement.String())
	}
	return lines, true
}
