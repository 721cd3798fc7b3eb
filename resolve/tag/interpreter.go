package tag

import (
	"slices"
	"strconv"
	"strings"
)

// CPython returns the tags that only a CPython of the given version takes, the
// best first: its own ABIs, the stable ABI (abi3, or abi3t where the first ABI
// is a free-threaded one, never both), no ABI, and the stable ABI of every
// older Python. Those of [Compatible] come after them.
func CPython(python Version, abis, platforms []string) []Tag {
	stable := "abi3"
	if len(abis) > 0 && strings.Contains(strings.TrimLeft(strings.TrimPrefix(abis[0], "cp"), "0123456789"), "t") {
		stable = "abi3t"
	}
	interpreter := "cp" + python.digits()
	tags := make([]Tag, 0, (len(abis)+python.Minor+1)*len(platforms))
	for _, abi := range abis {
		if abi != "abi3" && abi != stable && abi != "none" {
			tags = cross(tags, interpreter, abi, platforms)
		}
	}
	hasStable := !python.Before(Version{3, 2})
	if hasStable {
		tags = cross(tags, interpreter, stable, platforms)
	}
	tags = cross(tags, interpreter, "none", platforms)
	for minor := python.Minor - 1; hasStable && minor >= 2; minor-- {
		tags = cross(tags, "cp"+Version{python.Major, minor}.digits(), stable, platforms)
	}
	return tags
}

// Generic returns the tags that only the given interpreter takes ("pp310",
// "graalpy311"), the best first. Those of [Compatible] come after them.
func Generic(interpreter string, abis, platforms []string) []Tag {
	tags := make([]Tag, 0, (len(abis)+1)*len(platforms))
	for _, abi := range abis {
		tags = cross(tags, interpreter, abi, platforms)
	}
	if !slices.Contains(abis, "none") {
		tags = cross(tags, interpreter, "none", platforms)
	}
	return tags
}

// Compatible returns the tags that any Python of the version takes, the best
// first. The interpreter's own tag for any platform ("cp312-none-any", for
// PyPy "pp3-none-any") stands among them; "" leaves it out.
func Compatible(python Version, interpreter string, platforms []string) []Tag {
	versions := []string{"py" + python.digits(), "py" + strconv.Itoa(python.Major)}
	for minor := python.Minor - 1; minor >= 0; minor-- {
		versions = append(versions, "py"+Version{python.Major, minor}.digits())
	}
	tags := make([]Tag, 0, len(versions)*(len(platforms)+1)+1)
	for _, version := range versions {
		tags = cross(tags, version, "none", platforms)
	}
	if interpreter != "" {
		tags = append(tags, Tag{interpreter, "none", "any"})
	}
	for _, version := range versions {
		tags = append(tags, Tag{version, "none", "any"})
	}
	return tags
}

// cross appends a tag per platform.
func cross(tags []Tag, python, abi string, platforms []string) []Tag {
	for _, platform := range platforms {
		tags = append(tags, Tag{python, abi, platform})
	}
	return tags
}
