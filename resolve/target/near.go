package target

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// near lists names that may have been meant: what text calls by other words;
// else, among the names that are built of known parts, those that differ least,
// three at most. Names that differ in more than a third of their characters are
// not near.
func near(text string) []string {
	if names := translated(text); len(names) > 0 {
		return names
	}
	const most = 3
	type candidate struct {
		name             string
		distance, prefix int
	}
	text = strings.ToLower(text)
	var candidates []candidate
	add := func(name string) {
		if name == text {
			return
		}
		limit := max(len(text), len(name)) / 3
		if len(text) > len(name)+limit || len(name) > len(text)+limit {
			return
		}
		if d := spelling.Edits(text, name, limit); d <= limit {
			candidates = append(candidates, candidate{name, d, commonPrefix(text, name)})
		}
	}
	for _, platform := range (Defaults{}).Platforms() {
		for _, name := range [...]string{platform.Name, platform.Meaning} {
			add(name)
			for _, python := range Pythons() {
				add(python.Name + "-" + name)
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.prefix, a.prefix))
	})
	var names []string
	for _, c := range candidates[:min(most, len(candidates))] {
		if c.distance == candidates[0].distance {
			names = append(names, c.name)
		}
	}
	return names
}

func commonPrefix(a, b string) (length int) {
	for length < min(len(a), len(b)) && a[length] == b[length] {
		length++
	}
	return length
}

// What other tools and people call systems and machines. The machines' own names
// are those of Linux.
var (
	otherSystems = map[string]string{
		"linux": "linux", "manylinux": "linux", "gnu": "linux", "alpine": "musl", "musl": "musl", "musllinux": "musl",
		"macos": "macos", "macosx": "macos", "darwin": "macos", "osx": "macos", "mac": "macos", "windows": "windows", "win": "windows", "msvc": "windows",
	}
	otherMachines = map[string]string{
		"x86_64": "x86_64", "x86-64": "x86_64", "amd64": "x86_64", "x64": "x86_64", "64": "x86_64", "": "x86_64",
		"aarch64": "aarch64", "arm64": "aarch64", "armv8": "aarch64", "i686": "i686", "i386": "i686", "x86": "i686", "32": "i686",
		"armv7l": "armv7l", "armv7": "armv7l", "armhf": "armv7l", "ppc64le": "ppc64le", "powerpc64le": "ppc64le", "s390x": "s390x",
		"riscv64": "riscv64", "riscv64gc": "riscv64", "universal2": "universal2", "universal": "universal2",
	}
	ownMachines = map[string]map[string]string{
		"macos":   {"aarch64": "arm64"},
		"windows": {"x86_64": "amd64", "aarch64": "arm64", "i686": "x86"},
	}
)

var (
	// Rust's triples, which uv has for platforms: x86_64-unknown-linux-gnu.
	tripleForm = lazyregexp.New(`^([a-z0-9_]+)-(?:unknown-linux-(gnu|musl)|apple-(darwin)|pc-windows-(msvc))[a-z0-9]*$`)
	// PEX's abbreviated platforms: linux-x86_64-cp-3.12.4-cp312.
	abbreviatedForm = lazyregexp.New(`^(.+)-(cp|pp)-(3[0-9.]*)-[a-z0-9_]*?(t?)$`)
	pythonWords     = lazyregexp.New(`^(pp|pypy|graalpy|cpython|python|cp|py|)-?(3[0-9.]*)(t?)$`)
	platformWords   = lazyregexp.New(`^(manylinux|linux|alpine|musllinux|musl|macosx|macos|darwin|osx|mac|windows|win)[-_]?(.*)$`)
	versionedWords  = lazyregexp.New(`^((?:many|musl)linux_[0-9]+_[0-9]+|manylinux(?:1|2010|2014)|macosx_[0-9]+_[0-9]+)_(.+)$`)
)

// translated returns the names of what a text calls by other words: amd64 for
// x86_64, darwin for macos, a tag of wheels with its ABI.
func translated(given string) []string {
	text := strings.ToLower(given)
	var python, platform string
	if m := tripleForm().FindStringSubmatch(text); m != nil {
		platform = m[2] + m[3] + m[4] + "-" + m[1]
	} else if m := abbreviatedForm().FindStringSubmatch(text); m != nil {
		python, platform = m[2]+m[3]+m[4], m[1]
	} else {
		python, platform, _ = strings.Cut(text, "-")
		if !pythonWords().MatchString(python) {
			python, platform = "", text
		} else if abi, rest, ok := strings.Cut(platform, "-"); ok && pythonForm().MatchString(abi) {
			python, platform = abi, rest // cp312-cp312-win_amd64
		}
	}
	if m := pythonWords().FindStringSubmatch(python); m != nil && python != "" {
		short := map[string]string{"pypy": "pp", "pp": "pp", "graalpy": "graalpy"}[m[1]]
		python = cmp.Or(short, "cp") + m[2] + m[3]
		if known, _ := parsePython(python); known == nil {
			return nil
		}
		python += "-"
	}
	var names []string
	for _, name := range platformsCalled(platform) {
		if known, _ := (Defaults{}).parsePlatform(name); known != nil && python+name != given {
			names = append(names, python+name)
		}
	}
	return names
}

// platformsCalled returns what the words for a platform may mean.
func platformsCalled(text string) []string {
	if text == "" {
		return []string{"linux-x86_64"}
	}
	if m := versionedWords().FindStringSubmatch(text); m != nil {
		machine := otherMachines[m[2]]
		if strings.HasPrefix(m[1], "macosx") {
			machine = cmp.Or(ownMachines["macos"][machine], machine)
		}
		return []string{m[1] + "_" + machine}
	}
	system, machine := "", ""
	if m := platformWords().FindStringSubmatch(text); m != nil {
		system, machine = otherSystems[m[1]], m[2]
	} else if first, rest, ok := strings.Cut(text, "-"); ok {
		system, machine = otherSystems[first], rest
	}
	known, ok := otherMachines[machine]
	if system == "" || !ok {
		return nil
	}
	names := []string{system + "-" + cmp.Or(ownMachines[system][known], known)}
	if machine == "" && system == "macos" {
		names = []string{"macos-arm64", "macos-x86_64"}
	}
	return names
}
