package target

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, name, first string }{
		{"cp312-manylinux_2_28_x86_64", "cp312-manylinux_2_28_x86_64", "cp312-cp312-linux_x86_64"},
		{"cp312-manylinux2014_aarch64", "cp312-manylinux_2_17_aarch64", "cp312-cp312-linux_aarch64"},
		{"cp312-manylinux1_i686", "cp312-manylinux_2_5_i686", "cp312-cp312-linux_i686"},
		{"cp313t-macosx_13_0_arm64", "cp313t-macosx_13_0_arm64", "cp313-cp313t-macosx_13_0_arm64"},
		{"cp313t-macosx_13_6_arm64", "cp313t-macosx_13_0_arm64", "cp313-cp313t-macosx_13_0_arm64"},
		{"cp39-macosx_10_9_x86_64", "cp39-macosx_10_9_x86_64", "cp39-cp39-macosx_10_9_x86_64"},
		{"cp312-macosx_12_0_universal2", "cp312-macosx_12_0_universal2", "cp312-cp312-macosx_12_0_universal2"},
		{"pp310-manylinux_2_17_x86_64", "pp310-manylinux_2_17_x86_64", "pp310-pypy310_pp73-linux_x86_64"},
		{"graalpy311-linux-x86_64", "graalpy311-manylinux_2_28_x86_64", "graalpy311-graalpy242_311_native-linux_x86_64"},
		{"cp37-linux-x86_64", "cp37-manylinux_2_28_x86_64", "cp37-cp37m-linux_x86_64"},
		{"cp36m-linux-armv7l", "cp36-manylinux_2_28_armv7l", "cp36-cp36m-linux_armv7l"},
		{"cp312d-windows-amd64", "cp312d-win_amd64", "cp312-cp312d-win_amd64"},
		{"cp314td-windows-arm64", "cp314td-win_arm64", "cp314-cp314td-win_arm64"},
		{"cp312-windows-x86", "cp312-win32", "cp312-cp312-win32"},
		{"cp3.12.04-linux-x86_64", "cp3.12.4-manylinux_2_28_x86_64", "cp312-cp312-linux_x86_64"},
		{"cp3.12-linux-x86_64", "cp312-manylinux_2_28_x86_64", "cp312-cp312-linux_x86_64"},
		{"cp312-linux-riscv64", "cp312-manylinux_2_39_riscv64", "cp312-cp312-linux_riscv64"},
		{"cp312-musl-x86_64", "cp312-musllinux_1_2_x86_64", "cp312-cp312-linux_x86_64"},
		{"linux-x86_64", "cp314-manylinux_2_28_x86_64", "cp314-cp314-linux_x86_64"},
		{"macos-arm64", "cp314-macosx_13_0_arm64", "cp314-cp314-macosx_13_0_arm64"},
		{"win_amd64", "cp314-win_amd64", "cp314-cp314-win_amd64"},
	} {
		got, err := Parse(test.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.in, err)
			continue
		}
		if first := got.Tags.Tags()[0].String(); got.Name != test.name || first != test.first {
			t.Errorf("Parse(%q) is %s and takes %s first, want %s and %s", test.in, got.Name, first, test.name, test.first)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, reason, near string }{
		{"", "it is empty", ""},
		{"cp312", "it has no platform", "cp312-linux-x86_64"},
		{"cp312-linx-x86_64", "it is no platform", "cp312-linux-x86_64"},
		{"cp312-linux-x86-64", "it is no platform", "cp312-linux-x86_64"},
		{"linux-amd64", "no tables for Linux on \"amd64\"", "linux-x86_64"},
		{"macos-arm", "no tables for the platform macos-arm", "macos-arm64"},
		{"cp399-linux-x86_64", "no tables for CPython 3.99", "cp39-linux-x86_64"},
		{"cp312t-linux-x86_64", "free-threaded builds (t) begin with CPython 3.13", "cp312-linux-x86_64"},
		{"cp38m-linux-x86_64", "the flag m ended", "cp38-linux-x86_64"},
		{"pp310t-linux-x86_64", "no builds with the flag", "pp310-linux-x86_64"},
		{"cp312-manylinux_2_4_x86_64", "there are no wheels for manylinux_2_4_x86_64, the oldest are for manylinux1_x86_64", ""},
		{"cp312-linux-x86_64,cp313-linux-x86_64", "it is more than one name", ""},
		{"cp312-manylinux2010_aarch64", "there are no wheels for manylinux_2_12_aarch64", ""},
		{"cp312-macosx_10_9_arm64", "the oldest macOS on arm64 is 11.0", ""},
		{"cp312-macosx_10_3_x86_64", "there are no wheels", ""},
		{"cp312-ios_11_0_arm64_iphoneos", "the oldest iOS", ""},
		{"cp312-android_15_x86", "the oldest Android", ""},
		{"python3.12", "it is no platform", ""},
	} {
		_, err := Parse(test.in)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Text != test.in || !strings.Contains(unknown.Reason, test.reason) {
			t.Errorf("Parse(%q): %v, want an *UnknownError with %q", test.in, err, test.reason)
			continue
		}
		if test.near != "" && !slices.Contains(unknown.Near, test.near) {
			t.Errorf("Parse(%q): near %v, want %s among them", test.in, unknown.Near, test.near)
		}
		if len(unknown.Near) > 3 || (len(unknown.Near) > 0) != (unknown.Hint() != "") {
			t.Errorf("Parse(%q): near %v, hint %q", test.in, unknown.Near, unknown.Hint())
		}
	}
}

