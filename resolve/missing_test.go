package resolve

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/solve"
)

// rows writes missing wheels as lines.
func rows(e *MissingWheelsError) []string {
	var lines []string
	for _, w := range e.Wheels {
		nearest := "none"
		if !w.Nearest.IsZero() {
			nearest = w.Nearest.String()
		}
		lines = append(lines, fmt.Sprintf("%s %s, %s, nearest %s, %v, by %v", w.Name, w.Version, w.Target, nearest, w.Tags, w.RequiredBy))
	}
	return lines
}

func TestMissingWheels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		shelf        string
		targets      string
		requirements []string
		text         string
		want         []string
	}{
		{
			name:         "one",
			shelf:        "n 1 cp27-cp27m-win32",
			targets:      "cp313-linux-x86_64",
			requirements: []string{"n"},
			text:         "n 1 has no wheel for cp313-manylinux_2_28_x86_64",
			want:         []string{"n 1, cp313-manylinux_2_28_x86_64, nearest none, [cp27-cp27m-win32], by []"},
		},
		{
			name: "all targets and projects at once",
			shelf: `app 1 any | | fast>=2, slow
				fast 1 cp313-cp313-win_amd64 cp39-cp39-win_amd64
				fast 2 cp313-cp313-macosx_11_0_arm64 cp312-cp312-win_amd64 cp313-cp313-win_amd64
				fast 3 cp313-cp313-win_amd64
				slow 1 sdist`,
			targets:      "cp313-win_amd64 cp39-win_amd64 cp313-linux-x86_64",
			requirements: []string{"app", "fast<3"},
			text:         "5 wheels are missing for all 3 targets",
			want: []string{
				"fast 2, cp39-win_amd64, nearest 1, [cp312-cp312-win_amd64 cp313-cp313-win_amd64 cp313-cp313-macosx_11_0_arm64], by [app]",
				"fast 2, cp313-manylinux_2_28_x86_64, nearest none, [cp313-cp313-macosx_11_0_arm64 cp313-cp313-win_amd64 cp312-cp312-win_amd64], by [app]",
				"slow 1, cp313-win_amd64, nearest none, [], by [app]",
				"slow 1, cp39-win_amd64, nearest none, [], by [app]",
				"slow 1, cp313-manylinux_2_28_x86_64, nearest none, [], by [app]",
			},
		},
		{
			name:         "an older version is there, and the requirements allow it",
			shelf:        "a 2 cp39-cp39-win32 | | n\na 1 any | | n\nn 1 cp39-cp39-win32",
			targets:      "cp313-win_amd64",
			requirements: []string{"a"},
			text:         "n 1 has no wheel for cp313-win_amd64",
			want:         []string{"n 1, cp313-win_amd64, nearest none, [cp39-cp39-win32], by [a]"},
		},
		{
			name:         "the nearest is the next newer one, if there is no older one",
			shelf:        "n 1 cp39-cp39-win32\nn 2b1 any\nn 3 any\nn 4 any",
			targets:      "cp313-win_amd64 cp312-win_amd64",
			requirements: []string{"n<2"},
			text:         "2 wheels are missing for both targets",
			want: []string{
				"n 1, cp313-win_amd64, nearest 3, [cp39-cp39-win32], by []",
				"n 1, cp312-win_amd64, nearest 3, [cp39-cp39-win32], by []",
			},
		},
		{
			name:         "two of one target",
			shelf:        "n 1 cp39-cp39-win32\nm 1 cp313-cp313-win32 cp313-cp313t-win_amd64",
			targets:      "cp313-win_amd64 cp39-win32",
			requirements: []string{"n", `m; python_version > "3.9"`},
			text:         "2 distributions have no wheel for one of the 2 targets, cp313-win_amd64",
			want: []string{
				"m 1, cp313-win_amd64, nearest none, [cp313-cp313t-win_amd64 cp313-cp313-win32], by []",
				"n 1, cp313-win_amd64, nearest none, [cp39-cp39-win32], by []",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newShelf(t, test.shelf).solve(t, Options{}, test.targets, test.requirements...)
			var missing *MissingWheelsError
			if !errors.As(err, &missing) {
				t.Fatalf("error %v, want a *MissingWheelsError", err)
			}
			if err.Error() != test.text {
				t.Errorf("error %q, want %q", err, test.text)
			}
			if got := rows(missing); !slices.Equal(got, test.want) {
				t.Errorf("missing are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestOtherConflicts has failures that no wheel would mend.
func TestOtherConflicts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, shelf, targets string
		requirements         []string
		target               string
	}{
		{"Requires-Python", "n 1 cp313-cp313-win_amd64 | >=3.10", "cp313-win_amd64 cp39-win_amd64", []string{"n"}, "cp39-win_amd64"},
		{"versions", "n 1 cp313-cp313-win_amd64", "cp39-win_amd64 cp313-win_amd64", []string{"n>1"}, "cp39-win_amd64"},
		{"one target has no wheel, and another a conflict", "n 1 cp313-cp313-win_amd64\nm 1 any", "cp39-win_amd64 cp313-win_amd64", []string{"n", `m>1; python_version > "3.9"`}, "cp313-win_amd64"},
		{"a way around it, by an old release", "a 1 any\na 2 any\nb 0.1 cp27-cp27m-win32\nb 1 any | | a<2", "cp313-win_amd64", []string{"a>=2", "b"}, ""},
		{"a way around it, by an old source distribution", "a 1 any\na 2 any\nb 0.1 sdist\nb 1 any | | a<2", "cp313-win_amd64", []string{"a>=2", "b"}, ""},
		{"a source distribution that is pinned", "b 0.1 sdist\nb 1 any", "cp313-win_amd64", []string{"b==0.1"}, ""},
		{"only one target", "n 1 any", "cp39-win_amd64", []string{"n>1"}, ""},
		{"unknown", "n 1 any", "cp39-win_amd64", []string{"m"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newShelf(t, test.shelf).solve(t, Options{}, test.targets, test.requirements...)
			var conflict *solve.Conflict
			if !errors.As(err, &conflict) {
				t.Fatalf("error %v, want a *solve.Conflict", err)
			}
			name := ""
			if on := (*TargetError)(nil); errors.As(err, &on) {
				name = on.Target
			}
			if name != test.target {
				t.Errorf("the error is about target %q, want %q", name, test.target)
			}
		})
	}
}
