package bundle

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A ScriptsError says that a project has several scripts, none of which is the one
// to start.
type ScriptsError struct {
	Project string
	Scripts []string // sorted
}

func (e *ScriptsError) Error() string {
	return fmt.Sprintf("%s has several scripts and none of its own name: %s", e.Project, strings.Join(e.Scripts, ", "))
}

// defaultScript returns what a bundle of a project starts when nothing is said
// about it: the project's only script, else the one that is called like the
// project. Without scripts, and where several things are bundled none of which is
// the project, it is "". others are the project's further scripts.
func (r *resolved) defaultScript() (name string, others []string, err error) {
	place := -1
	for i, pin := range r.Resolutions[0].Pins {
		if pin.Origin == nil || pin.Origin.Kind != source.Folder || !pin.Requested || !r.isProject(pin) {
			continue
		}
		if place >= 0 {
			return "", nil, nil
		}
		place = i
	}
	if place < 0 {
		return "", nil, nil
	}
	pin := r.Resolutions[0].Pins[place]
	scripts, err := scriptsOf(r.wheels[0][place].Path)
	if err != nil || len(scripts) == 0 {
		return "", nil, err
	}
	chosen := 0
	if len(scripts) > 1 {
		chosen = slices.IndexFunc(scripts, func(name string) bool { return pep508.NormalizeName(name) == pin.Name })
	}
	if chosen < 0 {
		return "", nil, &ScriptsError{Project: pin.Name, Scripts: scripts}
	}
	return scripts[chosen], slices.Delete(slices.Clone(scripts), chosen, chosen+1), nil
}

// isProject reports whether a pin is what the user named as the project, or the only
// folder on the command line.
func (r *resolved) isProject(pin resolve.Pin) bool {
	return r.project != "" && filepath.Clean(pin.Origin.Path) == filepath.Clean(r.project)
}

// scriptsOf lists the entry points of a wheel that are commands, sorted.
func scriptsOf(path string) ([]string, error) {
	opened, err := wheel.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	points, err := opened.EntryPoints()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, point := range points {
		if point.Group == "console_scripts" || point.Group == "gui_scripts" {
			names = append(names, point.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
