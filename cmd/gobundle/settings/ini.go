package settings

import "strings"

// ini is a file as Python's configparser reads it for pip: without
// interpolation, comments on lines of their own.
type ini struct {
	path     string
	sections map[string]map[string]string // names as options have them, "index-url"
}

// readINI passes over lines that make no sense. A line that is indented below an
// option continues its value.
func readINI(path, text string) ini {
	file := ini{path: path, sections: map[string]map[string]string{}}
	section, option := "", ""
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		bare := strings.TrimSpace(line)
		if bare == "" || bare[0] == '#' || bare[0] == ';' {
			continue
		}
		indented := line[0] == ' ' || line[0] == '\t'
		if indented && option != "" {
			file.sections[section][option] += "\n" + bare
			continue
		}
		if bare[0] == '[' {
			name, _, ok := strings.Cut(bare[1:], "]")
			section, option = "", ""
			if ok {
				section = name
			}
			continue
		}
		end := strings.IndexAny(bare, "=:")
		option = ""
		if end <= 0 || section == "" {
			continue
		}
		option = strings.ToLower(strings.TrimSpace(bare[:end]))
		option = strings.TrimPrefix(strings.ReplaceAll(option, "_", "-"), "--")
		if file.sections[section] == nil {
			file.sections[section] = map[string]string{}
		}
		file.sections[section][option] = strings.TrimSpace(bare[end+1:])
	}
	return file
}
