package interpreter

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// pyenvTarget returns the interpreter that a shim of pyenv would start, or ""
// if path is no such shim or the choice is not plain. Starting the shim would
// cost many times what the interpreter itself takes.
//
// The rules are those of "pyenv help version": PYENV_VERSION, else the nearest
// .python-version, else the global version file; of several versions the first
// that has the program.
func (a Asker) pyenvTarget(path string) string {
	root := pyenvRoot(path)
	if root == "" || a.getenv("PYENV_HOOK_PATH") != "" || a.getenv("PYENV_DIR") != "" {
		return ""
	}
	target := ""
	for _, version := range a.pyenvVersions(root) {
		folder := filepath.Join(root, "versions", version)
		if filepath.Base(folder) != version || version == "system" {
			return ""
		}
		if _, err := os.Stat(folder); err != nil {
			return "" // pyenv would complete "3.12", or stop
		}
		program := filepath.Join(folder, "bin", filepath.Base(path))
		if info, err := os.Stat(program); target == "" && err == nil && whyNotExecutable(info) == "" {
			target = program
		}
	}
	return target
}

// pyenvRoot returns PYENV_ROOT as the shim at path has it, "" for other files.
func pyenvRoot(path string) string {
	root := filepath.Dir(filepath.Dir(path))
	if filepath.Base(filepath.Dir(path)) != "shims" {
		return ""
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	text := make([]byte, 2048) // a shim has about 400 bytes
	n, _ := file.Read(text)
	text = text[:n]
	if !bytes.HasPrefix(text, []byte("#!")) || !bytes.Contains(text, []byte(`export PYENV_ROOT="`+root+`"`)) || !bytes.Contains(text, []byte(`/pyenv" exec "$program" "$@"`)) {
		return ""
	}
	return root
}

// pyenvVersions lists the versions that are active in the current folder.
func (a Asker) pyenvVersions(root string) []string {
	if text := a.getenv("PYENV_VERSION"); text != "" {
		return strings.Split(text, ":")
	}
	folder, err := filepath.Abs(".")
	if err != nil {
		return nil
	}
	for {
		if versions := pyenvVersionFile(filepath.Join(folder, ".python-version")); versions != nil {
			return versions
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return pyenvVersionFile(filepath.Join(root, "version"))
		}
		folder = parent
	}
}

// pyenvVersionFile returns the first word of each line that is no comment; nil
// without a file, and nothing but "system" for a file that names nothing.
func pyenvVersionFile(name string) []string {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	var versions []string
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != '#' {
			versions = append(versions, words[0])
		}
	}
	if versions == nil {
		return []string{"system"}
	}
	return versions
}
