package resolve

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestAgree has what targets get together. Each wanted line is a target's; a
// single one is for all.
func TestAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		shelf        string
		targets      string
		requirements []string
		want         []string
		differences  []string
		held         []string
	}{
		{
			name:         "pure",
			shelf:        "a 1 any\na 2 any",
			targets:      "cp39-linux-x86_64 cp313-windows-amd64",
			requirements: []string{"a"},
			want:         []string{"a 2"},
		},
		{
			name:         "the newest with wheels for all",
			shelf:        "n 1 cp39-cp39-win_amd64 cp313-cp313-win_amd64\nn 2 cp39-cp39-win_amd64 cp313-cp313-win_amd64\nn 3 cp313-cp313-win_amd64",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"n"},
			want:         []string{"n 2"},
			held:         []string{"n 2 instead of 3 (3 has no wheel for cp39-win_amd64)"},
		},
		{
			name:         "the newest that supports all Pythons",
			shelf:        "n 1 any | >=3.8\nn 2 any | >=3.8\nn 3 any | >=3.10",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"n"},
			want:         []string{"n 2"},
			held:         []string{"n 2 instead of 3 (3 needs Python >=3.10)"},
		},
		{
			name:         "what was held back holds back what needs the newer one",
			shelf:        "n 1 any\nn 2 cp313-cp313-win_amd64\ns 1 any | | n\ns 2 any | | n>=2",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"s"},
			want:         []string{"n 1, s 1"},
			held:         []string{"n 1 instead of 2 (2 has no wheel for cp39-win_amd64)", "s 1 instead of 2 (what is required with it is not for all targets)"},
		},
		{
			name:         "a marker restricts one target, and so all",
			shelf:        `b 1 any` + "\n" + `b 2 any` + "\n" + `a 1 any | | b, b<2; sys_platform == "win32"`,
			targets:      "cp313-linux-x86_64 cp313-win_amd64",
			requirements: []string{"a"},
			want:         []string{"a 1, b 1"},
			held:         []string{"b 1 instead of 2 (what is required with it is not for all targets)"},
		},
		{
			name:         "no version is for all",
			shelf:        "n 1 cp39-cp39-win_amd64 | >=3.8,<3.13\nn 2 cp313-cp313-win_amd64 | >=3.10\na 1 any | | n",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"a"},
			want:         []string{"a 1, n 2", "a 1, n 1"},
			differences:  []string{"n 2 for cp313-win_amd64, 1 for cp39-win_amd64 (1 has no wheel for cp313-win_amd64; 2 has no wheel for cp39-win_amd64)"},
		},
		{
			name:         "what differs does not make others differ",
			shelf:        "n 1 cp39-cp39-win_amd64\nn 2 cp313-cp313-win_amd64\nm 1 any\nm 2 any | >=3.10\na 1 any | | n, m",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"a"},
			want:         []string{"a 1, m 1, n 2", "a 1, m 1, n 1"},
			differences:  []string{"n 2 for cp313-win_amd64, 1 for cp39-win_amd64 (1 has no wheel for cp313-win_amd64; 2 has no wheel for cp39-win_amd64)"},
			held:         []string{"m 1 instead of 2 (2 needs Python >=3.10)"},
		},
		{
			name:         "requirements with markers allow no single version",
			shelf:        "b 1 any\nb 2 any\nc 1 any\nc 2 any",
			targets:      "cp313-linux-x86_64 cp313-win_amd64",
			requirements: []string{`b<2; sys_platform == "win32"`, `b>=2; sys_platform != "win32"`, "c"},
			want:         []string{"b 2, c 2", "b 1, c 2"},
			differences:  []string{"b 2 for cp313-manylinux_2_28_x86_64, 1 for cp313-win_amd64 (no solution has one version for all)"},
		},
		{
			name:         "only some targets need it",
			shelf:        "n 1 any\nn 2 cp313-cp313-win_amd64\nn 2 cp313-cp313-manylinux_2_17_x86_64",
			targets:      "cp313-win_amd64 cp39-linux-x86_64 cp313-linux-x86_64",
			requirements: []string{`n; python_version >= "3.10"`},
			want:         []string{"n 2", "", "n 2"},
		},
		{
			name:         "extras, also of extras",
			shelf:        "a 1 any | | b; extra == \"x\", a[x]; extra == \"y\"\na 2 any | >=3.10 | b>=2; extra == \"x\", a[x]; extra == \"y\"\nb 1 any\nb 2 any\nc 1 any | | a[y]",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"c"},
			want:         []string{"a 1, b 2, c 1"},
			held:         []string{"a 1 instead of 2 (2 needs Python >=3.10)"},
		},
		{
			name:         "an extra that only another version asks for",
			shelf:        "c 1 any | | a[x]\nc 2 any | >=3.10 | a\na 1 any | | b; extra == \"x\"\nb 1 any",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"c"},
			want:         []string{"a 1, b 1, c 1"},
			held:         []string{"c 1 instead of 2 (2 needs Python >=3.10)"},
		},
		{
			name:         "several at once, of which some can agree",
			shelf:        "n 1 cp39-cp39-win_amd64\nn 2 cp313-cp313-win_amd64\nm 1 any | | n<2\nm 2 any | | n>=2\no 1 any\no 2 any | >=3.10",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"m", "o", "n"},
			want:         []string{"m 2, n 2, o 1", "m 1, n 1, o 1"},
			differences: []string{
				"m 2 for cp313-win_amd64, 1 for cp39-win_amd64 (no solution has one version for all)",
				"n 2 for cp313-win_amd64, 1 for cp39-win_amd64 (1 has no wheel for cp313-win_amd64; 2 has no wheel for cp39-win_amd64)",
			},
			held: []string{"o 1 instead of 2 (2 needs Python >=3.10)"},
		},
		{
			name:         "yanked and pre-releases stay where they were",
			shelf:        "n 1 any\nn 2 cp313-cp313-win_amd64\nn 3b1 any\nn 1.5 any\nn 1.5 yanked",
			targets:      "cp313-win_amd64 cp39-win_amd64",
			requirements: []string{"n"},
			want:         []string{"n 1"},
			held:         []string{"n 1 instead of 2 (2 has no wheel for cp39-win_amd64)"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			names := strings.Fields(test.targets)
			for range 2 { // the order of the targets doesn't matter
				solution, err := newShelf(t, test.shelf).solve(t, Options{}, strings.Join(names, " "), test.requirements...)
				if err != nil {
					t.Fatal(err)
				}
				for i, resolution := range solution.Resolutions {
					at := slices.Index(strings.Fields(test.targets), names[i])
					want := test.want[min(at, len(test.want)-1)]
					if got := pins(resolution); got != want {
						t.Errorf("%s gets %q, want %q", names[i], got, want)
					}
				}
				if got := texts(solution.Differences); !slices.Equal(got, test.differences) {
					t.Errorf("differences are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.differences, "\n"))
				}
				if got := texts(solution.Held); !slices.Equal(got, test.held) {
					t.Errorf("held back are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.held, "\n"))
				}
				slices.Reverse(names)
			}
		})
	}
}

