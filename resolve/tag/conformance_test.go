package tag

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

// TestOracle compares whole lists with those that pypa/packaging gives.
func TestOracle(t *testing.T) {
	t.Parallel()
	for _, lists := range conformance.TagLists(t, "testdata", 6, 21) {
		compareOracle(t, lists)
	}
}

func compareOracle(t *testing.T, lists map[string][]string) {
	t.Helper()
	for name, want := range lists {
		var got []string
		for _, tag := range oracleTags(t, name) {
			got = append(got, tag.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d tags, want %d; first difference: %s", name, len(got), len(want), firstDifference(got, want))
		}
	}
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("at %d %s, want %s", i, got[i], want[i])
		}
	}
	return "the length"
}

// oracleTags makes the list that a name of the oracle stands for:
// "cp312-linux-x86_64-glibc2.17", "cp312-macos-14.0-arm64", "cp312-win32".
func oracleTags(t *testing.T, name string) []Tag {
	t.Helper()
	interpreter, platform, _ := strings.Cut(name, "-")
	platforms := oraclePlatforms(t, platform)
	version := Version{3, 0}
	digits := strings.TrimRight(strings.TrimLeft(interpreter, "abcdefghijklmnopqrstuvwxyz"), "tm")
	if _, err := fmt.Sscanf(digits, "3%d", &version.Minor); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	switch {
	case strings.HasPrefix(interpreter, "pp"):
		return append(Generic(interpreter, []string{"pypy310_pp73"}, platforms), Compatible(version, "pp3", platforms)...)
	case strings.HasPrefix(interpreter, "graalpy"):
		return append(Generic(interpreter, []string{"graalpy242_311_native"}, platforms), Compatible(version, interpreter, platforms)...)
	}
	return append(CPython(version, []string{interpreter}, platforms), Compatible(version, "cp"+digits, platforms)...)
}

func oraclePlatforms(t *testing.T, name string) []string {
	t.Helper()
	words := strings.Split(name, "-")
	var v Version
	read := func(text, format string) Version {
		t.Helper()
		if _, err := fmt.Sscanf(text, format, &v.Major, &v.Minor); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	switch words[0] {
	case "linux":
		list := []string{"linux_" + words[1]}
		if strings.HasPrefix(words[2], "musl") {
			return append(list, Musllinux(words[1], read(words[2], "musl%d.%d"))...)
		}
		return append(list, Manylinux(words[1], read(words[2], "glibc%d.%d"))...)
	case "macos":
		return MacOS(read(words[1], "%d.%d"), words[2])
	case "ios":
		return IOS(read(words[1], "%d.%d"), words[2])
	case "android":
		level := 0
		if _, err := fmt.Sscan(words[1], &level); err != nil {
			t.Fatal(err)
		}
		return Android(level, words[2])
	}
	return []string{name}
}
