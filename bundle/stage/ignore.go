package stage

import (
	"os"
	"path/filepath"
	"strings"
)

// What lies in a folder of sources without being part of the application.
var (
	ignoredFolders = map[string]bool{
		"__pycache__": true, "__pypackages__": true, "node_modules": true,
		".git": true, ".hg": true, ".svn": true, ".bzr": true, ".jj": true, ".pijul": true, "_darcs": true, "CVS": true,
		".idea": true, ".vscode": true, ".vs": true, ".ipynb_checkpoints": true,
		".tox": true, ".nox": true, ".eggs": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true, ".hypothesis": true,
	}
	ignoredFiles    = map[string]bool{".DS_Store": true, "Thumbs.db": true, "desktop.ini": true, ".git": true}
	ignoredPrefixes = []string{".#", "._", TemporaryPrefix}
	ignoredSuffixes = []string{".pyc", ".pyo", "~", ".swp", ".swo"}
)

// TemporaryPrefix starts the names of unfinished outputs, which may lie among
// the sources.
const TemporaryPrefix = ".gobundle-"

func isIgnoredFile(name string) bool {
	if ignoredFiles[name] || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return true
	}
	for _, prefix := range ignoredPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, suffix := range ignoredSuffixes {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

func isIgnoredFolder(path string) bool {
	name := filepath.Base(path)
	return ignoredFolders[name] || strings.HasPrefix(name, TemporaryPrefix) || isVirtualEnvironment(path)
}

// isVirtualEnvironment follows PEP 405: what has a pyvenv.cfg is one.
func isVirtualEnvironment(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "pyvenv.cfg"))
	return err == nil
}