func texts[T fmt.Stringer](values []T) []string {
	var texts []string
	for _, v := range values {
		texts = append(texts, v.String())
	}
	return texts
}

// TestAgreeFarBack holds that targets agree on versions far from the newest
// ones, where the one that needs them had to be led there.
func TestAgreeFarBack(t *testing.T) {
	t.Parallel()
	const projects, versions = 30, 40
	var lines strings.Builder
	for i := range projects {
		for version := range versions {
			var requires []string
			for _, next := range []int{2*i + 1, 2*i + 2, projects - 1} {
				if next > i && next < projects {
					requires = append(requires, fmt.Sprintf("p%d>=%d", next, version*9/10))
				}
			}
			tags := "any | >=3.8"
			if i == projects-1 && version > 20 {
				tags = "any | >=3.10"
			}
			fmt.Fprintf(&lines, "p%d %d %s | %s\n", i, version, tags, strings.Join(requires, ", "))
		}
	}
	solution, err := newShelf(t, lines.String()).solve(t, Options{}, "cp313-win_amd64 cp39-win_amd64 cp313-linux-x86_64", "p0")
	if err != nil {
		t.Fatal(err)
	}
	if len(solution.Differences) > 0 || len(solution.Held) != projects {
		t.Errorf("%d projects differ and %d are held back, want none and %d", len(solution.Differences), len(solution.Held), projects)
	}
	for _, resolution := range solution.Resolutions {
		for _, pin := range resolution.Pins {
			if want := "23"; pin.Version.String() != want && pin.Name != fmt.Sprintf("p%d", projects-1) {
				t.Errorf("%s gets %s %s, want %s", resolution.Target.Name, pin.Name, pin.Version, want)
			}
		}
	}
}
