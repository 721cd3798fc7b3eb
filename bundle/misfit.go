package bundle

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// whyUnfit says what a wheel needs that an interpreter does not have, as the end
// of a sentence: "needs glibc 2.28, this is 2.17". None of the wheel's tags fits.
// It speaks of the tag that comes nearest: with its Python the right one, else
// with its platform.
func whyUnfit(tags []tag.Tag, on *target.Target) string {
	pythons, platforms := map[string]bool{}, map[string]bool{}
	var here []string
	for _, t := range on.Tags.Tags() {
		pythons[t.Python+"-"+t.ABI] = true
		if !platforms[t.Platform] {
			platforms[t.Platform] = true
			here = append(here, t.Platform)
		}
	}
	best, reason := -1, "has no tags"
	for _, t := range tags {
		near, why := 0, "is for "+t.String()
		switch {
		case pythons[t.Python+"-"+t.ABI]:
			near, why = 2, "needs "+platformNeed(t.Platform, here)
		case platforms[t.Platform]:
			near, why = 1, fmt.Sprintf("needs %s, this is %s", pythonNeed(t, on), strings.SplitN(on.Name, "-", 2)[0])
		}
		if near > best {
			best, reason = near, why
		}
	}
	return reason
}

// pythonNeed names the Python that a tag is for.
func pythonNeed(t tag.Tag, on *target.Target) string {
	switch {
	case t.ABI == "abi3" && freeThreaded.MatchString(on.Name):
		return "a Python with the global interpreter lock"
	case t.ABI == "abi3":
		return t.Python + " or later"
	case strings.HasPrefix(t.ABI, t.Python):
		return t.ABI // with its flags: cp313t
	}
	return t.Python
}

// platformNeed says what a platform tag asks for, beside what there is.
func platformNeed(wanted string, here []string) string {
	need := splitPlatform(wanted)
	if need.system == "" {
		return wanted
	}
	for _, platform := range here {
		have := splitPlatform(platform)
		if have.library == need.library && have.machine == need.machine {
			return fmt.Sprintf("%s %s, this is %s", need.library, need.version, have.version)
		}
	}
	for _, platform := range here {
		have := splitPlatform(platform)
		switch {
		case have.library == "" || have.system != need.system:
		case have.machine != need.machine:
			return fmt.Sprintf("%s, this is %s", need.machine, have.machine)
		default:
			return fmt.Sprintf("%s, this has %s", need.library, have.library)
		}
	}
	return need.system
}

// platformParts are the parts of a platform tag; of one of another form all are
// empty.
type platformParts struct {
	system, library, version, machine string
}

func splitPlatform(platform string) platformParts {
	kind, rest, _ := strings.Cut(platform, "_")
	switch legacy := map[string]string{"manylinux1": "2_5", "manylinux2010": "2_12", "manylinux2014": "2_17"}; {
	case legacy[kind] != "":
		kind, rest = "manylinux", legacy[kind]+"_"+rest
	case kind == "win32":
		return platformParts{system: "Windows", library: "Windows", machine: "x86"}
	case kind == "win":
		return platformParts{system: "Windows", library: "Windows", machine: rest}
	}
	known, ok := map[string]platformParts{
		"manylinux": {system: "Linux", library: "glibc"},
		"musllinux": {system: "Linux", library: "musl"},
		"macosx":    {system: "macOS", library: "macOS"},
	}[kind]
	numbers := strings.SplitN(rest, "_", 3)
	if !ok || len(numbers) < 3 {
		return platformParts{}
	}
	known.version, known.machine = numbers[0]+"."+numbers[1], numbers[2]
	return known
}
