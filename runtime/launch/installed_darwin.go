package launch

import (
	"path/filepath"
	"slices"
	"strings"
)

// installed returns folders with programs of a name that need not be on PATH, as it
// is short for what is started from the Finder: of framework builds, the newest first,
// and of Homebrew.
func installed(name string) []string {
	version := "3*"
	if exact, ok := strings.CutPrefix(name, "python3."); ok {
		version = "3." + exact
	}
	var folders []string
	for _, framework := range []string{"Python", "PythonT"} { // the other is free-threaded
		found, _ := filepath.Glob("/Library/Frameworks/" + framework + ".framework/Versions/" + strings.TrimSuffix(version, "t") + "/bin")
		slices.SortFunc(found, func(a, b string) int { return compareNumbers(b, a) })
		folders = append(folders, found...)
	}
	return append(folders, "/opt/homebrew/bin", "/usr/local/bin")
}

// compareNumbers orders 3.9 before 3.12: among texts that differ in their last number
// only, the shorter has the smaller one.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
