package bundle

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// An application often is one or a few modules beside its requirements.txt.
// When no distribution provides the entry module and no sources were named,
// it is looked for there, and what it imports from beside it comes along.

// localModules returns the files and folders, in sorted order, that hold the
// module and the modules beside it which it imports, directly or not. The
// first of the folders that has the module is taken. The result is empty when
// none has it.
func localModules(module string, folders []string) ([]string, error) {
	top, _, _ := strings.Cut(module, ".")
	for _, folder := range folders {
		if modulePath(folder, top) == "" {
			continue
		}
		found := map[string]string{}
		if err := followImports(folder, top, found); err != nil {
			return nil, err
		}
		return sortedPaths(found), nil
	}
	return nil, nil
}

// sortedPaths returns the paths of modules, by their names.
func sortedPaths(modules map[string]string) []string {
	return slices.Sorted(maps.Values(modules))
}

// modulePath returns the file or folder of a top-level module in a folder, or
// "". A folder counts when it has an __init__.py or, as a namespace package
// (PEP 420), any Python file.
func modulePath(folder, name string) string {
	directory := filepath.Join(folder, name)
	if isFile(filepath.Join(directory, "__init__.py")) {
		return directory
	}
	if file := directory + ".py"; isFile(file) {
		return file
	}
	if matches, _ := filepath.Glob(filepath.Join(escapeGlob(directory), "*.py")); len(matches) > 0 {
		return directory
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

var globMeta = lazyregexp.New(`[\\*?[]`)

func escapeGlob(path string) string {
	if filepath.Separator == '\\' { // Match has no escapes on Windows, and the names no such characters
		return path
	}
	return globMeta().ReplaceAllString(path, `\$0`)
}

// followImports adds the module and what it imports from the same folder.
func followImports(folder, name string, found map[string]string) error {
	if _, ok := found[name]; ok {
		return nil
	}
	path := modulePath(folder, name)
	if path == "" {
		return nil
	}
	found[name] = path
	return eachPythonFile(path, func(file string) error {
		names, err := importedNames(file)
		if err != nil {
			return err
		}
		for _, imported := range names {
			if err := followImports(folder, imported, found); err != nil {
				return err
			}
		}
		return nil
	})
}

func eachPythonFile(path string, visit func(file string) error) error {
	return filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".py") {
			return err
		}
		return visit(file)
	})
}

// An import statement stands on a line of its own, or behind a colon. A line
// inside a string may look like one; it can only bring a module along which
// is not needed.
var (
	importLine = lazyregexp.New(`^\s*import\s+(.+)`)
	fromLine   = lazyregexp.New(`^\s*from\s+([A-Za-z_]\w*)[\w.]*\s+import\b`)
	firstName  = lazyregexp.New(`^\s*([A-Za-z_]\w*)`)
)

// importedNames returns the top-level names of a file's absolute imports.
func importedNames(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var names []string
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadString('\n')
		if m := fromLine().FindStringSubmatch(line); m != nil {
			names = append(names, m[1])
		} else if m := importLine().FindStringSubmatch(line); m != nil {
			for part := range strings.SplitSeq(m[1], ",") {
				if n := firstName().FindStringSubmatch(part); n != nil {
					names = append(names, n[1])
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
