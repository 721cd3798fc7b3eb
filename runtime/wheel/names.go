package wheel

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// UnsafeName says why a member's name must not be unpacked, or "" if it may.
// The name is a file's or, with a slash at its end, a directory's.
func UnsafeName(name string) string {
	if !utf8.ValidString(name) {
		return "has a name that is not UTF-8"
	}
	for _, r := range name {
		switch {
		case r == '\\':
			return "has a backslash in its name"
		case r < 0x20, r >= 0x7f && r < 0xa0:
			return "has a control character in its name"
		case r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return "has a character in its name that hides or reorders text"
		}
	}
	if strings.HasPrefix(name, "/") {
		return "has an absolute name"
	}
	if len(name) >= 2 && name[1] == ':' && isLetter(name[0]) {
		return "has a drive in its name"
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		switch part {
		case "..":
			return "leaves its folder"
		case ".", "":
			return "has an empty part in its name"
		}
	}
	return ""
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// Hazard is a name that some systems can't hold. A wheel with hazards is valid;
// installing it on Windows is refused.
type Hazard struct {
	Path   string
	Other  string // the path that Path clashes with when case and Unicode form don't count, or ""
	Reason string // as the end of a sentence
}

// Hazards lists the names that Windows can't hold, and those that clash where
// file names ignore case or Unicode form (macOS, Windows), sorted as the wheel
// has them.
func (w *Wheel) Hazards() []Hazard {
	var hazards []Hazard
	seen := make(map[string]string, len(w.archive.members))
	for i := range w.archive.members {
		m := &w.archive.members[i]
		if m.directory() {
			continue
		}
		if reason := windowsHazard(m.name); reason != "" {
			hazards = append(hazards, Hazard{Path: m.name, Reason: reason})
		}
		// Folders count too: "A/x" and "a/y" are one folder there, which is
		// harmless; only files clash.
		key := foldName(m.name)
		if other, found := seen[key]; found {
			hazards = append(hazards, Hazard{Path: m.name, Other: other, Reason: "differs from " + other + " only in case or Unicode form"})
			continue
		}
		seen[key] = m.name
	}
	return hazards
}

// foldName gives names that clash on a case-insensitive file system the same key.
func foldName(name string) string { return strings.ToLower(norm.NFC.String(name)) }

func windowsHazard(name string) string {
	for part := range strings.SplitSeq(name, "/") {
		if strings.ContainsAny(part, `<>:"|?*`) {
			return "has a character that Windows doesn't allow"
		}
		if last := part[len(part)-1]; last == '.' || last == ' ' {
			return "has a part that ends in a dot or a space"
		}
		stem, _, _ := strings.Cut(part, ".")
		if isDeviceName(strings.TrimRight(stem, " ")) {
			return "is the name of a device on Windows"
		}
	}
	return ""
}

func isDeviceName(stem string) bool {
	stem = strings.ToUpper(stem)
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, found := strings.CutPrefix(stem, "COM")
	if !found {
		port, found = strings.CutPrefix(stem, "LPT")
	}
	if !found {
		return false
	}
	switch port {
	case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// normalizeName is the normalisation of distribution names (PEP 503).
func normalizeName(name string) string {
	var b strings.Builder
	pending := false
	for i := range len(name) {
		c := name[i]
		if c == '-' || c == '_' || c == '.' {
			pending = true
			continue
		}
		if pending {
			b.WriteByte('-')
			pending = false
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		b.WriteByte(c)
	}
	if pending {
		b.WriteByte('-')
	}
	return b.String()
}

// versionKey is equal for texts that spell one version; it knows just enough
// for comparing a file name with a .dist-info folder: case, leading zeros,
// trailing zeros of the release, and which separator is used.
func versionKey(version string) string {
	var parts []string
	version = strings.ToLower(version)
	if rest, found := strings.CutPrefix(version, "v"); found {
		version = rest
	}
	for i := 0; i < len(version); {
		start := i
		switch {
		case isDigit(version[i]):
			for i < len(version) && isDigit(version[i]) {
				i++
			}
			digits := strings.TrimLeft(version[start:i], "0")
			if digits == "" {
				digits = "0"
			}
			parts = append(parts, digits)
		case isLetter(version[i]):
			for i < len(version) && isLetter(version[i]) {
				i++
			}
			word := version[start:i]
			switch word {
			case "alpha":
				word = "a"
			case "beta":
				word = "b"
			case "c", "pre", "preview":
				word = "rc"
			case "r", "rev":
				word = "post"
			}
			parts = append(parts, word)
		case version[i] == '!':
			parts = append(parts, "!")
			i++
		default:
			i++
		}
	}
	// Trailing zeros of the release: those before the first word, or at the end.
	end := 0
	for end < len(parts) && (isDigit(parts[end][0]) || parts[end] == "!") {
		end++
	}
	cut := end
	for cut > 1 && parts[cut-1] == "0" {
		cut--
	}
	return strings.Join(append(parts[:cut:cut], parts[end:]...), ".")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
