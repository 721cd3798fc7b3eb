package target

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
)

// TestOracle compares the tags of named targets with the lists of
// pypa/packaging, all of which have a name.
func TestOracle(t *testing.T) {
	t.Parallel()
	for _, lists := range conformance.TagLists(t, filepath.Join("..", "tag", "testdata"), 6, 21) {
		compareOracle(t, lists)
	}
}

func compareOracle(t *testing.T, lists map[string][]string) {
	t.Helper()
	for name, want := range lists {
		got, err := Parse(oracleName(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if tags := got.CompletePlatform().CompatibleTags; !slices.Equal(tags, want) {
			t.Errorf("%s: %s has %d other tags than the %d wanted", name, got.Name, len(tags), len(want))
		}
	}
}

// oracleName is the target that a name of the oracle stands for:
// "cp312-linux-x86_64-glibc2.17" is cp312-manylinux_2_17_x86_64.
func oracleName(name string) string {
	words := strings.Split(name, "-")
	escape := strings.NewReplacer(".", "_")
	switch words[1] {
	case "linux":
		if musl, ok := strings.CutPrefix(words[3], "musl"); ok {
			return words[0] + "-musllinux_" + escape.Replace(musl) + "_" + words[2]
		}
		return words[0] + "-manylinux_" + escape.Replace(strings.TrimPrefix(words[3], "glibc")) + "_" + words[2]
	case "macos":
		return words[0] + "-macosx_" + escape.Replace(words[2]) + "_" + words[3]
	case "ios", "android":
		return words[0] + "-" + words[1] + "_" + escape.Replace(words[2]) + "_" + words[3]
	}
	return name
}
