package bundle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/bundle/native"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/stub"
)

// An ExecutableError says why an executable can't be made for the targets.
type ExecutableError struct {
	Target string
	Reason string // as the end of a sentence: "is for Windows"
	Remedy string // what the user can do
}

func (e *ExecutableError) Error() string {
	return "an executable can't be made: " + e.Target + " " + e.Reason
}

// WindowsOptions are choices for an executable for Windows.
type WindowsOptions struct {
	// Icon is the path of an .ico file, "" for none.
	Icon string
	// Windowed makes a program that has no console.
	Windowed bool
}

// Remedies.
const (
	makeEach     = "make an executable for each of them, or leave out --format executable: a zipapp can be for any targets at once"
	makeZipapp   = "leave out --format executable: a zipapp can be for any target"
	nameATarget  = "add --target cp312-windows-amd64 or the like, or give the file another name"
	leaveWindows = "leave out --icon and --windowed, or add --target cp312-windows-amd64 or the like"
)

// checkSystem refuses an executable for targets that no one launcher is for, and
// choices for Windows where nothing is for Windows.
func (o *Options) checkSystem(targets []*target.Target) error {
	if o.Format != Executable {
		return nil
	}
	var names []string
	for _, on := range targets {
		names = append(names, on.Name)
	}
	goos, _, err := nativeSystem(names)
	switch {
	case err != nil:
		return err
	case goos == "windows":
		return nil
	case o.Windows != (WindowsOptions{}):
		return &ExecutableError{Target: names[0], Reason: "is not for Windows, and only there are icons, and programs without a console", Remedy: leaveWindows}
	case strings.EqualFold(filepath.Ext(o.Output), ".exe"):
		return &ExecutableError{Target: names[0], Reason: "is not for Windows, as the name " + filepath.Base(o.Output) + " says", Remedy: nameATarget}
	}
	return nil
}

// pageSize is what the zip of an executable is aligned to, in bytes.
const pageSize = 4096

// executable turns a tree into that of an executable, and returns what stands
// before its zip, and what completes the file: the launcher, filled up so that the zip
// begins with a page.
func (o *Options) executable(tree *stage.Tree, python *carried) (launcher []byte, seal func(context.Context, *os.File) (int64, error), err error) {
	b := tree.Bootstrap()
	record := launch.Record{
		ID: tree.ID, Names: interpreterNames(tree.Manifest),
		Tools: b.Tools, Inherit: b.Inherit, VerifyAlways: b.VerifyAlways, PythonArguments: b.PythonArguments,
		Commands: b.Commands, Recompressed: tree.Manifest.Recompressed(),
	}
	if python != nil {
		record.Python = &python.record
	}
	encoded, err := record.Encode()
	if err != nil {
		return nil, nil, err
	}
	tree.Add(launch.Name, encoded)
	if python != nil && python.packed != "" {
		if err := tree.AddFile(pythondist.Member, python.packed); err != nil {
			return nil, nil, err
		}
	}
	var names []string
	for _, target := range tree.Manifest.Targets {
		names = append(names, target.Name)
	}
	goos, goarch, err := nativeSystem(names)
	if err != nil {
		return nil, nil, err
	}
	if launcher, err = findLauncher(goos, goarch, &record); err != nil {
		return nil, nil, err
	}
	application := native.Application{ID: tree.ID, Windowed: o.Windows.Windowed}
	application.Name, application.Version = applicationOf(tree.Manifest)
	if o.Windows.Icon != "" {
		if application.Icon, err = os.ReadFile(o.path(o.Windows.Icon)); err != nil {
			return nil, nil, err
		}
	}
	if launcher, err = native.Prepare(launcher, goos, application); err != nil {
		return nil, nil, err
	}
	if rest := len(launcher) % pageSize; rest > 0 {
		launcher = append(launcher, make([]byte, pageSize-rest)...)
	}
	return launcher, func(ctx context.Context, file *os.File) (int64, error) {
		return native.Seal(ctx, file, goos, application)
	}, nil
}

// applicationOf returns the name and version of what the bundle was made of: the
// distribution that the entry point is in if that is told, else the one that was asked
// for. With several of them there is none.
func applicationOf(m *manifest.Manifest) (name, version string) {
	for _, w := range m.Wheels {
		switch {
		case m.EntryPoint.Distribution != "":
			if w.Name != m.EntryPoint.Distribution {
				continue
			}
		case !w.Requested:
			continue
		case name != "" && name != w.Name:
			return "", ""
		}
		name, version = w.Name, w.Version
	}
	return name, version
}

// findLauncher returns the smallest launcher that can make what a bundle brings along
// ready. A gobundle without launchers is one itself, for its own system.
func findLauncher(goos, goarch string, record *launch.Record) ([]byte, error) {
	find := stub.Launcher
	switch {
	case record.Python != nil && !record.Python.Embedded():
		find = stub.Fetching
	case record.Python != nil || record.Recompressed:
		find = stub.Unpacking
	}
	launcher, err := find(goos, goarch)
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
	for i, target := range targets {
		system, machine := launcherSystem(target)
		switch {
		case machine == "":
			return "", "", &ExecutableError{Target: target, Reason: "is not for Linux, macOS or Windows on x86_64 or arm64", Remedy: makeZipapp}
		case i > 0 && system != goos:
			return "", "", &ExecutableError{Target: target, Reason: "is for another system than " + targets[0], Remedy: makeEach}
		case i > 0 && machine != goarch:
			return "", "", &ExecutableError{Target: target, Reason: "is for another machine than " + targets[0], Remedy: makeEach}
		}
		goos, goarch = system, machine
	}
	return goos, goarch, nil
}

// launcherSystem is Go's names of the system and machine that a target is for; the machine
// is "" if no launcher is for it.
func launcherSystem(target string) (goos, goarch string) {
	_, platform, _ := strings.Cut(target, "-")
	for _, one := range [][2]string{{"manylinux", "linux"}, {"musllinux", "linux"}, {"linux", "linux"}, {"macosx", "darwin"}, {"win", "windows"}} {
		if !strings.HasPrefix(platform, one[0]) {
			continue
		}
		for _, machine := range [][2]string{{"_x86_64", "amd64"}, {"_amd64", "amd64"}, {"_aarch64", "arm64"}, {"_arm64", "arm64"}} {
			if strings.HasSuffix(platform, machine[0]) {
				return one[1], machine[1]
			}
		}
	}
	return "", ""
}
