package bundle

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// whyUnfit says what a wheel needs that an interpreter does not have, as the end
// of a sentence: "needs glibc 2.28, this is 2.17". None of the wheel's tags fits;
// it speaks of the one that comes nearest. The bootstrap says the same
// (bootstrap/gobundle_bootstrap/tags.py).
func whyUnfit(tags []tag.Tag, on *target.Target) string {
	here := systemOf(on)
	var nearest []int
	reason := "has no tags"
	for _, t := range tags {
		near, why := here.misfit(t)
		if nearest == nil || slices.Compare(near, nearest) > 0 {
			nearest, reason = near, why
		}
	}
	return reason
}

// A system is what tags say about an interpreter, taken apart.
type system struct {
	python       pythonTag
	threaded     bool
	abis         []string
	name         string // platform.system(): "Linux"
	machines     []string
	formats      []string    // of macOS: what may hold code for its machine
	glibc, musl  tag.Version // zero for none
	macOS        tag.Version
	bestPlatform string
}

// A pythonTag is the first part of a tag, taken apart: of "cp312", "cp", 3 and
// 12. What is not there is -1.
type pythonTag struct {
	letters      string
	major, minor int
}

func splitPython(text string) pythonTag {
	letters := strings.TrimRight(text, "0123456789")
	p := pythonTag{letters: letters, major: -1, minor: -1}
	if digits := text[len(letters):]; digits != "" {
		p.major, _ = strconv.Atoi(digits[:1])
		if len(digits) > 1 {
			p.minor, _ = strconv.Atoi(digits[1:])
		}
	}
	return p
}

// String returns what people call it: "CPython 3.12".
func (p pythonTag) String() string {
	name, ok := map[string]string{"cp": "CPython", "pp": "PyPy", "ip": "IronPython", "jy": "Jython", "py": "Python", "graalpy": "GraalPy"}[p.letters]
	if !ok {
		name = p.letters
	}
	name += " "
	if p.major >= 0 {
		name += strconv.Itoa(p.major)
	}
	if p.minor >= 0 {
		name += "." + strconv.Itoa(p.minor)
	}
	return name
}

func systemOf(on *target.Target) *system {
	s := &system{
		python:   pythonTag{"", on.Python.Major(), on.Python.Minor()},
		threaded: freeThreaded().MatchString(on.Name),
		name:     on.Environment.PlatformSystem,
	}
	for i, t := range on.Tags.Tags() {
		if i == 0 {
			s.python.letters, s.bestPlatform = splitPython(t.Python).letters, t.Platform
		}
		if splitPython(t.Python) == s.python && t.ABI != "none" && t.ABI != "abi3" && t.ABI != "abi3t" && !slices.Contains(s.abis, t.ABI) {
			s.abis = append(s.abis, t.ABI)
		}
		switch p := splitPlatform(t.Platform); p.library {
		case "linux":
			if !slices.Contains(s.machines, p.machine) {
				s.machines = append(s.machines, p.machine)
			}
		case "glibc":
			s.glibc = later(s.glibc, p.version)
		case "musl":
			s.musl = later(s.musl, p.version)
		case "macOS":
			s.macOS = later(s.macOS, p.version)
			if !slices.Contains(s.formats, p.machine) {
				s.formats = append(s.formats, p.machine)
			}
		}
	}
	if s.name != "Linux" {
		s.machines = []string{on.Environment.PlatformMachine}
	}
	if on.Interpreter != nil { // which may have vetoed its newest tags
		known := &on.Interpreter.Platform
		for _, fact := range []struct {
			numbers []int
			to      *tag.Version
		}{{known.Glibc, &s.glibc}, {known.Musl, &s.musl}, {known.MacOS, &s.macOS}} {
			if len(fact.numbers) == 2 {
				*fact.to = tag.Version{Major: fact.numbers[0], Minor: fact.numbers[1]}
			}
		}
	}
	return s
}

func later(v, w tag.Version) tag.Version {
	if v.Before(w) {
		return w
	}
	return v
}

// misfit returns how near a tag comes, as something to compare, and why it does
// not fit.
func (s *system) misfit(t tag.Tag) (near []int, reason string) {
	if reason = s.pythonReason(t); reason != "" {
		if strings.HasPrefix(t.Python, s.python.letters) {
			return []int{1}, reason
		}
		return []int{0}, reason
	}
	if reason = s.abiReason(t); reason != "" {
		return []int{2}, reason
	}
	near, reason = s.platformReason(t.Platform)
	return append([]int{3}, near...), reason
}

func (s *system) pythonReason(t tag.Tag) string {
	wanted := splitPython(t.Python)
	exact := fmt.Sprintf("needs %v, this is %v", wanted, s.python)
	orLater := fmt.Sprintf("needs %v or later, this is %v", wanted, s.python)
	switch {
	case wanted.letters == "py" && wanted.major != s.python.major:
		return exact
	case wanted.letters == "py" && wanted.minor > s.python.minor:
		return orLater
	case wanted.letters == "py" && t.ABI != "none":
		return fmt.Sprintf("has the tag %v, which no interpreter takes", t)
	case wanted.letters == "py", wanted == s.python:
		return ""
	case wanted.letters == "cp" && s.python.letters == "cp" && (t.ABI == "abi3" || t.ABI == "abi3t"):
		if wanted.major == s.python.major && 2 <= wanted.minor && wanted.minor <= s.python.minor {
			return ""
		}
		return orLater
	case wanted == pythonTag{"pp", s.python.major, -1} && s.python.letters == "pp" && t.ABI == "none" && t.Platform == "any":
		return ""
	}
	return exact
}

