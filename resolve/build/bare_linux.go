package build

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/runtime/interpreter"
)

// makeBare makes what the venv module makes of a CPython on Linux, but for the
// activate scripts, which nobody calls here: starting Python twice to ask for it
// would take longer than many builds. made is false for other interpreters.
func makeBare(folder string, i *interpreter.Interpreter) (made bool, err error) {
	if i.Implementation != "cpython" {
		return false, nil
	}
	config := fmt.Sprintf("home = %s\ninclude-system-site-packages = false\nversion = %s\n", filepath.Dir(i.BaseExecutable), i.Version)
	scripts := filepath.Join(folder, filepath.FromSlash(i.Scheme.Scripts))
	for _, place := range []string{scripts, filepath.Join(folder, filepath.FromSlash(i.Scheme.Purelib)), filepath.Join(folder, "include")} {
		if err := os.MkdirAll(place, 0o700); err != nil {
			return false, err
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "pyvenv.cfg"), []byte(config), 0o600); err != nil {
		return false, err
	}
	for name, leads := range map[string]string{
		filepath.Join(scripts, "python"):  i.BaseExecutable,
		filepath.Join(scripts, "python3"): "python",
		filepath.Join(scripts, fmt.Sprintf("python%d.%d", i.VersionInfo[0], i.VersionInfo[1])): "python",
		filepath.Join(folder, "lib64"): "lib",
	} {
		if err := os.Symlink(leads, name); err != nil {
			return false, err
		}
	}
	return true, nil
}
