package target

import (
	"fmt"
	"strconv"

	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// The versions that short platform names stand for: the oldest systems that
// most new wheels are made for. They are uv's, too.
var (
	defaultGlibc      = tag.Version{Major: 2, Minor: 28}
	defaultGlibcRiscv = tag.Version{Major: 2, Minor: 39} // no older wheels exist
	defaultMusl       = tag.Version{Major: 1, Minor: 2}
	defaultMacOS      = tag.Version{Major: 13, Minor: 0}
)

// A platformPart is what the second part of a target's name stands for.
type platformPart struct {
	name      string // canonical: the platform's best tag, but for linux_*
	platforms []string
	osName    string // the marker variables
	sys       string
	system    string
	machine   string
}

// architectures are those of the built-in Linux tables.
var architectures = []string{"x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64"}

var (
	manylinuxForm = lazyregexp.New(`^manylinux_([0-9]{1,2})_([0-9]{1,3})_([a-z0-9_]+)$`)
	musllinuxForm = lazyregexp.New(`^musllinux_([0-9]{1,2})_([0-9]{1,3})_([a-z0-9_]+)$`)
	legacyForm    = lazyregexp.New(`^manylinux(1|2010|2014)_([a-z0-9_]+)$`)
	macosForm     = lazyregexp.New(`^macosx_([0-9]{1,2})_([0-9]{1,2})_(arm64|x86_64|universal2)$`)
	windowsForm   = lazyregexp.New(`^win(32|_amd64|_arm64)$`)
	iosForm       = lazyregexp.New(`^ios_([0-9]{1,2})_([0-9]{1,2})_((?:arm64|x86_64)_iphone(?:os|simulator))$`)
	androidForm   = lazyregexp.New(`^android_([0-9]{1,3})_(arm64_v8a|x86_64|armeabi_v7a|x86)$`)
	shortForm     = lazyregexp.New(`^(linux|musl|macos|windows)-([a-z0-9_]+)$`)
)

// parsePlatform returns nil for a text of no known form, and a reason in
// English if the form is known but there is no such platform.
func (d Defaults) parsePlatform(text string) (found *platformPart, reason string) {
	if m := shortForm().FindStringSubmatch(text); m != nil {
		return d.shortPlatform(text, m[1], m[2])
	}
	if m := legacyForm().FindStringSubmatch(text); m != nil {
		return linuxPlatform(tag.Manylinux, "manylinux", map[string]tag.Version{"1": {Major: 2, Minor: 5}, "2010": {Major: 2, Minor: 12}, "2014": {Major: 2, Minor: 17}}[m[1]], m[2])
	}
	if m := manylinuxForm().FindStringSubmatch(text); m != nil {
		return linuxPlatform(tag.Manylinux, "manylinux", version(m[1], m[2]), m[3])
	}
	if m := musllinuxForm().FindStringSubmatch(text); m != nil {
		return linuxPlatform(tag.Musllinux, "musllinux", version(m[1], m[2]), m[3])
	}
	if m := macosForm().FindStringSubmatch(text); m != nil {
		return macosPlatform(version(m[1], m[2]), m[3])
	}
	if m := windowsForm().FindStringSubmatch(text); m != nil {
		machine := map[string]string{"32": "x86", "_amd64": "AMD64", "_arm64": "ARM64"}[m[1]]
		return &platformPart{text, []string{text}, "nt", "win32", "Windows", machine}, ""
	}
	if m := iosForm().FindStringSubmatch(text); m != nil {
		machine, system := "arm64", "iOS"
		if m[3][0] == 'x' {
			machine = "x86_64"
		}
		return some(&platformPart{text, tag.IOS(version(m[1], m[2]), m[3]), "posix", "ios", system, machine}, "the oldest iOS with wheels is 12.0")
	}
	if m := androidForm().FindStringSubmatch(text); m != nil {
		level, _ := strconv.Atoi(m[1])
		machine := map[string]string{"arm64_v8a": "aarch64", "x86_64": "x86_64", "armeabi_v7a": "armv7l", "x86": "i686"}[m[2]]
		return some(&platformPart{text, tag.Android(level, m[2]), "posix", "android", "Android", machine}, "the oldest Android with wheels is API level 16")
	}
	return nil, ""
}

// shortPlatform fills in the version that a short name leaves out.
func (d Defaults) shortPlatform(text, system, machine string) (*platformPart, string) {
	switch system {
	case "linux":
		glibc := defaultGlibc
		if machine == "riscv64" {
			glibc = defaultGlibcRiscv
		}
		return linuxPlatform(tag.Manylinux, "manylinux", or(d.Glibc, glibc), machine)
	case "musl":
		return linuxPlatform(tag.Musllinux, "musllinux", or(d.Musl, defaultMusl), machine)
	case "macos":
		if machine == "arm64" || machine == "x86_64" || machine == "universal2" {
			return macosPlatform(or(d.MacOS, defaultMacOS), machine)
		}
	case "windows":
		if name := map[string]string{"amd64": "win_amd64", "arm64": "win_arm64", "x86": "win32"}[machine]; name != "" {
			return d.parsePlatform(name)
		}
	}
	return nil, fmt.Sprintf("no tables for the platform %s", text)
}

func linuxPlatform(list func(string, tag.Version) []string, name string, libc tag.Version, arch string) (*platformPart, string) {
	known := false
	for _, a := range architectures {
		known = known || a == arch
	}
	if !known {
		return nil, fmt.Sprintf("no tables for Linux on %q", arch)
	}
	p := &platformPart{
		name:      fmt.Sprintf("%s_%d_%d_%s", name, libc.Major, libc.Minor, arch),
		platforms: list(arch, libc),
		osName:    "posix", sys: "linux", system: "Linux", machine: arch,
	}
	if len(p.platforms) == 0 || p.platforms[0] != p.name {
		oldest := list(arch, tag.Version{Major: libc.Major, Minor: 99})
		if len(oldest) == 0 {
			return nil, fmt.Sprintf("there are no wheels for %s", p.name)
		}
		return nil, fmt.Sprintf("there are no wheels for %s, the oldest are for %s", p.name, oldest[len(oldest)-1])
	}
	p.platforms = append([]string{"linux_" + arch}, p.platforms...)
	return p, ""
}

// macosPlatform makes the platform of a macOS. A universal2 target takes only
// wheels that run on both machines, and counts as arm64 where a marker asks.
func macosPlatform(macos tag.Version, machine string) (*platformPart, string) {
	p := &platformPart{platforms: tag.MacOS(macos, machine), osName: "posix", sys: "darwin", system: "Darwin", machine: machine}
	if machine == "universal2" {
		p.machine = "arm64"
	}
	if macos.Major >= 11 {
		macos.Minor = 0
	}
	p.name = fmt.Sprintf("macosx_%d_%d_%s", macos.Major, macos.Minor, machine)
	if machine == "arm64" && macos.Major < 11 {
		return nil, "the oldest macOS on arm64 is 11.0"
	}
	return some(p, "there are no wheels for "+p.name)
}

// some returns p, or the reason if p takes no wheels.
func some(p *platformPart, reason string) (*platformPart, string) {
	if len(p.platforms) == 0 {
		return nil, reason
	}
	return p, ""
}

func version(major, minor string) (v tag.Version) {
	v.Major, _ = strconv.Atoi(major)
	v.Minor, _ = strconv.Atoi(minor)
	return v
}

func or(v, w tag.Version) tag.Version {
	if v == (tag.Version{}) {
		return w
	}
	return v
}
