package build

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/gobundle/gobundle/resolve/pep508"
)

const (
	pyproject    = "pyproject.toml"
	maxPyproject = 8 << 20 // bytes

	// What PEP 517 says of projects that name no backend: setuptools, called as
	// setup.py was.
	legacyBackend     = "setuptools.build_meta:__legacy__"
	legacyRequirement = "setuptools>=40.8.0"
)

// A system is the table [build-system] of pyproject.toml (PEP 518), or what
// stands for it.
type system struct {
	Requires []string `json:"requires"`
	Backend  string   `json:"backend"`
	// Path are the folders of backend-path, relative to the project's, with
	// slashes.
	Path []string `json:"path,omitempty"`
}

// projectsBelow lists the folders of a folder that are projects, and those in
// them that are.
func projectsBelow(tree string) []string {
	var found []string
	for _, pattern := range []string{"*/", "*/*/"} {
		for _, file := range []string{pyproject, "setup.py"} {
			paths, _ := fs.Glob(os.DirFS(tree), pattern+file) // the pattern is sound
			for _, file := range paths {
				found = append(found, path.Dir(file))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// readPyproject reads pyproject.toml of a project's folder; nil if there is
// none.
func readPyproject(source, tree string) (map[string]any, error) {
	file, err := os.Open(filepath.Join(tree, pyproject))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPyproject+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPyproject {
		return nil, &ProjectError{Source: source, File: pyproject, Reason: fmt.Sprintf("it is larger than %d bytes", maxPyproject)}
	}
	tables := map[string]any{}
	if err := toml.Unmarshal(text, &tables); err != nil {
		return nil, &ProjectError{Source: source, File: pyproject, Reason: "it is not TOML", Err: err}
	}
	return tables, nil
}

// readSystem finds out how a project's folder is built.
func readSystem(source, tree string, tables map[string]any) (system, error) {
	legacy := system{Requires: []string{legacyRequirement}, Backend: legacyBackend}
	if tables == nil {
		if _, err := os.Stat(filepath.Join(tree, "setup.py")); err != nil {
			return system{}, &ProjectError{Source: source, Reason: "there is neither a pyproject.toml nor a setup.py"}
		}
		return legacy, nil
	}
	value, found := tables["build-system"]
	if !found {
		return legacy, nil
	}
	refuse := func(format string, arguments ...any) (system, error) {
		return system{}, &ProjectError{Source: source, File: pyproject, Reason: fmt.Sprintf(format, arguments...)}
	}
	table, ok := value.(map[string]any)
	if !ok {
		return refuse("build-system is not a table")
	}
	requires, ok := texts(table["requires"])
	if _, found := table["requires"]; !found {
		return refuse("[build-system] has no requires")
	} else if !ok {
		return refuse("requires of [build-system] is not a list of strings")
	}
	for _, text := range requires {
		if _, err := pep508.ParseRequirement(text); err != nil {
			return system{}, &ProjectError{Source: source, File: pyproject, Reason: fmt.Sprintf("%q in requires of [build-system] is not a requirement", text), Err: err}
		}
	}
	s := system{Requires: requires, Backend: legacyBackend}
	if backend, found := table["build-backend"]; found {
		text, _ := backend.(string)
		if !isBackend(text) {
			return refuse("build-backend of [build-system] is not of the form module:object")
		}
		s.Backend = text
	}
	if value, found := table["backend-path"]; found {
		folders, ok := texts(value)
		if text, one := value.(string); one {
			folders, ok = []string{text}, true
		}
		if !ok {
			return refuse("backend-path of [build-system] is not a list of strings")
		}
		if _, found := table["build-backend"]; !found {
			return refuse("[build-system] has a backend-path, but no build-backend")
		}
		for _, folder := range folders {
			if reason := outside(tree, folder); reason != "" {
				return refuse("%q in backend-path of [build-system] %s", folder, reason)
			}
		}
		s.Path = folders
	}
	return s, nil
}

// texts returns a list of strings.
func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	found := make([]string, 0, len(list))
	for _, element := range list {
		text, ok := element.(string)
		if !ok {
			return nil, false
		}
		found = append(found, text)
	}
	return found, true
}

// isBackend reports whether a text names a module, and maybe an object in it.
func isBackend(text string) bool {
	module, object, named := strings.Cut(text, ":")
	return isDotted(module) && (!named || isDotted(object))
}

func isDotted(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if part == "" || strings.ContainsAny(part, " \t\r\n/\\:\x00\"'()") {
			return false
		}
	}
	return true
}

// outside says why a relative path does not lead to a folder below another one,
// or "". Links count by where they lead.
func outside(tree, relative string) string {
	if relative == "" || strings.ContainsRune(relative, 0) || !filepath.IsLocal(filepath.FromSlash(relative)) {
		return "leads out of the project"
	}
	root, err := filepath.EvalSymlinks(tree)
	if err != nil {
		return "can't be looked up: " + err.Error()
	}
	place, err := filepath.EvalSymlinks(filepath.Join(tree, filepath.FromSlash(relative)))
	if err != nil {
		return "does not exist"
	}
	inside, err := filepath.Rel(root, place)
	if err != nil || !filepath.IsLocal(inside) {
		return "leads out of the project"
	}
	if info, err := os.Stat(place); err != nil || !info.IsDir() {
		return "is not a folder"
	}
	return ""
}
