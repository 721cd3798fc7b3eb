package target

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/interpreter"
)

// host is a CPython 3.12 on Linux x86_64, changed as the test wants.
func host(change func(*interpreter.Interpreter)) *interpreter.Interpreter {
	i := &interpreter.Interpreter{
		Path: "/usr/bin/python3.12", Implementation: "cpython", Version: "3.12.1", VersionInfo: [3]int{3, 12, 1},
		Environment: map[string]string{"python_version": "3.12", "python_full_version": "3.12.1", "sys_platform": "linux", "platform_release": "6.1"},
		ABI:         interpreter.ABI{Nodot: "312", ExtSuffix: ".cpython-312-x86_64-linux-gnu.so", Pymalloc: true},
		Platform:    interpreter.Platform{System: "Linux", Name: "linux-x86_64", Machine: "x86_64", Bits: 64, Glibc: []int{2, 17}},
	}
	change(i)
	return i
}

func TestFromInterpreter(t *testing.T) {
	t.Parallel()
	type change = func(*interpreter.Interpreter)
	on := func(p interpreter.Platform) change {
		return func(i *interpreter.Interpreter) { i.Platform = p }
	}
	pypy := func(i *interpreter.Interpreter) {
		i.Implementation, i.ABI = "pypy", interpreter.ABI{Nodot: "312", ExtSuffix: ".pypy312-pp73-x86_64-linux-gnu.so"}
	}
	graalpy := func(i *interpreter.Interpreter) {
		i.Implementation, i.ABI = "graalpy", interpreter.ABI{Nodot: "312", ExtSuffix: ".graalpy250-312-native-x86_64-linux.so"}
	}
	for _, test := range []struct {
		name   string
		change change
		want   string
		has    string // tags, of which the first is the best of all
		lacks  string
	}{
		{"ordinary", func(*interpreter.Interpreter) {}, "cp312-manylinux_2_17_x86_64",
			"cp312-cp312-linux_x86_64 cp312-cp312-manylinux2014_x86_64 cp312-abi3-manylinux1_x86_64 cp312-none-any", "cp312-cp312-manylinux_2_18_x86_64"},
		{"free-threaded", func(i *interpreter.Interpreter) { i.ABI.Threaded = true }, "cp312t-manylinux_2_17_x86_64",
			"cp312-cp312t-linux_x86_64 cp311-abi3t-linux_x86_64", "cp312-abi3-linux_x86_64 cp312-cp312-linux_x86_64"},
		{"debug", func(i *interpreter.Interpreter) { i.ABI.Debug = true }, "cp312d-manylinux_2_17_x86_64",
			"cp312-cp312d-linux_x86_64 cp312-cp312-linux_x86_64 cp312-abi3-linux_x86_64", ""},
		{"3.7 with pymalloc", func(i *interpreter.Interpreter) { i.VersionInfo, i.ABI.Nodot = [3]int{3, 7, 1}, "37" }, "cp37-manylinux_2_17_x86_64",
			"cp37-cp37m-linux_x86_64", "cp37-cp37-linux_x86_64"},
		{"3.7 debug without pymalloc", func(i *interpreter.Interpreter) {
			i.VersionInfo, i.ABI = [3]int{3, 7, 1}, interpreter.ABI{Nodot: "37", Debug: true}
		}, "cp37d-manylinux_2_17_x86_64", "cp37-cp37d-linux_x86_64", "cp37-cp37-linux_x86_64"},
		{"PyPy", pypy, "pp312-manylinux_2_17_x86_64", "pp312-pypy312_pp73-linux_x86_64 pp312-none-manylinux1_x86_64 pp3-none-any py3-none-any", "pp312-none-any pp312-abi3-linux_x86_64"},
		{"GraalPy", graalpy, "graalpy312-manylinux_2_17_x86_64", "graalpy312-graalpy250_312_native-linux_x86_64 py3-none-any", "graalpy312-none-any"},
		{"32 bits on a 64-bit kernel", on(interpreter.Platform{System: "Linux", Name: "linux-x86_64", Bits: 32, Glibc: []int{2, 17}, I686: true}),
			"cp312-manylinux_2_17_i686", "cp312-cp312-linux_i686 cp312-cp312-manylinux1_i686", "cp312-cp312-linux_x86_64"},
		{"x32, which is no i686", on(interpreter.Platform{System: "Linux", Name: "linux-x86_64", Bits: 32, Glibc: []int{2, 17}}),
			"cp312-linux_i686", "cp312-cp312-linux_i686", "cp312-cp312-manylinux1_i686"},
		{"armv8l takes armv7l", on(interpreter.Platform{System: "Linux", Name: "linux-aarch64", Bits: 32, Glibc: []int{2, 17}, Armhf: true}),
			"cp312-manylinux_2_17_armv8l", "cp312-cp312-linux_armv8l cp312-cp312-linux_armv7l cp312-cp312-manylinux2014_armv7l", "cp312-cp312-linux_aarch64"},
		{"soft-float ARM", on(interpreter.Platform{System: "Linux", Name: "linux-armv7l", Bits: 32, Glibc: []int{2, 17}}),
			"cp312-linux_armv7l", "cp312-cp312-linux_armv7l", "cp312-cp312-manylinux2014_armv7l"},
		{"a machine without manylinux", on(interpreter.Platform{System: "Linux", Name: "linux-m68k", Bits: 64, Glibc: []int{2, 17}}),
			"cp312-linux_m68k", "cp312-cp312-linux_m68k", "cp312-cp312-manylinux2014_m68k"},
		{"musl", on(interpreter.Platform{System: "Linux", Name: "linux-x86_64", Bits: 64, Musl: []int{1, 1}}), "cp312-musllinux_1_1_x86_64",
			"cp312-cp312-linux_x86_64 cp312-cp312-musllinux_1_0_x86_64", "cp312-cp312-manylinux1_x86_64 cp312-cp312-musllinux_1_2_x86_64"},
		{"veto", func(i *interpreter.Interpreter) { i.Platform.Refused = []string{"2_17_x86_64", "2_5_aarch64"} }, "cp312-manylinux_2_16_x86_64",
			"cp312-cp312-linux_x86_64 cp312-cp312-manylinux1_x86_64", "cp312-cp312-manylinux_2_17_x86_64 cp312-cp312-manylinux2014_x86_64"},
		{"macOS", on(interpreter.Platform{System: "Darwin", Name: "macosx-11.0-arm64", Machine: "arm64", Bits: 64, MacOS: []int{14, 5}}),
			"cp312-macosx_14_0_arm64", "cp312-cp312-macosx_14_0_arm64 cp312-cp312-macosx_10_4_universal2", "cp312-cp312-macosx_10_9_x86_64"},
		{"old macOS", on(interpreter.Platform{System: "Darwin", Name: "macosx-10.6-intel", Machine: "x86_64", Bits: 32, MacOS: []int{10, 6}}),
			"cp312-macosx_10_6_i386", "cp312-cp312-macosx_10_6_i386", "cp312-cp312-macosx_10_6_x86_64"},
		{"Windows", on(interpreter.Platform{System: "Windows", Name: "win-amd64", Machine: "AMD64", Bits: 64}), "cp312-win_amd64", "cp312-cp312-win_amd64", ""},
		{"32-bit Windows", on(interpreter.Platform{System: "Windows", Name: "win32", Machine: "AMD64", Bits: 32}), "cp312-win32", "cp312-cp312-win32", "cp312-cp312-win_amd64"},
		{"FreeBSD", on(interpreter.Platform{System: "FreeBSD", Name: "freebsd-14.1-RELEASE-amd64", Bits: 64}),
			"cp312-freebsd_14_1_release_amd64", "cp312-cp312-freebsd_14_1_release_amd64", ""},
		{"iOS", on(interpreter.Platform{System: "iOS", Name: "ios-13.0-arm64-iphoneos", Bits: 64, IOS: []int{13, 0}, Multiarch: "arm64-iphoneos"}),
			"cp312-ios_13_0_arm64_iphoneos", "cp312-cp312-ios_13_0_arm64_iphoneos cp312-cp312-ios_12_9_arm64_iphoneos", ""},
		{"Android", on(interpreter.Platform{System: "Android", Name: "android-21-arm64_v8a", Bits: 64, AndroidLevel: 24}),
			"cp312-android_24_arm64_v8a", "cp312-cp312-android_24_arm64_v8a cp312-cp312-android_16_arm64_v8a", ""},
		{"Emscripten", on(interpreter.Platform{System: "Emscripten", Name: "emscripten-3.1.58-wasm32", Bits: 32, Emscripten: "2025_0"}),
			"cp312-pyemscripten_2025_0_wasm32", "cp312-cp312-pyemscripten_2025_0_wasm32 cp312-cp312-emscripten_3_1_58_wasm32", ""},
	} {
		i := host(test.change)
		got, err := FromInterpreter(i)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got.Name != test.want || got.Interpreter != i || got.Environment.PlatformRelease != "6.1" {
			t.Errorf("%s: name %s, environment %+v, want %s", test.name, got.Name, got.Environment, test.want)
		}
		tags := got.CompletePlatform().CompatibleTags
		for n, want := range strings.Fields(test.has) {
			if !slices.Contains(tags, want) || (n == 0 && tags[0] != want) {
				t.Errorf("%s: tags begin with %s, want %s", test.name, tags[0], want)
			}
		}
		for _, never := range strings.Fields(test.lacks) {
			if slices.Contains(tags, never) {
				t.Errorf("%s: takes %s", test.name, never)
			}
		}
	}
}

