package stub

import (
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

// sizes are what the launchers have, in bytes. One may grow by a twentieth before the
// test fails. Whoever raises a size says why: 0.9 MB are for unpacking a Python (zstd,
// and Unicode's forms for its rules).
var sizes = map[string]int{
	"darwin-amd64":  3_601_168,
	"darwin-arm64":  3_381_666,
	"linux-amd64":   3_580_030,
	"linux-arm64":   3_342_462,
	"windows-amd64": 3_848_704,
	"windows-arm64": 3_539_456,
}

// most is what no launcher may have, in bytes, and mostFetching one that fetches: half
// of it is HTTP and TLS.
const (
	most         = 4_000_000
	mostFetching = 8_000_000
)

func TestSizes(t *testing.T) {
	t.Parallel()
	for system, size := range sizes {
		goos, goarch, _ := strings.Cut(system, "-")
		launcher, err := Launcher(goos, goarch)
		var missing *MissingError
		if errors.As(err, &missing) {
			t.Skip("make launchers has not been run")
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(launcher) > size+size/20 || len(launcher) > most {
			t.Errorf("the launcher for %s has %d bytes, want about %d", system, len(launcher), size)
		}
		if launcher, err = Fetching(goos, goarch); err != nil || len(launcher) > mostFetching {
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
