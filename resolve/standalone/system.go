package standalone

import (
	"fmt"
	"strings"
)

// A System is what a distribution runs on.
type System struct {
	OS   string // as Go calls it: "linux", "darwin", "windows"
	Arch string // as Go calls it: "amd64", "arm64"
	Libc string // of Linux: "gnu" or "musl", else ""
}

// String is the system for people: "linux-x86_64-musl".
func (s System) String() string {
	name := s.OS + "-" + machines[s.Arch]
	if s.Libc != "" {
		name += "-" + s.Libc
	}
	return name
}

// Platform is the platform's short name in names of targets: "linux-x86_64".
func (s System) Platform() string {
	machine := machines[s.Arch]
	switch {
	case s.OS == "darwin" && s.Arch == "arm64":
		return "macos-arm64"
	case s.OS == "darwin":
		return "macos-" + machine
	case s.OS == "windows":
		return "windows-" + s.Arch
	case s.Libc == "musl":
		return "musl-" + machine
	}
	return "linux-" + machine
}

// machines are Python's names by Go's.
var machines = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

// tripleOf is the system as compilers call it, which names the distributions.
func (s System) triple() string {
	switch s.OS {
	case "darwin":
		return machines[s.Arch] + "-apple-darwin"
	case "windows":
		return machines[s.Arch] + "-pc-windows-msvc"
	}
	return machines[s.Arch] + "-unknown-linux-" + s.Libc
}

// SystemOf returns the system that a target is for, by its name. ok is false if
// no distribution could be for it.
func SystemOf(target string) (s System, ok bool) {
	_, platform, _ := strings.Cut(target, "-")
	platform, _, _ = strings.Cut(platform, "~")
	switch {
	case strings.HasPrefix(platform, "manylinux"), strings.HasPrefix(platform, "linux_"):
		s = System{OS: "linux", Libc: "gnu"}
	case strings.HasPrefix(platform, "musllinux"):
		s = System{OS: "linux", Libc: "musl"}
	case strings.HasPrefix(platform, "macosx"):
		s = System{OS: "darwin"}
	case strings.HasPrefix(platform, "win"):
		s = System{OS: "windows"}
	}
	switch {
	case strings.HasSuffix(platform, "_x86_64"), platform == "win_amd64":
		s.Arch = "amd64"
	case strings.HasSuffix(platform, "_aarch64"), strings.HasSuffix(platform, "_arm64"):
		s.Arch = "arm64"
	}
	return s, s.OS != "" && s.Arch != ""
}

// A Distribution is what a distribution's files tell of it.
type Distribution struct {
	System
	// Version is "3.12.14", or "3.12" if the release is not known.
	Version string
	// Threaded says that it is free-threaded (PEP 703).
	Threaded bool
	// Home is the folder that works wherever it stands, as a slash path below the
	// folder that was looked at. Program is the interpreter, below Home.
	Home, Program string
}

// Name is the distribution's name for people: "cpython-3.12.14-linux-x86_64-gnu".
func (d *Distribution) Name() string {
	return "cpython-" + d.Version + d.flag() + "-" + d.String()
}

func (d *Distribution) flag() string {
	if d.Threaded {
		return "t"
	}
	return ""
}

// Minor is the version without the release: "3.12".
func (d *Distribution) Minor() string {
	parts := strings.SplitN(d.Version, ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

// Target is the name of the target that the distribution is:
// "cp3.12.14-linux-x86_64".
func (d *Distribution) Target() string {
	python := "cp" + strings.ReplaceAll(d.Minor(), ".", "")
	if release := strings.TrimPrefix(d.Version, d.Minor()); release != "" && strings.Trim(release, ".0123456789") == "" {
		python = "cp" + d.Version
	}
	return fmt.Sprintf("%s%s-%s", python, d.flag(), d.Platform())
}
