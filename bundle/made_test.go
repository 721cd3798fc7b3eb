package bundle

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// around returns surroundings with folders of the test's own.
func around(tb testing.TB) Surroundings {
	tb.Helper()
	folder := tb.TempDir()
	return Surroundings{
		Directory: folder,
		Getenv:    func(string) string { return "" },
		Version:   "0",
		CacheDir:  filepath.Join(folder, "cache"),
	}
}

// bundling returns options that bundle from a folder of made wheels.
func bundling(tb testing.TB, folder string, requirements ...string) Options {
	tb.Helper()
	return Options{
		Inputs:       Inputs{Requirements: requirements, Indexes: Indexes{NoIndex: true, FindLinks: []string{folder}}},
		Surroundings: around(tb),
		Output:       "out.pyz",
	}
}

func parsedTarget(tb testing.TB, name string) *target.Target {
	tb.Helper()
	on, err := target.Parse(name)
	if err != nil {
		tb.Fatal(err)
	}
	return on
}

// wheelsOf lists the files of a manifest's target, sorted.
func wheelsOf(m *manifest.Manifest, t manifest.Target) string {
	var files []string
	for _, place := range t.Wheels {
		files = append(files, strings.TrimSuffix(m.Wheels[place].File, ".whl"))
	}
	slices.Sort(files)
	return strings.Join(files, " ")
}

// platformWheels are one release with a wheel per tag.
func platformWheels(name, version string, tags ...string) []indextest.Dist {
	var dists []indextest.Dist
	for _, tag := range tags {
		dists = append(dists, indextest.Dist{Name: name, Version: version, Tag: tag})
	}
	return dists
}
