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

// maxSize is what a launcher may have in bytes: a twentieth more than it has. Whoever
// raises it says why.
const maxSize = 2_660_000

// A launcher is small, and says what is wrong if its bundle is taken away, as strip
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
	if len(launcher) > maxSize {
		t.Errorf("the launcher has %d bytes, want at most %d", len(launcher), maxSize)
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
