// Package gobundle holds nothing but the tests of the module as a whole.
package gobundle

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/gobundle/gobundle/"

// layers lists the top-level folders from left to right. A package may
// import from its own folder and from those to the right of it.
var layers = []string{"cmd", "bundle", "resolve", "runtime", "bootstrap"}

// fillers are names that say nothing about what a package is for.
var fillers = []string{"util", "utils", "common", "helpers", "types", "base", "misc"}

// closed lists packages that must stay free of the named imports, with the
// reason that the test prints.
var closed = []struct{ folder, forbidden, reason string }{
	{"resolve/pep440", "resolve/", "versions stand on nothing else of the resolver"},
	{"resolve/solve", "resolve/index", "the solver is pure; candidates reach it through its Provider"},
	{"resolve/solve", "resolve/fetch", "the solver is pure; metadata reaches it through its Provider"},
	{"resolve/solve", "net/http", "the solver is pure"},
	{"bundle/pack", "resolve", "packing knows staged trees, not how they came about"},
	{"runtime/launch", "archive/", "every launcher has it; what only some need are its Means"},
	{"runtime/launch", "crypto/", "every launcher has it; what only some need are its Means"},
	{"runtime/launch", "github.com/klauspost/compress", "every launcher has it; what only some need are its Means"},
	{"runtime/launch", "runtime/unpack", "every launcher has it; what only some need are its Means"},
	{"runtime/", "github.com/alecthomas/kong", "the command line ends at cmd"},
	{"bundle", "github.com/alecthomas/kong", "the command line ends at cmd"},
	{"resolve", "github.com/alecthomas/kong", "the command line ends at cmd"},
}

// TestImports holds the direction of the arrows between packages: cmd ->
// bundle -> resolve -> runtime -> bootstrap. They may skip, never turn back.
func TestImports(t *testing.T) {
	t.Parallel()
	seen := 0
	for folder, imports := range importsByFolder(t) {
		seen++
		if slices.Contains(fillers, path.Base(folder)) {
			t.Errorf("package %s: the name says nothing about what it is for", folder)
		}
		from := slices.Index(layers, strings.SplitN(folder, "/", 2)[0])
		for _, imported := range imports {
			for _, c := range closed {
				if strings.HasPrefix(folder+"/", strings.TrimSuffix(c.folder, "/")+"/") && strings.HasPrefix(strings.TrimPrefix(imported, module), c.forbidden) {
					t.Errorf("%s imports %s: %s", folder, imported, c.reason)
				}
			}
			local, ok := strings.CutPrefix(imported, module)
			if !ok || from < 0 {
				continue
			}
			if to := slices.Index(layers, strings.SplitN(local, "/", 2)[0]); to >= 0 && to < from {
				t.Errorf("%s imports %s: %s stands left of %s", folder, local, layers[to], layers[from])
			}
		}
	}
	if seen < 10 {
		t.Fatalf("found %d packages, want the whole module", seen)
	}
}

// importsByFolder reads the imports of all Go files but tests.
func importsByFolder(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || (strings.HasPrefix(entry.Name(), ".") && name != ".")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := path.Dir(filepath.ToSlash(name))
		imports[folder] = append(imports[folder], []string{}...)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[folder] = append(imports[folder], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
