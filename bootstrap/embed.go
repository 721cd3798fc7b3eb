// Package bootstrap holds every Python file that travels in a bundle, and
// writes the two parts of a bundle that depend on what is in it: __main__.py
// and the lines of /bin/sh in front of the zip.
//
// It does not know manifests nor archives: its callers lay the files out.
package bootstrap

import (
	"embed"
	"path"
)

//go:embed gobundle_bootstrap/*.py
var modules embed.FS

// A File is one file of the bootstrap.
type File struct {
	Name string // its place in the bundle: "gobundle_bootstrap/boot.py"
	Data []byte
}

// Options are the choices that change the rendered files.
type Options struct {
	// Tools says whether the first argument "venv" is the bundle's own verb.
	// It must be the same as the manifest's options.tools; the others as its
	// inherit_path (whether it is there), python_args and verify_at_run (whether it
	// is "always").
	Tools bool
	// Inherit leaves PYTHONPATH as it is.
	Inherit bool
	// PythonArguments are given to the interpreter of the application.
	PythonArguments []string
	// VerifyAlways sends every start the way of a first one.
	VerifyAlways bool
	// Commands are the names of a bundle's commands, nil if it starts one thing. Under
	// such a name the first argument "venv" is the command's.
	Commands []string
}

// Files returns the modules that a bundle carries, sorted by name. The callers
// may keep and change what they get.
func Files() []File {
	const folder = "gobundle_bootstrap"
	entries, err := modules.ReadDir(folder)
	if err != nil {
		panic(err) // the folder is part of this program
	}
	files := make([]File, 0, len(entries))
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		data, err := modules.ReadFile(name)
		if err != nil {
			panic(err)
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files
}

// Compiled is the place in a bundle of what an interpreter made of the modules that start it,
// given sys.implementation.cache_tag and, in hexadecimal, its magic number.
func Compiled(tag, magic string) string { return path.Join("gobundle_bootstrap", tag+"."+magic+".bin") }
