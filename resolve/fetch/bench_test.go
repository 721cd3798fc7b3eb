package fetch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// BenchmarkWarmFolder is what a build from a folder of 93 wheels costs here when
// nothing has changed since the last one: 12 of them are found, their metadata is
// read, and they are taken. GOBUNDLE_WHEELS names a folder of real ones.
func BenchmarkWarmFolder(b *testing.B) {
	folder, projects := os.Getenv("GOBUNDLE_WHEELS"), []string{
		"awscli", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3", "docutils", "pyyaml", "colorama", "rsa", "pyasn1",
	}
	if folder == "" {
		projects = projects[:0]
		folder = b.TempDir()
		for i := range 93 {
			files := map[string]string{}
			for j := range 50 {
				files[fmt.Sprintf("p%d/module%d.py", i, j)] = fmt.Sprintf("value = %d\n", j)
			}
			d := indextest.Dist{Name: fmt.Sprintf("project-%d", i), Version: "1.0", Files: files, Padding: 200_000}
			if err := indextest.WriteFolder(folder, d); err != nil {
				b.Fatal(err)
			}
			if i%8 == 0 {
				projects = append(projects, d.Name)
			}
		}
		time.Sleep(100 * time.Millisecond) // so that the files don't count as just written
	}
	store := filepath.Join(b.TempDir(), "store")
	build := func() {
		client, err := index.New(index.Options{FindLinks: []string{folder}})
		if err != nil {
			b.Fatal(err)
		}
		fetcher, err := fetch.New(fetch.Options{Store: store, Verify: wheel.Verify})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range projects {
			p, err := client.Project(b.Context(), name)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := fetcher.Metadata(b.Context(), p.Files[0]); err != nil {
				b.Fatal(err)
			}
			if _, err := fetcher.Wheel(b.Context(), p.Files[0], nil, nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	start := time.Now()
	build()
	cold := time.Since(start)
	for b.Loop() {
		build()
	}
	b.ReportMetric(float64(cold.Microseconds())/1000, "ms-cold")
}
