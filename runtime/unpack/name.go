package unpack

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is the length in bytes of the longest name, which is that of the
// longest path on Linux.
const maxName = 4096

// cleanName makes a member's name a slash path without superfluous parts, "."
// for the archive's own root. The reason says why it must not be used, "" if it
// may.
func cleanName(name string) (clean, reason string) {
	if reason := unsafeText(name); reason != "" {
		return "", reason + " in its name"
	}
	switch {
	case name == "":
		return "", "has no name"
	case len(name) > maxName:
		return "", "has a name that is too long"
	case strings.HasPrefix(name, "/"):
		return "", "has an absolute name"
	case hasDrive(name):
		return "", "has a drive in its name"
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", `has ".." in its name`
		}
	}
	return path.Clean(name), ""
}

// unsafeText says what no path may hold, or "".
func unsafeText(text string) string {
	if !utf8.ValidString(text) {
		return "has bytes that are not UTF-8"
	}
	for _, r := range text {
		switch {
		case r == 0:
			return "has a NUL"
		case r == '\\':
			return "has a backslash"
		case r < 0x20, r >= 0x7f && r < 0xa0:
			return "has a control character"
		case r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return "has a character that hides or reorders text"
		}
	}
	return ""
}

func hasDrive(name string) bool {
	return len(name) >= 2 && name[1] == ':' && name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z'
}

// foldName is the same for names that are one on a file system which ignores
// case and Unicode form.
func foldName(name string) string { return strings.ToLower(norm.NFC.String(name)) }
