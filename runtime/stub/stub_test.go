package stub

import (
	"bytes"
	"debug/pe"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestMissing(t *testing.T) {
	t.Parallel()
	_, err := Launcher("plan9", "amd64")
	var missing *MissingError
	if !errors.As(err, &missing) || missing.System != "plan9-amd64" {
		t.Errorf("Launcher for Plan 9: %v, want a MissingError", err)
	}
}

// sizes are what the launchers have, in bytes: those without means, and those that unpack.
// One may grow by a twentieth before the test fails. Whoever raises a size says why: zstd,
// tar and gzip are 0.8 MB of those that unpack, recompressed wheels 0.1 MB. What runs before
// Go's own runtime is 0.05 MB of those for Linux.
var sizes = map[string][2]int{
	"darwin-amd64":  {2_720_096, 3_648_640},
	"darwin-arm64":  {2_588_722, 3_417_106},
	"linux-amd64":   {2_748_542, 3_670_142},
	"linux-arm64":   {2_687_102, 3_473_534},
	"windows-amd64": {2_929_664, 3_896_320},
	"windows-arm64": {2_739_712, 3_573_248},
}

// packedSizes are what they have within gobundle, in bytes.
var packedSizes = map[string][2]int{
	"darwin-amd64":  {1_112_636, 1_474_586},
	"darwin-arm64":  {1_020_448, 1_342_836},
	"linux-amd64":   {1_140_761, 1_504_635},
	"linux-arm64":   {1_025_480, 1_338_587},
	"windows-amd64": {1_187_198, 1_557_986},
	"windows-arm64": {1_049_132, 1_370_273},
}

// most is what no launcher may have, in bytes, and mostFetching one that fetches: half
// of it is HTTP and TLS.
const (
	most         = 4_000_000
	mostFetching = 8_000_000
)

func TestSizes(t *testing.T) {
	t.Parallel()
	for system, want := range sizes {
		goos, goarch, _ := strings.Cut(system, "-")
		for i, kind := range []string{"", "-unpack"} {
			launcher, err := unpacked(system, kind)
			var missing *MissingError
			if errors.As(err, &missing) {
				t.Skip("make launchers has not been run")
			}
			if err != nil {
				t.Fatal(err)
			}
			if size := want[i]; len(launcher) > size+size/20 || len(launcher) > most {
				t.Errorf("the launcher for %s%s has %d bytes, want about %d", system, kind, len(launcher), size)
			}
			packed, err := launchers.ReadFile("launchers/" + system + kind + ".zst")
			if size := packedSizes[system][i]; err != nil || len(packed) > size+size/20 {
				t.Errorf("the launcher for %s%s has %d bytes when it is packed, %v, want about %d", system, kind, len(packed), err, size)
			}
		}
		if launcher, err := Fetching(goos, goarch); err != nil || len(launcher) > mostFetching {
			t.Errorf("the launcher for %s that fetches has %d bytes, %v", system, len(launcher), err)
		}
	}
}

// A launcher says what is wrong if its bundle is taken away, as strip
// does.
func TestLauncher(t *testing.T) {
	t.Parallel()
	launcher, err := Launcher(runtime.GOOS, runtime.GOARCH)
	var missing *MissingError
	if errors.As(err, &missing) {
		t.Skip("make launchers has not been run")
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(path, launcher, 0o755); err != nil {
		t.Fatal(err)
	}
	output, err := exec.CommandContext(t.Context(), path).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ends with %v, want exit code 1", err)
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(lines) != 2 || lines[0] != "app: error: this is a launcher without its bundle" || !strings.HasPrefix(lines[1], "app: hint: ") {
		t.Errorf("it says %q, want an error and a hint", output)
	}
}

// The two launchers for scripts differ in what says whether there is a console, and in
// nothing else.
func TestScripts(t *testing.T) {
	t.Parallel()
	var missing *MissingError
	if _, _, err := Scripts("mips"); !errors.As(err, &missing) {
		t.Errorf("Scripts for a machine that is none of those: %v", err)
	}
	for _, goarch := range []string{"amd64", "arm64"} {
		console, gui, err := Scripts(goarch)
		if errors.As(err, &missing) {
			t.Skip("make launchers has not been run")
		}
		if err != nil {
			t.Fatal(err)
		}
		different := 0
		for i := range console {
			if console[i] != gui[i] {
				different++
			}
		}
		for want, launcher := range map[uint16][]byte{pe.IMAGE_SUBSYSTEM_WINDOWS_CUI: console, pe.IMAGE_SUBSYSTEM_WINDOWS_GUI: gui} {
			file, err := pe.NewFile(bytes.NewReader(launcher))
			if err != nil {
				t.Fatal(err)
			}
			if got := file.OptionalHeader.(*pe.OptionalHeader64).Subsystem; got != want {
				t.Errorf("%s: the subsystem is %d, want %d", goarch, got, want)
			}
		}
		if different != 1 {
			t.Errorf("%s: %d bytes differ, want 1", goarch, different)
		}
	}
}
