package manifest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

var (
	normalizedName = lazyregexp.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// A wheel's name, version and tags as the binary distribution format
	// specification escapes them: parts joined by dashes, a build number among them or not.
	// None of these characters has a meaning in paths, URLs or shells' globs.
	wheelFile   = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._]*-[A-Za-z0-9._!+]+(-[0-9][A-Za-z0-9._]*)?(-[A-Za-z0-9._]+){3}\.whl$`)
	versionText = lazyregexp.New(`^[A-Za-z0-9._!+-]+$`)
	digest      = lazyregexp.New(`^[0-9a-f]{64}$`)
	tagText     = lazyregexp.New(`^[A-Za-z0-9_]+(-[A-Za-z0-9_]+){2}$`)
	separators  = lazyregexp.New(`[-_.]+`)
	// Windows gives these names to devices, whatever follows behind a dot.
	device = lazyregexp.New(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)`)
)

// maxName is how many bytes a file name may have on the usual file systems.
const maxName = 255

func isNormalizedName(s string) bool { return len(s) <= maxName && normalizedName().MatchString(s) }
func isVersionText(s string) bool    { return len(s) <= maxName && versionText().MatchString(s) }
func isDigest(s string) bool         { return digest().MatchString(s) }
func isTag(s string) bool            { return tagText().MatchString(s) }
func isWheelFile(s string) bool      { return wheelFile().MatchString(s) && IsFileName(s) }

func normalize(name string) string {
	return strings.ToLower(separators().ReplaceAllString(name, "-"))
}

// IsFileName reports whether s can be the name of a file in a folder on Unix,
// macOS and Windows alike, and nothing else than that: no path, no device, no
// stream.
func IsFileName(s string) bool {
	if s == "" || s == "." || s == ".." || len(s) > maxName || !utf8.ValidString(s) {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r)
	}) {
		return false
	}
	return !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, " ") && !device().MatchString(s)
}

// IsDottedName reports whether s names a module, or an attribute in one. The
// parts are Python identifiers; a dash is allowed too, as `python -m` takes it.
func IsDottedName(s string) bool {
	if len(s) > 1024 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || part[0] == '-' || !utf8.ValidString(part) || strings.ContainsFunc(part, func(r rune) bool {
			return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Pc, r)
		}) {
			return false
		}
	}
	return true
}