// TestTranslated has what other tools and people call targets.
func TestTranslated(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"cp312-linux-amd64":                      "cp312-linux-x86_64",
		"cp312-linux-arm64":                      "cp312-linux-aarch64",
		"cp312-linux_x86_64":                     "cp312-linux-x86_64",
		"CP312-Linux-X86_64":                     "cp312-linux-x86_64",
		"cp312-macos-aarch64":                    "cp312-macos-arm64",
		"cp312-darwin-arm64":                     "cp312-macos-arm64",
		"cp312-macos-universal":                  "cp312-macos-universal2",
		"cp312-windows-x86_64":                   "cp312-windows-amd64",
		"cp312-win64":                            "cp312-windows-amd64",
		"cp312-alpine-x86_64":                    "cp312-musl-x86_64",
		"cp312-manylinux_2_28_amd64":             "cp312-manylinux_2_28_x86_64",
		"cp312-macosx_14_0_aarch64":              "cp312-macosx_14_0_arm64",
		"cp312-cp312-manylinux1_x86_64":          "cp312-manylinux1_x86_64",
		"cp313-cp313t-win_amd64":                 "cp313t-windows-amd64",
		"py312-linux-x86_64":                     "cp312-linux-x86_64",
		"3.12":                                   "cp3.12-linux-x86_64",
		"python3.12-linux-x86_64":                "cp3.12-linux-x86_64",
		"pypy310-linux-x86_64":                   "pp310-linux-x86_64",
		"linux":                                  "linux-x86_64",
		"windows":                                "windows-amd64",
		"macos":                                  "macos-arm64 macos-x86_64",
		"x86_64-unknown-linux-gnu":               "linux-x86_64",
		"aarch64-unknown-linux-musl":             "musl-aarch64",
		"aarch64-apple-darwin":                   "macos-arm64",
		"x86_64-pc-windows-msvc":                 "windows-amd64",
		"linux-x86_64-cp-3.12.4-cp312":           "cp3.12.4-linux-x86_64",
		"manylinux2014_x86_64-cp-312-cp312":      "cp312-manylinux2014_x86_64",
		"macosx-11.0-arm64-cp-312-cp312":         "",
		"manylinux_2_28_x86_64-cp-3.13.1-cp313t": "cp3.13.1t-manylinux_2_28_x86_64",
		"cp312-linux-mips":                       "",
	} {
		_, err := Parse(in)
		var unknown *UnknownError
		if !errors.As(err, &unknown) {
			t.Errorf("Parse(%q): %v, want an *UnknownError", in, err)
			continue
		}
		if got := strings.Join(unknown.Near, " "); got != want && want != "" || strings.Join(translated(in), " ") != want {
			t.Errorf("Parse(%q): near %q, want %q", in, got, want)
		}
		for _, name := range translated(in) {
			if _, err := Parse(name); err != nil {
				t.Errorf("Parse(%q), for %q: %v", name, in, err)
			}
		}
	}
	oldest := Defaults{Glibc: tag.Version{Major: 1}}
	_, err := oldest.Parse("cp312-linux-x86_64")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || slices.Contains(unknown.Near, "cp312-linux-x86_64") {
		t.Errorf("the hint for a name that is right but for --glibc is that name: %v", err)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	d := Defaults{Python: "cp39", Glibc: tag.Version{Major: 2, Minor: 17}, Musl: tag.Version{Major: 1, Minor: 1}, MacOS: tag.Version{Major: 11, Minor: 0}}
	for in, want := range map[string]string{
		"linux-x86_64":                "cp39-manylinux_2_17_x86_64",
		"cp310-linux-riscv64":         "cp310-manylinux_2_17_riscv64",
		"musl-aarch64":                "cp39-musllinux_1_1_aarch64",
		"macos-x86_64":                "cp39-macosx_11_0_x86_64",
		"cp312-manylinux_2_28_x86_64": "cp312-manylinux_2_28_x86_64",
	} {
		if got, err := d.Parse(in); err != nil || got.Name != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
	if _, err := (Defaults{Python: "snake"}).Parse("linux-x86_64"); err == nil || !strings.Contains(err.Error(), `the default Python "snake" is none`) {
		t.Errorf("Parse with a bad default: %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   string
		want pep508.Environment
	}{
		{"cp3.12.4-linux-aarch64", pep508.Environment{ImplementationName: "cpython", ImplementationVersion: "3.12.4", OSName: "posix", PlatformMachine: "aarch64",
			PlatformSystem: "Linux", PythonFullVersion: "3.12.4", PlatformPythonImplementation: "CPython", PythonVersion: "3.12", SysPlatform: "linux"}},
		{"cp36-windows-amd64", pep508.Environment{ImplementationName: "cpython", ImplementationVersion: "3.6.15", OSName: "nt", PlatformMachine: "AMD64",
			PlatformSystem: "Windows", PythonFullVersion: "3.6.15", PlatformPythonImplementation: "CPython", PythonVersion: "3.6", SysPlatform: "win32"}},
		{"pp39-macos-arm64", pep508.Environment{ImplementationName: "pypy", ImplementationVersion: "7.3.16", OSName: "posix", PlatformMachine: "arm64",
			PlatformSystem: "Darwin", PythonFullVersion: "3.9.19", PlatformPythonImplementation: "PyPy", PythonVersion: "3.9", SysPlatform: "darwin"}},
	} {
		got, err := Parse(test.in)
		if err != nil || got.Environment != test.want || got.Python.String() != test.want.PythonFullVersion {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", test.in, got, err, test.want)
		}
	}
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	on, err := Parse("cp3.12.4-linux-x86_64")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"": true, ">=3.12": true, ">=3.12.5": false, "<3.13,!=3.12.4": false, "==3.12.*": true, "<4": true} {
		if got := on.Accepts(pep440.MustParseSpecifierSet(text)); got != want {
			t.Errorf("Accepts(%q) = %v, want %v", text, got, want)
		}
	}
}

// TestFacts holds that facts and environments say the same.
func TestFacts(t *testing.T) {
	t.Parallel()
	on, err := Parse("pp310-linux-x86_64")
	if err != nil {
		t.Fatal(err)
	}
	facts := on.Facts()
	if len(facts) != 11 || hostEnvironment(facts) != on.Environment {
		t.Errorf("facts %v, want those of %+v", facts, on.Environment)
	}
}

// TestAcceptsOfPrerelease holds that a Python under development counts as the
// release that it will be, as it does for pip.
func TestAcceptsOfPrerelease(t *testing.T) {
	t.Parallel()
	for full, accepts := range map[string]map[string]bool{
		"3.15.0b1":  {">=3.15": true, ">=3.15.0": true, "<3.15": false, "==3.15.*": true, "===3.15.0": true, "===3.15.0b1": false},
		"3.13.0a1+": {">=3.13": true, ">3.13": false, ">3.13.0a1": true, "!=3.13.0": false},
		"3.12":      {"===3.12.0": true, "~=3.11": true},
	} {
		document := `{"marker_environment": {"python_full_version": "` + full + `"}, "compatible_tags": ["py3-none-any"]}`
		on, err := FromCompletePlatform(strings.NewReader(document))
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range accepts {
			if got := on.Accepts(pep440.MustParseSpecifierSet(text)); got != want {
				t.Errorf("%s: Accepts(%q) = %v, want %v", full, text, got, want)
			}
		}
	}
}

// TestKnown holds that every Python goes with every platform, and that the
// canonical name leads to the same target again, whatever the defaults.
func TestKnown(t *testing.T) {
	t.Parallel()
	pythons, platforms := Pythons(), Defaults{}.Platforms()
	if len(pythons) < 22 || len(platforms) != 20 {
		t.Fatalf("%d Pythons and %d platforms, want 22 or more and 20", len(pythons), len(platforms))
	}
	for _, python := range pythons {
		for _, platform := range platforms {
			text := python.Name + "-" + platform.Name
			got, err := Parse(text)
			if err != nil || got.Name != python.Name+"-"+platform.Meaning {
				t.Errorf("Parse(%q) = %v, %v, want %s-%s", text, got, err, python.Name, platform.Meaning)
			}
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	other := Defaults{Python: "pp39", Glibc: tag.Version{Major: 2, Minor: 40}, Musl: tag.Version{Major: 1, Minor: 0}, MacOS: tag.Version{Major: 20, Minor: 0}}
	pythons, platforms := Pythons(), Defaults{}.Platforms()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(pythons).Draw(t, "python").Name + "-" + rapid.OneOf(
			rapid.Map(rapid.SampledFrom(platforms), func(k Known) string { return k.Name }),
			rapid.StringMatching(`manylinux_2_(5|1[0-9]|[2-4][0-9])_(x86_64|i686)`),
			rapid.StringMatching(`musllinux_1_[0-9]_(armv7l|s390x)`),
			rapid.StringMatching(`macosx_1[1-9]_[0-9]_(arm64|x86_64|universal2)`),
		).Draw(t, "platform")
		first, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		again, err := other.Parse(first.Name)
		if err != nil {
			t.Fatalf("Parse(%q), of %q: %v", first.Name, text, err)
		}
		if again.Name != first.Name || again.Environment != first.Environment || !slices.Equal(again.Tags.Tags(), first.Tags.Tags()) {
			t.Fatalf("Parse(%q) differs from Parse(%q)", first.Name, text)
		}
	})
}

// FuzzParse: a target's name leads to the target, and nothing but an
// *UnknownError comes of other texts.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"cp312-manylinux_2_28_x86_64", "cp313t-macosx_13_0_arm64", "pp310-linux-x86_64", "cp3.12.4-win32", "macos-universal2",
		"cp312-ios_13_0_arm64_iphoneos", "cp314-android_24_arm64_v8a", "manylinux2014_x86_64", "cp312", "-", "cp3.7.1dm-musl-i686"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := Parse(text)
		if err != nil {
			var unknown *UnknownError
			if !errors.As(err, &unknown) {
				t.Fatalf("Parse(%q): %T", text, err)
			}
			return
		}
		again, err := Parse(first.Name)
		if err != nil || again.Name != first.Name || again.Tags.Len() != first.Tags.Len() || first.Tags.Len() == 0 {
			t.Fatalf("Parse(%q), of %q: %v", first.Name, text, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("cp312-macosx_14_0_x86_64"); err != nil {
			b.Fatal(err)
		}
	}
}
