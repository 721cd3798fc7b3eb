package reqfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String returns the entry as a line of a requirements file, which reads back
// as the same entry. It shows passwords. Whether the entry is a constraint is
// a matter of the file that holds it.
func (e Entry) String() string {
	var line strings.Builder
	if e.Editable {
		// The parts of an editable are options, which are quoted.
		line.WriteString("-e " + quote(e.place()))
	} else {
		line.WriteString(e.place())
	}
	for _, key := range slices.Sorted(maps.Keys(e.ConfigSettings)) {
		for _, value := range e.ConfigSettings[key] {
			line.WriteString(" --config-settings=" + quote(key+"="+value))
		}
	}
	for _, hash := range e.Hashes {
		line.WriteString(" --hash=" + quote(hash))
	}
	return line.String()
}

// place is the entry without its options.
func (e Entry) place() string {
	requirement := e.Requirement
	if requirement.Name != "" {
		requirement.URL = portable(requirement.URL)
		return requirement.String()
	}
	text := requirement.URL
	if len(requirement.Extras) > 0 {
		if !e.Editable {
			text = e.Path
		}
		text += "[" + strings.Join(requirement.Extras, ",") + "]"
	}
	if requirement.Marker != nil {
		text += " ; " + requirement.Marker.String()
	}
	return text
}

// portable encodes what may stand in a URL that stands alone, but not in one
// after a name.
func portable(link string) string {
	var text strings.Builder
	for _, r := range link {
		if r != ';' && !isSpace(r) {
			text.WriteRune(r)
			continue
		}
		for _, b := range []byte(string(r)) {
			fmt.Fprintf(&text, "%%%02X", b)
		}
	}
	return text.String()
}

// quote quotes a word for splitOptions, if it must be.
func quote(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}
