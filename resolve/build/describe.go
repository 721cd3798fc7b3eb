package build

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// A description is what a source says of itself without anything being run. It
// depends on nothing but the source's bytes.
type description struct {
	System system `json:"system"`
	// Project is the normalised name that it gives itself, or "".
	Project string `json:"project,omitempty"`
	// Static is metadata that is what a build would give, or "".
	Static string `json:"static,omitempty"`
	// Claim is metadata that is good enough to tell for which Pythons the source
	// is, or "".
	Claim string `json:"claim,omitempty"`
}

// describe reads the files of a project's folder. sdist says that it is the top
// of a source distribution, whose PKG-INFO is its own.
func describe(source, tree string, sdist bool) (description, error) {
	tables, err := readPyproject(source, tree)
	if err != nil {
		return description{}, err
	}
	var d description
	if d.System, err = readSystem(source, tree, tables); err != nil {
		return description{}, err
	}
	if sdist {
		d.Claim, err = readPackageInfo(filepath.Join(tree, "PKG-INFO"))
		if err != nil {
			return description{}, err
		}
		if isStatic(d.Claim) {
			d.Static = d.Claim
		}
	}
	project, _ := tables["project"].(map[string]any)
	if d.Static == "" {
		d.Static = projectMetadata(project, tables, hasSetup(tree))
	}
	if name, _ := project["name"].(string); pep508.IsName(name) {
		d.Project = pep508.NormalizeName(name)
	}
	return d, nil
}

// hasSetup reports whether setuptools may take metadata from elsewhere.
func hasSetup(tree string) bool {
	for _, name := range []string{"setup.py", "setup.cfg"} {
		if _, err := os.Stat(filepath.Join(tree, name)); err == nil {
			return true
		}
	}
	return false
}

// readPackageInfo reads core metadata, "" if there is none that can be read.
func readPackageInfo(path string) (string, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, dist.MaxMetadata+1))
	if err != nil {
		return "", err
	}
	if _, err := dist.ParseMetadata(text); err != nil {
		return "", nil // the backend may still make something of it
	}
	return string(text), nil
}

// isStatic reports whether metadata of a source distribution is what any build
// of it has (PEP 643): what the resolver needs is not in Dynamic.
func isStatic(text string) bool {
	if text == "" {
		return false
	}
	m, err := dist.ParseMetadata([]byte(text))
	if err != nil || !since22(m.MetadataVersion) {
		return false
	}
	for _, field := range m.Dynamic {
		switch field {
		case "name", "version", "requires-dist", "requires-python", "provides-extra":
			return false
		}
	}
	return true
}

// since22 reports whether a Metadata-Version is 2.2 or a later one of that kind.
func since22(version string) bool {
	major, minor, _ := strings.Cut(version, ".")
	number, err := strconv.Atoi(minor)
	return err == nil && major == "2" && number >= 2
}
