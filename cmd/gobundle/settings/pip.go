package settings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pipKeys are the flags that pip's settings count for: where distributions are,
// and how to get there.
var pipKeys = []string{"index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "timeout", "retries"}

// pipNames are the names that pip knows such a flag by.
func pipNames(key string) []string {
	if key == "timeout" {
		return []string{key, "default-timeout"}
	}
	return []string{key}
}

// System is what pip's settings depend on.
type System struct {
	Getenv func(string) string
	GOOS   string
	Home   string // "" is unknown
	// Root is where the system's own folders are; "" is "/".
	Root string
	// NoFiles reads variables only.
	NoFiles bool
}

// OfPip reads pip's variables and files, in pip's order: a variable counts
// before any file; of files the later one, and in each [install] before
// [global]. An empty value says nothing, and a file that can't be read is passed
// over, as in pip. The error is an *Error.
func OfPip(keys []Key, s System) (map[string]Value, error) {
	values := map[string]Value{}
	take := func(key Key, text, place string) error {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		v, err := fromVariable(key, text, place, Pip)
		for i, word := range v.Words {
			if rest, ok := strings.CutPrefix(word, "~/"); ok && key.Paths == Path && s.Home != "" {
				v.Words[i] = filepath.Join(s.Home, rest)
			}
		}
		values[key.Name] = v
		return err
	}
	var files []ini
	if !s.NoFiles && s.Getenv("PIP_CONFIG_FILE") != os.DevNull {
		for _, path := range s.pipFiles() {
			if text, err := os.ReadFile(path); err == nil {
				files = append(files, readINI(path, string(text)))
			}
		}
	}
	for _, key := range keys {
		if !slices.Contains(pipKeys, key.Name) {
			continue
		}
		for _, file := range files {
			for _, section := range []string{"global", "install"} {
				for _, name := range pipNames(key.Name) {
					text, ok := file.sections[section][name]
					if !ok {
						continue
					}
					if err := take(key, text, "pip's "+file.path+", ["+section+"]"); err != nil {
						return nil, err
					}
				}
			}
		}
		for _, name := range pipNames(key.Name) {
			variable := "PIP_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			if err := take(key, s.Getenv(variable), variable); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// pipFiles lists the files that pip reads, the one that counts least first.
func (s *System) pipFiles() []string {
	var files []string
	add := func(folder string, parts ...string) {
		if folder != "" {
			files = append(files, filepath.Join(append([]string{folder}, parts...)...))
		}
	}
	name := "pip.conf"
	switch s.GOOS {
	case "windows":
		name = "pip.ini"
		add(s.Getenv("ProgramData"), "pip", name)
		add(s.Home, "pip", name)
		add(s.Getenv("APPDATA"), "pip", name)
	case "darwin":
		add("/", s.Root, "Library", "Application Support", "pip", name)
		add(s.Home, ".pip", name)
		support := filepath.Join(s.Home, "Library", "Application Support", "pip")
		if _, err := os.Stat(support); err == nil && s.Home != "" {
			add(support, name)
		} else {
			add(s.Home, ".config", "pip", name)
		}
	default:
		folders := filepath.SplitList(s.Getenv("XDG_CONFIG_DIRS"))
		if len(folders) == 0 {
			folders = []string{filepath.Join("/", s.Root, "etc", "xdg")}
		}
		for _, folder := range slices.Backward(folders) {
			add(folder, "pip", name)
		}
		add("/", s.Root, "etc", name)
		add(s.Home, ".pip", name)
		if folder := s.Getenv("XDG_CONFIG_HOME"); folder != "" {
			add(folder, "pip", name)
		} else {
			add(s.Home, ".config", "pip", name)
		}
	}
	add(s.Getenv("VIRTUAL_ENV"), name)
	if named := s.Getenv("PIP_CONFIG_FILE"); named != "" {
		files = append(files, named)
	}
	return files
}
