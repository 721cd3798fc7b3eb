package target

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
)

// Defaults say what a target's name leaves out. The zero value has the
// defaults that [Platforms] tells.
type Defaults struct {
	Python string      // "cp312"; "": cp314
	Glibc  tag.Version // of linux-x86_64 and the like; zero: 2.28
	Musl   tag.Version // of musl-x86_64 and the like; zero: 1.2
	MacOS  tag.Version // of macos-arm64 and the like; zero: 13.0
}

// Parse makes a target of its name, as the zero [Defaults] do.
func Parse(text string) (*Target, error) { return Defaults{}.Parse(text) }

// Parse makes a target of its name: a Python and a platform joined by a dash,
// or a platform alone. The Python is "cp312", "cp313t" (free-threaded), "pp310",
// "graalpy311" or an exact release, "cp3.12.4". The platform is a tag
// ("manylinux_2_28_x86_64", "musllinux_1_2_aarch64", "macosx_13_0_arm64",
// "win_amd64"; the older manylinux2014 and the like, too) or a short name
// ("linux-x86_64", "musl-aarch64", "macos-arm64", "windows-amd64").
//
// The name of the result is canonical: it parses to the same target whatever
// the defaults. The error is an *UnknownError.
func (d Defaults) Parse(text string) (*Target, error) {
	first, platformText, _ := strings.Cut(text, "-")
	p, reason := parsePython(first)
	if p == nil && reason == "" {
		platformText = text
		if p, reason = parsePython(cmp.Or(d.Python, defaultPython)); p == nil {
			return nil, &UnknownError{Text: text, Reason: cmp.Or(reason, fmt.Sprintf("the default Python %q is none", d.Python))}
		}
	}
	if p == nil {
		return nil, &UnknownError{Text: text, Reason: reason, Near: near(text)}
	}
	if text == "" {
		return nil, &UnknownError{Text: text, Reason: "it is empty"}
	}
	if strings.ContainsAny(text, ",; ") {
		return nil, &UnknownError{Text: text, Reason: "it is more than one name, and each needs a --target of its own"}
	}
	if platformText == "" {
		return nil, &UnknownError{Text: text, Reason: "it has no platform", Near: []string{text + "-linux-x86_64"}}
	}
	on, reason := d.parsePlatform(platformText)
	if on == nil {
		return nil, &UnknownError{Text: text, Reason: cmp.Or(reason, "it is no platform, nor a Python and a platform"), Near: near(text)}
	}
	full, err := pythonVersion(p.full)
	if err != nil {
		return nil, err
	}
	return &Target{
		Name:        p.name + "-" + on.name,
		Environment: environment(p, on),
		Python:      full,
		Tags:        p.tags(on.platforms),
	}, nil
}

// environment fills in the marker variables. The release and version of the
// operating system are not known and empty.
func environment(p *pythonPart, on *platformPart) pep508.Environment {
	return pep508.Environment{
		ImplementationName:           p.implementation.name,
		ImplementationVersion:        p.own,
		OSName:                       on.osName,
		PlatformMachine:              on.machine,
		PlatformSystem:               on.system,
		PythonFullVersion:            p.full,
		PlatformPythonImplementation: p.implementation.longName,
		PythonVersion:                fmt.Sprintf("%d.%d", p.version.Major, p.version.Minor),
		SysPlatform:                  on.sys,
	}
}

// A Known is a part of a target's name that Parse knows.
type Known struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"` // "CPython 3.13, free-threaded"; of a platform its tag
}

// Pythons lists the Pythons that names may begin with, the newest first.
func Pythons() []Known {
	var known []Known
	for _, i := range implementations {
		for _, p := range i.pythons {
			name := fmt.Sprintf("%s3%d", i.short, p.minor)
			meaning := fmt.Sprintf("%s 3.%d", i.called(), p.minor)
			if i.ownNumber {
				meaning += " (" + p.own + ")"
			}
			known = append(known, Known{name, meaning})
			if i.short == "cp" && p.minor >= 13 {
				known = append(known, Known{name + "t", meaning + ", free-threaded"})
			}
		}
	}
	return known
}

// Platforms lists the short names of platforms with what they stand for.
func (d Defaults) Platforms() []Known {
	var names []string
	for _, system := range [...]string{"linux", "musl"} {
		for _, arch := range architectures {
			names = append(names, system+"-"+arch)
		}
	}
	names = append(names, "macos-arm64", "macos-x86_64", "macos-universal2", "windows-amd64", "windows-arm64", "windows-x86")
	known := make([]Known, 0, len(names))
	for _, name := range names {
		if p, _ := d.parsePlatform(name); p != nil {
			known = append(known, Known{name, p.name})
		}
	}
	return known
}
