package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// modulePath is what the import paths of this module begin with.
const modulePath = "github.com/gobundle/gobundle/"

// inner are errors that never reach the user as such, and why.
var inner = map[string]string{
	"bundle.RecompressionError":               "it is told as a wrong use of the flag",
	"resolve.CutoffError":                     "the parser of flags reports it",
	"resolve/lockfile.FieldError":             "a bundle.LockReadError holds it",
	"resolve/lockfile.SyntaxError":            "a bundle.LockReadError holds it",
	"resolve/solve.NotFound":                  "the solver makes a conflict of it",
	"resolve/solve.Unusable":                  "the solver makes a conflict of it",
	"runtime/packed.DamageError":              "a started executable prints it itself",
	"runtime/recompress.FormatError":          "an archive.DamageError holds it",
	"runtime/pythondist/download.StatusError": "a pythondist.FetchError holds it, at the first start of an executable",
	"runtime/launch.Error":                    "a started executable prints it itself",
}

// Each exported kind of error, of a package that this command uses, is known to one of
// the functions that explain errors, or is known not to reach the user.
func TestEveryErrorIsExplained(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, file := range parseFolder(t, ".") {
		paths := importNames(file)
		ast.Inspect(file, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				if name, ok := selector.X.(*ast.Ident); ok && paths[name.Name] != "" {
					known[paths[name.Name]+"."+selector.Sel.Name] = true
				}
			}
			return true
		})
	}
	found := 0
	for folder, files := range packagesOf(t, "cmd/gobundle") {
		for _, file := range files {
			for _, name := range errorTypes(file) {
				found++
				if kind := folder + "." + name; !known[kind] && inner[kind] == "" {
					t.Errorf("*%s has no hint: add it to explain*.go and to the table of TestExplain", kind)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("found %d kinds of errors, want those of the whole module", found)
	}
}

// errorTypes lists the exported types of a file that have a method Error.
func errorTypes(file *ast.File) []string {
	var names []string
	for _, declaration := range file.Decls {
		method, ok := declaration.(*ast.FuncDecl)
		if !ok || method.Name.Name != "Error" || method.Recv == nil || len(method.Type.Params.List) > 0 {
			continue
		}
		receiver := method.Recv.List[0].Type
		if pointer, ok := receiver.(*ast.StarExpr); ok {
			receiver = pointer.X
		}
		if name, ok := receiver.(*ast.Ident); ok && name.IsExported() {
			names = append(names, name.Name)
		}
	}
	return names
}

// packagesOf parses the packages of this module that a folder's package imports,
// directly or not, by their folders.
func packagesOf(t *testing.T, folder string) map[string][]*ast.File {
	t.Helper()
	packages := map[string][]*ast.File{}
	var visit func(string)
	visit = func(folder string) {
		if _, ok := packages[folder]; ok {
			return
		}
		packages[folder] = parseFolder(t, filepath.Join("..", "..", filepath.FromSlash(folder)))
		for _, file := range packages[folder] {
			for _, path := range importNames(file) {
				visit(path)
			}
		}
	}
	visit(folder)
	return packages
}

// parseFolder parses the Go files of a folder but for tests.
func parseFolder(t *testing.T, folder string) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}

// importNames returns the folders of the module's packages that a file imports, by the
// names that it calls them.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		folder, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), modulePath)
		if !ok {
			continue
		}
		name := folder[strings.LastIndexByte(folder, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = folder
	}
	return names
}
