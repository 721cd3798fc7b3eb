//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
)

// TestForeignPython starts an executable for another machine, with a Python of its own for
// that machine. GOBUNDLE_ARM64_DISTRIBUTION is a folder with a relocatable CPython for Linux
// on arm64, and GOBUNDLE_ARM64 starts programs for it.
func TestForeignPython(t *testing.T) {
	t.Parallel()
	distribution, starter := os.Getenv("GOBUNDLE_ARM64_DISTRIBUTION"), os.Getenv("GOBUNDLE_ARM64")
	if distribution == "" || starter == "" {
		t.Skip("GOBUNDLE_ARM64_DISTRIBUTION or GOBUNDLE_ARM64 is not set")
	}
	app := foreignExecutable(t, "echo", "linux", "arm64", "cp311-linux-aarch64", "--python-dist", distribution)
	cache := t.TempDir()
	for _, kind := range []string{"cold", "warm"} {
		output, code := start(t, nil, starter, "/usr/bin/env", "PATH=", "GOBUNDLE_CACHE_DIR="+cache, app, "7", "a b", `"`)
		if output != "['7', 'a b', '\"']\n" || code != 7 {
			t.Errorf("%s: it prints %q and ends with %d", kind, output, code)
		}
	}
	pythons(t, cache)
	output, _ := start(t, nil, starter, "/usr/bin/env", "PATH=", "GOBUNDLE_CACHE_DIR="+cache, "GOBUNDLE_TOOLS=interpreter", app)
	if !strings.Contains(output, cache) || !strings.Contains(output, "aarch64") {
		t.Errorf("its interpreter is\n%swant one for aarch64 in %s", output, cache)
	}
}
