package bundle

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/stub"
)

// An ExecutableError says why an executable can't be made for the targets.
type ExecutableError struct {
	Target string
	Reason string // as the end of a sentence: "is for Windows"
}

func (e *ExecutableError) Error() string {
	return "an executable can't be made: " + e.Target + " " + e.Reason
}

// checkSystem refuses an executable for targets that no one launcher is for.
func (o *Options) checkSystem(targets []*target.Target) error {
	if o.Format != Executable {
		return nil
	}
	var names []string
	for _, on := range targets {
		names = append(names, on.Name)
	}
	_, _, err := nativeSystem(names)
	return err
}

// pageSize is what the zip of an executable is aligned to, in bytes.
const pageSize = 4096

// executable turns a tree into that of an executable, and returns what stands
// before its zip: the launcher, filled up so that the zip begins with a page.
func executable(tree *stage.Tree) (launcher []byte, err error) {
	o := tree.Bootstrap()
	record := launch.Record{
		ID: tree.ID, Names: interpreterNames(tree.Manifest),
		Tools: o.Tools, Inherit: o.Inherit, VerifyAlways: o.VerifyAlways, PythonArguments: o.PythonArguments,
	}
	encoded, err := record.Encode()
	if err != nil {
		return nil, err
	}
	tree.Add(launch.Name, encoded)
	var names []string
	for _, target := range tree.Manifest.Targets {
		names = append(names, target.Name)
	}
	goos, goarch, err := nativeSystem(names)
	if err != nil {
		return nil, err
	}
	if launcher, err = findLauncher(goos, goarch); err != nil {
		return nil, err
	}
	if rest := len(launcher) % pageSize; rest > 0 {
		launcher = append(launcher, make([]byte, pageSize-rest)...)
	}
	return launcher, nil
}

// findLauncher returns a launcher. A gobundle without them is one itself, for its own
// system.
func findLauncher(goos, goarch string) ([]byte, error) {
	launcher, err := stub.Launcher(goos, goarch)
	var missing *stub.MissingError
	if !errors.As(err, &missing) || goos != runtime.GOOS || goarch != runtime.GOARCH {
		return launcher, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, missing
	}
	if launcher, err = os.ReadFile(self); err != nil {
		return nil, fmt.Errorf("copying gobundle itself as launcher: %w", err)
	}
	return launcher, nil
}

// nativeSystem is the one that all targets are for, as Go names it.
func nativeSystem(targets []string) (goos, goarch string, err error) {
	for _, target := range targets {
		machine := linuxMachine(target)
		switch {
		case machine == "":
			return "", "", &ExecutableError{Target: target, Reason: "is not for Linux on x86_64 or aarch64"}
		case goarch != "" && machine != goarch:
			return "", "", &ExecutableError{Target: target, Reason: "is for another machine than " + targets[0]}
		}
		goarch = machine
	}
	return "linux", goarch, nil
}

// linuxMachine is Go's name of the machine that a target is for, or "".
func linuxMachine(target string) string {
	_, platform, _ := strings.Cut(target, "-")
	if !strings.HasPrefix(platform, "manylinux") && !strings.HasPrefix(platform, "musllinux") && !strings.HasPrefix(platform, "linux") {
		return ""
	}
	switch {
	case strings.HasSuffix(platform, "_x86_64"):
		return "amd64"
	case strings.HasSuffix(platform, "_aarch64"):
		return "arm64"
	}
	return ""
}
