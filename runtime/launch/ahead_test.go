//go:build unix

package launch

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/gobundle/gobundle/runtime/packed"
)

func TestAhead(t *testing.T) {
	t.Parallel()
	second := strings.Replace(wheelsManifest, `[{"wheels": [0, 1, 2]}]`, `[{"wheels": [0, 1]}, {"wheels": [1, 2]}]`, 1)
	for _, test := range []struct {
		name     string
		manifest string
		before   func(cache string) error
		code     int
		want     []string
	}{
		{"all", wheelsManifest, nil, madeAll, []string{firstDigest, secondDigest, codeDigest}},
		{"one is there", wheelsManifest, func(cache string) error { return os.MkdirAll(filepath.Join(cache, "wheels", firstDigest), 0o700) }, madeSome, []string{secondDigest, codeDigest}},
		{"a killed process left something", wheelsManifest, func(cache string) error {
			return os.MkdirAll(filepath.Join(cache, "wheels", "."+firstDigest+".0123.tmp"), 0o700)
		}, madeAll, []string{firstDigest, secondDigest, codeDigest}},
		{"two targets: what both have", second, nil, madeSome, []string{secondDigest}},
		{"no digest", strings.Replace(wheelsManifest, "FIRST", "../../etc", 1), nil, madeSome, nil},
		{"no wheels", `{"targets": [{"wheels": []}]}`, nil, madeSome, nil},
		{"no place", wheelsManifest, func(cache string) error { return os.WriteFile(cache, nil, 0o600) }, madeSome, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cache := filepath.Join(t.TempDir(), "cache")
			if test.before != nil {
				if err := test.before(cache); err != nil {
					t.Fatal(err)
				}
			}
			var asked []packed.Part
			environ := variables{"GOBUNDLE_CACHE_DIR=" + cache}
			if code := ahead(t.Context(), packedBundle(t, test.manifest), environ, copies(&asked)); code != test.code {
				t.Errorf("it ends with %d, want %d", code, test.code)
			}
			var digests []string
			for _, p := range asked {
				digests = append(digests, p.SHA256)
			}
			if !slices.Equal(digests, test.want) {
				t.Errorf("it unpacks %v, want %v", digests, test.want)
			}
			for _, digest := range test.want {
				if _, err := os.Stat(filepath.Join(cache, "wheels", digest, "name")); err != nil {
					t.Error(err)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(cache, "wheels", ".*")); len(left) > 0 {
				t.Errorf("it leaves %v", left)
			}
		})
	}
}

// What went wrong is left to the bootstrap, and nothing is left of it.
func TestAheadInVain(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "cache")
	means := Means{Hash: sha256.New, Wheels: func(context.Context, []packed.Part) error { return syscall.ENOSPC }}
	if code := ahead(t.Context(), packedBundle(t, wheelsManifest), variables{"GOBUNDLE_CACHE_DIR=" + cache}, means); code != madeSome {
		t.Errorf("it ends with %d, want %d", code, madeSome)
	}
	if left, _ := os.ReadDir(filepath.Join(cache, "wheels")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
