package target

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOracle compares the tags of named targets with the lists of
// pypa/packaging, all of which have a name.
func TestOracle(t *testing.T) {
	t.Parallel()
	t.Run("own", func(t *testing.T) {
		t.Parallel()
		compareOracle(t, filepath.Join("..", "tag", "testdata"), 6)
	})
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		folder := os.Getenv("GOBUNDLE_CONFORMANCE")
		if folder == "" {
			t.Skip("GOBUNDLE_CONFORMANCE is not set")
		}
		compareOracle(t, folder, 21)
	})
}

func compareOracle(t *testing.T, folder string, atLeast int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "packaging.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Lists map[string][]string `json:"oracle_tags_in_order"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Lists) < atLeast {
		t.Fatalf("%d lists, want %d", len(file.Lists), atLeast)
	}
	for name, want := range file.Lists {
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
