package resolve

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// A bench builds what is on a shelf. Projects whose name begins with "native"
// come to wheels for this machine.
type bench struct {
	SourceBuilder // of which nothing is asked
	*shelf
	mu    sync.Mutex
	built []string
}

// Wheel implements Builder.
func (b *bench) Wheel(_ context.Context, file index.File, on *target.Target) (fetch.Wheel, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.built = append(b.built, file.Name)
	if strings.HasPrefix(file.Name, "native") {
		return fetch.Wheel{}, &build.NotHereError{Source: file.Name, Target: on.Name, Tags: []string{"cp311-cp311-linux_x86_64"}}
	}
	return fetch.Wheel{}, nil
}

// Metadata implements Builder.
func (b *bench) Metadata(ctx context.Context, file index.File, _ *target.Target) ([]byte, error) {
	return b.shelf.Metadata(ctx, file)
}

// formatsOf reads "only a", "no b" and "prefer c".
func formatsOf(text string) func(string) Formats {
	return func(name string) Formats {
		return Formats{
			NoSources: strings.Contains(text, "only "+name), NoWheels: strings.Contains(text, "no "+name),
			PreferWheels: strings.Contains(text, "prefer "+name),
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, shelf, formats, requirement string
		pins                              string // "" for a failure
		file                              string // of the first pin
		fault, hint                       string
	}{
		{name: "all", shelf: "a 1 any\na 2 sdist", requirement: "a", pins: "a 2", file: "a-2.tar.gz"},
		{name: "wheels only", shelf: "a 1 any sdist\na 2 sdist", formats: "only a", requirement: "a", pins: "a 1", file: "a-1-py3-none-any.whl"},
		{name: "sources only", shelf: "a 1 any sdist\na 2 any", formats: "no a", requirement: "a", pins: "a 1", file: "a-1.tar.gz"},
		{name: "wheels preferred", shelf: "a 1 any sdist\na 2 any\na 3 sdist", formats: "prefer a", requirement: "a", pins: "a 2", file: "a-2-py3-none-any.whl"},
		{name: "wheels preferred and none fits", shelf: "a 1 any\na 2 sdist\na 3 sdist", formats: "prefer a", requirement: "a>1", pins: "a 3", file: "a-3.tar.gz"},
		{name: "of another project", shelf: "a 1 any sdist | | b\nb 1 sdist", formats: "only a", requirement: "a", pins: "a 1, b 1"},
		{name: "wheels only, and there is none", shelf: "a 1 sdist", formats: "only a", requirement: "a",
			fault: "a 1 has no wheel for cp312-manylinux_2_28_x86_64"},
		{name: "wheels only, and there is an older one", shelf: "a 1 any\na 2 sdist", formats: "only a", requirement: "a>=2",
			fault: "Because you require a >=2 and a 2 cannot be used (only a source distribution, which --only-binary rules out), your requirements cannot be met.",
			hint:  "let a be built, with --no-binary a behind --only-binary"},
		{name: "sources only, and there is none", shelf: "a 1 any", formats: "no a", requirement: "a",
			fault: "Because you require a and a 1 has no source distribution (--no-binary rules out its wheels), your requirements cannot be met.",
			hint:  "let wheels of a be used, with --only-binary a behind --no-binary"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t, test.shelf)
			solution, err := s.solve(t, Options{Builder: &bench{shelf: s}, Formats: formatsOf(test.formats)}, "cp312-linux-x86_64", test.requirement)
			if test.pins == "" {
				var conflict *solve.Conflict
				if err == nil || err.Error() != test.fault {
					t.Errorf("error = %v, want %s", err, test.fault)
				} else if errors.As(err, &conflict) && conflict.Hint() != test.hint {
					t.Errorf("hint = %q, want %q", conflict.Hint(), test.hint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			first := solution.Resolutions[0].Pins[0]
			if got := pins(solution.Resolutions[0]); got != test.pins || test.file != "" && first.File.Name != test.file {
				t.Errorf("pins = %s, %s, want %s, %s", got, first.File.Name, test.pins, test.file)
			}
		})
	}
}

// TestElsewhere has source distributions for targets that are other machines'.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, shelf, requirement string
		pins, fault              string
		rows, built              []string
	}{
		{name: "a pure one is built", shelf: "a 1 any\na 2 sdist", requirement: "a", pins: "a 2", built: []string{"a-2.tar.gz"}},
		{name: "an older wheel is taken before a native one", shelf: "native 1 any\nnative 2 sdist\nnative 3 sdist", requirement: "native",
			pins: "native 1", built: []string{"native-3.tar.gz"}},
		{name: "wheels for others show that it is native", shelf: "a 1 any\na 2 sdist cp312-cp312-win_amd64", requirement: "a", pins: "a 1"},
		{name: "a wheel for another Python does not", shelf: "a 1 any\na 2 sdist py2-none-any", requirement: "a", pins: "a 2", built: []string{"a-2.tar.gz"}},
		{name: "what is for other Pythons is not built", shelf: "a 1 any\nnative 2 sdist | <3.8\nnative 1 any", requirement: "native", pins: "native 1"},
		{name: "there is only a native one", shelf: "native 1 sdist | | b\nb 1 cp27-none-win32", requirement: "native",
			fault: "2 distributions have no wheel for cp312-macosx_13_0_arm64",
			rows: []string{
				"b 1, cp312-macosx_13_0_arm64, nearest none, [cp27-none-win32], by [native]",
				"native 1, cp312-macosx_13_0_arm64, nearest none, [], by []",
			},
			built: []string{"native-1.tar.gz"}},
		{name: "a native one is required", shelf: "native 1 any\nnative 2 sdist", requirement: "native>1",
			fault: "native 2 has no wheel for cp312-macosx_13_0_arm64",
			rows:  []string{"native 2, cp312-macosx_13_0_arm64, nearest 1, [], by []"},
			built: []string{"native-2.tar.gz"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t, test.shelf)
			b := &bench{shelf: s}
			solution, err := s.solve(t, Options{Builder: b}, "cp312-macos-arm64", test.requirement)
			if !slices.Equal(b.built, test.built) {
				t.Errorf("built %q, want %q", b.built, test.built)
			}
			var missing *MissingWheelsError
			if errors.As(err, &missing) {
				if err.Error() != test.fault || !slices.Equal(rows(missing), test.rows) {
					t.Errorf("error = %v\n%s\nwant %s\n%s", err, strings.Join(rows(missing), "\n"), test.fault, strings.Join(test.rows, "\n"))
				}
				last := missing.Wheels[len(missing.Wheels)-1]
				if last.Sources != 1 || !slices.Equal(last.Here, []string{"cp311-cp311-linux_x86_64"}) {
					t.Errorf("of %s there are %d source distributions for %q", last, last.Sources, last.Here)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := pins(solution.Resolutions[0]); got != test.pins {
				t.Errorf("pins = %s, want %s", got, test.pins)
			}
		})
	}
}

// TestPackseFormats has the scenarios of packse that are about source
// distributions, through the picking of files.
func TestPackseFormats(t *testing.T) {
	t.Parallel()
	// By the file that the one distribution of each must have.
	want := map[string]string{
		"packse/no-binary": ".tar.gz", "packse/no-build": ".whl", "packse/no-wheels": ".tar.gz",
		"packse/no-wheels-no-build": "", "packse/only-wheels-no-binary": "", "packse/only-wheels": ".whl",
	}
	seen := 0
	for _, c := range conformance.Packse(t) {
		suffix, ok := want[c.ID]
		if !ok {
			continue
		}
		seen++
		var text strings.Builder
		for name, p := range c.Packages {
			for version, v := range p.Versions {
				text.WriteString(name + " " + version)
				for tag, there := range map[string]*bool{"sdist": v.Sdist, "any": v.Wheel} {
					if there == nil || *there {
						text.WriteString(" " + tag)
					}
				}
				text.WriteString("\n")
			}
		}
		s := newShelf(t, text.String())
		formats := func(name string) Formats {
			return Formats{NoWheels: slices.Contains(c.Options.NoBinary, name), NoSources: slices.Contains(c.Options.NoBuild, name)}
		}
		solution, err := s.solve(t, Options{Builder: &bench{shelf: s}, Formats: formats}, "cp312-linux-x86_64", c.Root.Requires...)
		switch {
		case (err == nil) != c.Expected.Satisfiable || c.Expected.Satisfiable != (suffix != ""):
			t.Errorf("%s: error = %v, want satisfiable %v", c.ID, err, c.Expected.Satisfiable)
		case err == nil && !strings.HasSuffix(solution.Resolutions[0].Pins[0].File.Name, suffix):
			t.Errorf("%s: took %s, want *%s", c.ID, solution.Resolutions[0].Pins[0].File.Name, suffix)
		}
	}
	if seen != len(want) {
		t.Errorf("found %d scenarios, want %d", seen, len(want))
	}
}