func (s *system) abiReason(t tag.Tag) string {
	const needsLock, needsThreaded = "needs a Python with the global interpreter lock, this is free-threaded", "needs a free-threaded Python, this is none"
	if t.ABI == "none" || slices.Contains(s.abis, t.ABI) {
		return ""
	}
	cpython := s.python.letters == "cp"
	flags, own := strings.CutPrefix(t.ABI, t.Python)
	switch {
	case cpython && t.ABI == "abi3" && s.threaded:
		return needsLock
	case cpython && t.ABI == "abi3t" && !s.threaded:
		return needsThreaded
	case cpython && (t.ABI == "abi3" || t.ABI == "abi3t"):
		return ""
	case cpython && own && strings.Contains(flags, "t") && !s.threaded:
		return needsThreaded
	case cpython && own && !strings.Contains(flags, "t") && s.threaded:
		return needsLock
	case cpython && own && strings.Contains(flags, "d"):
		return "needs a debug build of Python, this is none"
	case len(s.abis) == 0:
		return "needs the ABI " + t.ABI
	}
	return fmt.Sprintf("needs the ABI %s, this is %s", t.ABI, s.abis[0])
}

func (s *system) platformReason(platform string) (near []int, reason string) {
	wanted := splitPlatform(platform)
	switch {
	case wanted.system != s.name:
		return []int{0}, fmt.Sprintf("needs %s, this is %s", systemName(cmp.Or(wanted.system, platform)), systemName(s.name))
	case s.name == "Linux":
		return s.linuxReason(platform, wanted)
	case s.name == "Darwin":
		return s.macOSReason(platform, wanted)
	}
	return []int{1}, fmt.Sprintf("needs %s, this is %s", platform, s.bestPlatform)
}

func (s *system) linuxReason(platform string, wanted platformParts) (near []int, reason string) {
	if !slices.Contains(s.machines, wanted.machine) {
		return []int{1}, fmt.Sprintf("needs %s, this is %s", wanted.machine, strings.Join(s.machines[:min(1, len(s.machines))], ""))
	}
	has, other, otherLibrary := s.glibc, s.musl, "musl"
	if wanted.library == "musl" {
		has, other, otherLibrary = s.musl, s.glibc, "glibc"
	}
	none := tag.Version{}
	switch {
	case has == none && other == none:
		return []int{2, -wanted.version.Major, -wanted.version.Minor}, fmt.Sprintf("needs %s %s, this system has another libc", wanted.library, wanted.version)
	case has == none:
		return []int{2, -wanted.version.Major, -wanted.version.Minor}, fmt.Sprintf("needs %s %s, this system has %s %s", wanted.library, wanted.version, otherLibrary, other)
	case has.Before(wanted.version), wanted.library == "musl":
		return []int{3, -wanted.version.Major, -wanted.version.Minor}, fmt.Sprintf("needs %s %s, this is %s", wanted.library, wanted.version, has)
	}
	return []int{3}, fmt.Sprintf("is for %s, which this system says it is not compatible with", platform)
}

func (s *system) macOSReason(platform string, wanted platformParts) (near []int, reason string) {
	machine := s.machines[0]
	switch {
	case wanted.library == "":
		return []int{0}, fmt.Sprintf("is for %s, which is no macOS", platform)
	case !slices.Contains(s.formats, wanted.machine):
		return []int{1}, fmt.Sprintf("needs %s, this is %s", wanted.machine, machine)
	case s.macOS.Before(wanted.version):
		return []int{2, -wanted.version.Major, -wanted.version.Minor}, fmt.Sprintf("needs macOS %s, this is %s", wanted.version, s.macOS)
	case machine == "arm64" && wanted.version.Before(tag.Version{Major: 11}) && wanted.machine != "universal2":
		return []int{2}, fmt.Sprintf("is for %s, which is older than macOS on this machine", platform)
	}
	return []int{2}, fmt.Sprintf("is for %s, which no macOS takes", platform)
}

func systemName(system string) string {
	if system == "Darwin" {
		return "macOS"
	}
	return system
}

// platformParts are the parts of a platform tag. What a tag of another form does
// not have is empty.
type platformParts struct {
	system  string // as platform.system() has it
	library string // what version is of: "glibc", "musl", "macOS"; "linux" for none of these
	version tag.Version
	machine string
}

func splitPlatform(platform string) platformParts {
	kind, rest, _ := strings.Cut(platform, "_")
	switch legacy := map[string]string{"manylinux1": "2_5", "manylinux2010": "2_12", "manylinux2014": "2_17"}; {
	case legacy[kind] != "":
		kind, rest = "manylinux", legacy[kind]+"_"+rest
	case kind == "linux":
		return platformParts{system: "Linux", library: "linux", machine: rest}
	case strings.HasPrefix(kind, "win"):
		return platformParts{system: "Windows", machine: rest}
	}
	known, ok := map[string]platformParts{
		"manylinux": {system: "Linux", library: "glibc"},
		"musllinux": {system: "Linux", library: "musl"},
		"macosx":    {system: "Darwin", library: "macOS"},
	}[kind]
	numbers := strings.SplitN(rest, "_", 3)
	if !ok || len(numbers) < 3 {
		return platformParts{system: known.system}
	}
	known.version.Major, _ = strconv.Atoi(numbers[0])
	known.version.Minor, _ = strconv.Atoi(numbers[1])
	known.machine = numbers[2]
	return known
}
