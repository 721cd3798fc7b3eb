package bundle

import (
	"fmt"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// BenchmarkTargets bundles an application of sixty distributions, six of them
// with a wheel per platform, for one target and for eight, from a folder and from
// an index. All is in the cache: no wheel is fetched, and the index is asked only
// whether its pages changed. It reports how many times as long the eight take.
func BenchmarkTargets(b *testing.B) {
	eight := []string{
		"cp312-linux-x86_64", "cp312-linux-aarch64", "cp312-musl-x86_64", "cp312-macos-arm64", "cp312-windows-amd64",
		"cp313-linux-x86_64", "cp313-macos-arm64", "cp313-windows-amd64",
	}
	const projects, native, versions = 60, 6, 4
	var dists []indextest.Dist
	for i := range projects {
		for version := range versions {
			d := indextest.Dist{Name: fmt.Sprintf("p%d", i), Version: fmt.Sprint(version), Padding: 200_000, RequiresPython: ">=3.8"}
			for _, next := range []int{2*i + 1, 2*i + 2} {
				if next < projects {
					d.Requires = append(d.Requires, fmt.Sprintf("p%d>=%d", next, version/2))
				}
			}
			if i == 0 {
				d.Requires = append(d.Requires, `p1; python_version < "3.13"`, `p2; sys_platform == "win32"`)
			}
			if i < projects-native {
				dists = append(dists, d)
				continue
			}
			for _, tag := range []string{"manylinux_2_17_x86_64", "manylinux_2_17_aarch64", "musllinux_1_1_x86_64", "macosx_11_0_arm64", "win_amd64"} {
				d.Tag = "cp38-abi3-" + tag
				dists = append(dists, d)
			}
		}
	}
	server := indextest.New(b)
	server.Add(dists...)
	for _, source := range []struct {
		name    string
		indexes Indexes
	}{
		{"folder", Indexes{NoIndex: true, FindLinks: []string{indextest.Folder(b, dists...)}}},
		{"index", Indexes{IndexURL: server.URL(), TrustedHosts: []string{server.Host()}}},
	} {
		o := Options{Inputs: Inputs{Requirements: []string{"p0"}, Indexes: source.indexes}, Surroundings: around(b), Output: "out.pyz"}
		build := func(b *testing.B, targets []string) time.Duration {
			b.Helper()
			o := o
			o.Targets = targets
			start := time.Now()
			if _, err := Build(b.Context(), o); err != nil {
				b.Fatal(err)
			}
			return time.Since(start)
		}
		b.Run(source.name, func(b *testing.B) {
			build(b, eight) // fills the cache
			var one, all time.Duration
			for b.Loop() {
				one += build(b, eight[:1])
				all += build(b, eight)
			}
			b.ReportMetric(one.Seconds()*1000/float64(b.N), "ms/one")
			b.ReportMetric(all.Seconds()*1000/float64(b.N), "ms/eight")
			b.ReportMetric(float64(all)/float64(one), "eight/one")
		})
	}
}