// TestBetweenReleases holds that a Python built between two releases counts as
// later than the first.
func TestBetweenReleases(t *testing.T) {
	t.Parallel()
	got, err := FromInterpreter(host(func(i *interpreter.Interpreter) { i.Version = "3.13.0a1+" }))
	if err != nil || got.Python.String() != "3.13.0" {
		t.Errorf("FromInterpreter = %v, %v, want version 3.13.0a1+local", got, err)
	}
	if _, err := FromInterpreter(host(func(i *interpreter.Interpreter) { i.Version = "main" })); err == nil || !strings.Contains(err.Error(), "/usr/bin/python3.12: reading the version") {
		t.Errorf("FromInterpreter with a bad version: %v", err)
	}
}

// TestSysTags compares with the packaging that pip brings along: our list must
// be theirs, but for what newer versions of packaging changed. They put linux_*
// first of all platforms (26.3) and added abi3t (26.1), cp312-none-any (24.1) and
// pp3-none-any (21.3). A packaging without tags (before 20.0) says nothing.
func TestSysTags(t *testing.T) {
	t.Parallel()
	asker := interpreter.Asker{}
	found, err := asker.Find(t.Context(), "python3", "python")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append([]string{found.Executable}, filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))...) {
		i, err := asker.Query(t.Context(), path)
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := FromInterpreter(i)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		theirs := linuxFirst(sysTags(t, path))
		if len(theirs) == 0 {
			t.Logf("%s has no packaging to compare with", path)
			continue
		}
		var ours []string
		for _, text := range got.CompletePlatform().CompatibleTags {
			switch {
			case slices.Contains(theirs, text):
				ours = append(ours, text)
			case !strings.Contains(text, "-abi3t-") && text != "pp3-none-any" && text != "cp"+i.ABI.Nodot+"-none-any":
				t.Errorf("%s: %s is none of packaging's", path, text)
			}
		}
		if !slices.Equal(ours, theirs) {
			t.Errorf("%s: %s has %d tags of packaging's %d, or in another order", path, got.Name, len(ours), len(theirs))
		}
	}
}

func sysTags(t *testing.T, path string) (tags []string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), path, "-I", "-c", `import json
try:
    from pip._vendor.packaging.tags import sys_tags
except ImportError:
    sys_tags = list
print(json.dumps([str(tag) for tag in sys_tags()]))`)
	text, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := json.Unmarshal(text, &tags); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return tags
}

// linuxFirst moves linux_* to the front of the tags of one interpreter and ABI.
func linuxFirst(tags []string) []string {
	group := func(text string) string { return text[:strings.LastIndexByte(text, '-')] }
	var sorted []string
	for start := 0; start < len(tags); {
		end := start
		for end < len(tags) && group(tags[end]) == group(tags[start]) {
			end++
		}
		run := slices.Clone(tags[start:end])
		slices.SortStableFunc(run, func(a, b string) int { return linuxRank(a) - linuxRank(b) })
		sorted, start = append(sorted, run...), end
	}
	return sorted
}

func linuxRank(text string) int {
	if strings.Contains(text, "-linux_") {
		return 0
	}
	return 1
}
