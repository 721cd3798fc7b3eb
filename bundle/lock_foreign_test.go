package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// TestForeignLocks bundles from locks as other tools write them. The samples are
// written after the documentation of the formats; where they have INDEX, FILES and a
// project's name in capitals, the test puts the places and digests of real wheels.
func TestForeignLocks(t *testing.T) {
	t.Parallel()
	server := indextest.New(t)
	folder := t.TempDir()
	dists := []indextest.Dist{
		{Name: "greeter", Version: "1.0", Requires: []string{"helper>=1.0"}, Extras: []string{"loud"}}, {Name: "helper", Version: "1.0"},
		{Name: "helper", Version: "2.0"}, {Name: "colour", Version: "0.4"}, {Name: "horn", Version: "2.0"},
	}
	if err := indextest.WriteFolder(folder, dists...); err != nil {
		t.Fatal(err)
	}
	server.Add(dists...)
	replaced := []string{"INDEX", server.URL(), "FILES", strings.TrimSuffix(server.FileURL("x"), "/x")}
	for _, d := range []string{"greeter-1.0", "helper-1.0", "colour-0.4", "horn-2.0"} {
		sum := sha256.Sum256(contentOf(t, folder, d+"-py3-none-any.whl"))
		name, _, _ := strings.Cut(d, "-")
		replaced = append(replaced, strings.ToUpper(name), hex.EncodeToString(sum[:]))
	}
	real := strings.NewReplacer(replaced...)
	const samples = "../resolve/lockfile/testdata/foreign"
	for _, test := range []struct {
		file           string
		linux, windows string
		groups, extras []string
		alone          bool // without the default groups
	}{
		{file: "poetry.lock", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "poetry.lock", groups: []string{"dev"}, linux: "colour greeter helper", windows: "colour greeter helper"},
		{file: "poetry.lock", extras: []string{"loud"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "pdm.lock", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "pdm.lock", groups: []string{"dev"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "pdm.lock", groups: []string{"dev"}, alone: true, linux: "horn", windows: "colour horn"},
		{file: "pylock.pdm.toml", groups: []string{"dev"}, alone: true, linux: "horn", windows: "horn"},
		{file: "Pipfile.lock", groups: []string{"develop"}, alone: true, linux: "helper horn", windows: "helper horn"},
		{file: "uv.lock", groups: []string{"dev"}, alone: true, linux: "horn", windows: "horn"},
		{file: "poetry.lock", groups: []string{"dev"}, alone: true, linux: "colour", windows: "colour"},
		{file: "Pipfile.lock", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "Pipfile.lock", groups: []string{"develop"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "uv.lock", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "uv.lock", groups: []string{"dev"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "uv.lock", extras: []string{"loud"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "pylock.uv.toml", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "pylock.pdm.toml", linux: "greeter helper", windows: "colour greeter helper"},
		{file: "pylock.pdm.toml", groups: []string{"dev"}, linux: "greeter helper horn", windows: "colour greeter helper horn"},
		{file: "pylock.pip.toml", linux: "greeter helper", windows: "greeter helper"},
	} {
		t.Run(fmt.Sprint(test.file, test.groups, test.extras, test.alone), func(t *testing.T) {
			t.Parallel()
			sample, err := os.ReadFile(filepath.Join(samples, test.file))
			if err != nil {
				t.Fatal(err)
			}
			o := bundling(t, folder)
			o.Inputs = Inputs{Lock: FromLock{Path: test.file, Groups: test.groups, Extras: test.extras, NoDefaultGroups: test.alone}, Indexes: Indexes{IndexURL: server.URL()}}
			o.Targets = []string{"cp312-linux-x86_64", "cp312-windows-amd64"}
			if err := os.WriteFile(filepath.Join(o.Directory, test.file), []byte(real.Replace(string(sample))), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Build(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			content, err := Inspect(t.Context(), filepath.Join(o.Directory, "out.pyz"))
			if err != nil {
				t.Fatal(err)
			}
			var linux, windows []string
			for _, w := range content.Wheels {
				if slices.Contains(w.Targets, "cp312-win_amd64") {
					windows = append(windows, w.Name)
				}
				if len(w.Targets) == 2 || w.Targets[0] != "cp312-win_amd64" {
					linux = append(linux, w.Name)
				}
				if w.Name == "greeter" && !slices.Equal(w.Requires, []string{"helper"}) {
					t.Errorf("greeter requires %q, want helper", w.Requires)
				}
			}
			if got := strings.Join(linux, " "); got != test.linux {
				t.Errorf("Linux gets %q, want %q", got, test.linux)
			}
			if got := strings.Join(windows, " "); got != test.windows {
				t.Errorf("Windows gets %q, want %q", got, test.windows)
			}
			changed := []byte(real.Replace(string(sample)))
			for i := 5; i < len(replaced); i += 2 {
				changed = bytes.ReplaceAll(changed, []byte(replaced[i]), []byte(strings.Repeat("1", 64)))
			}
			if err := os.WriteFile(filepath.Join(o.Directory, test.file), changed, 0o644); err != nil {
				t.Fatal(err)
			}
			o.Output = "never.pyz"
			if _, err := Build(t.Context(), o); err == nil {
				t.Error("a lock with another digest bundles")
			}
		})
	}
}
