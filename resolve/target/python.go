package target

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// An implementation is a kind of Python: the part of a target's name before
// the version.
type implementation struct {
	short     string // "cp", as in tags
	name      string // sys.implementation.name
	longName  string // platform.python_implementation()
	pureTag   string // the interpreter of its tag for any platform, "" for interpreter and version
	pythons   []python
	ownNumber bool // its version is not that of the language
}

// called is what people call it.
func (i *implementation) called() string {
	if i.name == "graalpy" {
		return "GraalPy"
	}
	return i.longName
}

// A python is the last release known of a minor version, and for
// implementations with a version of their own that, with its ABI.
type python struct {
	minor, micro int
	own, abi     string
}

// micros of minor versions that still get releases are as of November 2026.
var implementations = []implementation{
	{short: "cp", name: "cpython", longName: "CPython", pythons: []python{
		{15, 0, "", ""}, {14, 7, "", ""}, {13, 15, "", ""}, {12, 14, "", ""}, {11, 16, "", ""}, {10, 21, "", ""},
		{9, 25, "", ""}, {8, 20, "", ""}, {7, 17, "", ""}, {6, 15, "", ""},
	}},
	{short: "pp", name: "pypy", longName: "PyPy", pureTag: "pp3", ownNumber: true, pythons: []python{
		{11, 13, "7.3.20", "pypy311_pp73"}, {10, 16, "7.3.19", "pypy310_pp73"}, {9, 19, "7.3.16", "pypy39_pp73"},
		{8, 16, "7.3.11", "pypy38_pp73"}, {7, 13, "7.3.9", "pypy37_pp73"}, {6, 12, "7.3.3", "pypy36_pp73"},
	}},
	{short: "graalpy", name: "graalpy", longName: "GraalVM", ownNumber: true, pythons: []python{
		{12, 8, "25.0.0", "graalpy250_312_native"}, {11, 7, "24.2.0", "graalpy242_311_native"}, {10, 13, "24.0.0", "graalpy240_310_native"},
	}},
}

// defaultPython is the newest CPython with a year of releases behind it.
const defaultPython = "cp314"

// A pythonPart is what the first part of a target's name stands for.
type pythonPart struct {
	name           string // canonical
	implementation implementation
	version        tag.Version
	full           string // of the language
	own            string // of the implementation
	abis           []string
}

// pythonForm takes cp312, cp313t, cp37m, cp312d, pp310, graalpy311 and, with
// the exact release, cp3.12.4.
var pythonForm = lazyregexp.New(`^(cp|pp|graalpy)(?:3([0-9]{1,2})|3\.([0-9]{1,2})(?:\.([0-9]{1,3}))?)(t?d?m?)$`)

// parsePython returns nil for a text of another form, and a reason in English
// if the form is right but there is no such Python.
func parsePython(text string) (found *pythonPart, reason string) {
	match := pythonForm().FindStringSubmatch(text)
	if match == nil {
		return nil, ""
	}
	i := slices.IndexFunc(implementations, func(i implementation) bool { return i.short == match[1] })
	p := &pythonPart{implementation: implementations[i]}
	minor, _ := strconv.Atoi(match[2] + match[3])
	i = slices.IndexFunc(p.implementation.pythons, func(p python) bool { return p.minor == minor })
	if i < 0 {
		return nil, fmt.Sprintf("no tables for %s 3.%d", p.implementation.called(), minor)
	}
	known := p.implementation.pythons[i]
	p.version = tag.Version{Major: 3, Minor: minor}
	p.name = fmt.Sprintf("%s3%d", p.implementation.short, minor)
	p.full = fmt.Sprintf("3.%d.%d", minor, known.micro)
	if match[4] != "" {
		micro, _ := strconv.Atoi(match[4])
		p.name = fmt.Sprintf("%s3.%d.%d", p.implementation.short, minor, micro)
		p.full = fmt.Sprintf("3.%d.%d", minor, micro)
	}
	flags := match[5]
	if p.implementation.ownNumber {
		p.own, p.abis = known.own, []string{known.abi}
		if flags != "" {
			return nil, fmt.Sprintf("%s has no builds with the flag %q", p.implementation.called(), flags)
		}
		return p, ""
	}
	threaded, debug := strings.Contains(flags, "t"), strings.Contains(flags, "d")
	switch {
	case threaded && minor < 13:
		return nil, "free-threaded builds (t) begin with CPython 3.13"
	case strings.Contains(flags, "m") && minor > 7:
		return nil, "the flag m ended with CPython 3.7"
	}
	p.own = p.full
	p.abis = cpythonABIs(p.version, threaded, debug, true)
	if threaded {
		p.name += "t"
	}
	if debug {
		p.name += "d"
	}
	return p, ""
}

// cpythonABIs names the ABIs that a CPython loads, its own first, by the rules
// of packaging.tags: the flag m ended with 3.7, and since 3.8 debug builds load
// what is built for others.
func cpythonABIs(version tag.Version, threaded, debug, pymalloc bool) []string {
	plain := fmt.Sprintf("cp%d%d", version.Major, version.Minor)
	if threaded {
		plain += "t"
	}
	own := plain
	if debug {
		own += "d"
	}
	if version.Before(tag.Version{Major: 3, Minor: 8}) {
		if pymalloc {
			own += "m"
		}
		return []string{own}
	}
	if debug {
		return []string{own, plain}
	}
	return []string{own}
}

// tags ranks the tags of this Python on the given platforms.
func (p *pythonPart) tags(platforms []string) *tag.Ranking {
	pure := p.implementation.pureTag
	interpreter := fmt.Sprintf("%s%d%d", p.implementation.short, p.version.Major, p.version.Minor)
	if pure == "" {
		pure = interpreter
	}
	var own []tag.Tag
	if p.implementation.ownNumber {
		own = tag.Generic(interpreter, p.abis, platforms)
	} else {
		own = tag.CPython(p.version, p.abis, platforms)
	}
	return tag.Rank(append(own, tag.Compatible(p.version, pure, platforms)...))
}
