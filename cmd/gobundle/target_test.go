package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/target"
)

// inspected runs "gobundle target inspect" and returns its standard output.
func inspected(t *testing.T, arguments ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), process{
		arguments: append([]string{"target", "inspect"}, arguments...),
		getenv:    func(string) string { return "" },
		directory: t.TempDir(),
		stdout:    &stdout,
		stderr:    &stderr,
	})
	if code != exitDone || stderr.Len() > 0 {
		t.Fatalf("target inspect %q: exit code %d\n%s", arguments, code, stderr.Bytes())
	}
	return stdout.Bytes()
}

// TestInspectOracle compares what the verb prints with the lists of
// pypa/packaging. Every one of them has a target's name.
func TestInspectOracle(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"cp310-linux-i686-glibc2.31":        "cp310-manylinux_2_31_i686",
		"cp311-linux-aarch64-glibc2.28":     "cp311-manylinux_2_28_aarch64",
		"cp312-linux-x86_64-glibc2.17":      "cp312-manylinux2014_x86_64",
		"cp312-linux-x86_64-glibc2.35":      "cp312-manylinux_2_35_x86_64",
		"cp312-linux-x86_64-musl1.2":        "cp312-musl-x86_64",
		"cp312-macos-11.0-arm64":            "cp312-macosx_11_0_arm64",
		"cp312-macos-14.0-arm64":            "cp312-macosx_14_0_arm64",
		"cp312-macos-14.0-x86_64":           "cp312-macosx_14_0_x86_64",
		"cp312-win32":                       "cp312-windows-x86",
		"cp312-win_amd64":                   "cp312-windows-amd64",
		"cp312-win_arm64":                   "cp312-windows-arm64",
		"cp313-android-24-arm64_v8a":        "cp313-android_24_arm64_v8a",
		"cp313-ios-13.0-arm64_iphoneos":     "cp313-ios_13_0_arm64_iphoneos",
		"cp313t-linux-x86_64-glibc2.28":     "cp313t-linux-x86_64",
		"cp314-macos-26.0-arm64":            "cp314-macosx_26_0_arm64",
		"cp315-linux-x86_64-glibc2.28":      "cp315-linux-x86_64",
		"cp315t-linux-x86_64-glibc2.28":     "cp315t-linux-x86_64",
		"cp37m-linux-x86_64-glibc2.17":      "cp37-manylinux_2_17_x86_64",
		"cp39-macos-10.15-x86_64":           "cp39-macosx_10_15_x86_64",
		"graalpy311-linux-x86_64-glibc2.28": "graalpy311-linux-x86_64",
		"pp310-linux-x86_64-glibc2.28":      "pp310-linux-x86_64",
	}
	for _, lists := range conformance.TagLists(t, filepath.Join("..", "..", "resolve", "tag", "testdata"), 6, len(names)) {
		for name, want := range lists {
			inspect(t, names[name], want)
		}
	}
}

// inspect compares the tags of a target that the verb prints with those wanted.
func inspect(t *testing.T, name string, want []string) {
	t.Helper()
	got := inspected(t, "--json", name)
	var shown target.CompletePlatform
	if err := json.Unmarshal(got, &shown); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(shown.CompatibleTags, want) {
		t.Errorf("%s: %d tags, want %d in the oracle's order", name, len(shown.CompatibleTags), len(want))
	}
	// What it prints is a target again, and the same.
	file := filepath.Join(t.TempDir(), "platform.json")
	if err := os.WriteFile(file, got, 0o600); err != nil {
		t.Fatal(err)
	}
	if again := inspected(t, "--json", file); !bytes.Equal(again, got) {
		t.Errorf("%s: inspecting its complete platform gives another one", name)
	}
}

// TestInspectVersions has the options for what short names leave out.
func TestInspectVersions(t *testing.T) {
	t.Parallel()
	for arguments, want := range map[string]string{
		"cp312-linux-x86_64":                   "cp312-manylinux_2_28_x86_64",
		"cp312-linux-x86_64 --glibc 2.17":      "cp312-manylinux_2_17_x86_64",
		"cp312-linux-aarch64 --glibc=2.34":     "cp312-manylinux_2_34_aarch64",
		"cp312-musl-x86_64 --musl 1.1":         "cp312-musllinux_1_1_x86_64",
		"cp312-macos-arm64 --macos 11":         "cp312-macosx_11_0_arm64",
		"cp39-macos-x86_64 --macos 10.15":      "cp39-macosx_10_15_x86_64",
		"cp39-macos-universal2 --macos 11.0":   "cp39-macosx_11_0_universal2",
		"--glibc 2.31 cp310-linux-i686 --json": "",
	} {
		got := string(inspected(t, strings.Fields(arguments)...))
		if want != "" && !strings.HasPrefix(got, "target                          "+want+"\n") {
			t.Errorf("target inspect %s\n%s\nwant %s", arguments, got, want)
		}
	}
}
