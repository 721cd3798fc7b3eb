package resolve

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkAgree resolves sixty projects of forty versions for eight targets that
// agree at once, that have to give up some of the newest versions, and that
// can't agree in one project.
func BenchmarkAgree(b *testing.B) {
	const targets = "cp39-linux-x86_64 cp310-linux-x86_64 cp311-linux-x86_64 cp312-linux-x86_64 cp313-linux-x86_64 cp313-musl-x86_64 cp313-macos-arm64 cp313-win_amd64"
	for _, test := range []struct {
		name   string
		native func(version int) string // the tags and Requires-Python of a project
		want   int                      // differences
	}{
		{"at once", func(int) string {
			return "cp39-abi3-manylinux_2_17_x86_64.musllinux_1_1_x86_64.macosx_11_0_arm64.win_amd64 | "
		}, 0},
		{"older ones", func(version int) string {
			if version > 20 {
				return "cp310-abi3-manylinux_2_17_x86_64.musllinux_1_1_x86_64.macosx_11_0_arm64.win_amd64 | >=3.10"
			}
			return "cp39-abi3-manylinux_2_17_x86_64.musllinux_1_1_x86_64.macosx_11_0_arm64.win_amd64 | "
		}, 0},
		{"never", func(version int) string {
			if version > 20 {
				return "cp310-abi3-manylinux_2_17_x86_64.musllinux_1_1_x86_64.macosx_11_0_arm64.win_amd64 | >=3.10"
			}
			return "cp39-cp39-manylinux_2_17_x86_64 | <3.10"
		}, 1},
	} {
		var lines strings.Builder
		for i := range 60 {
			for version := range 40 {
				var requires []string
				for _, next := range []int{2*i + 1, 2*i + 2, 59} {
					if next > i && next < 60 {
						requires = append(requires, fmt.Sprintf("p%d>=%d", next, version/4))
					}
				}
				tags := "any | >=3.8"
				if i == 59 {
					tags = test.native(version)
				}
				fmt.Fprintf(&lines, "p%d %d %s | %s\n", i, version, tags, strings.Join(requires, ", "))
			}
		}
		s := newShelf(b, lines.String())
		b.Run(test.name, func(b *testing.B) {
			for b.Loop() {
				solution, err := s.solve(b, Options{}, targets, "p0")
				if err != nil {
					b.Fatal(err)
				}
				if len(solution.Differences) != test.want {
					b.Fatalf("differences are %v, want %d", solution.Differences, test.want)
				}
			}
		})
	}
}
