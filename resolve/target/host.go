package target

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// FromInterpreter makes a target of an interpreter on this machine. Its tags are
// those of packaging.tags.sys_tags() there.
func FromInterpreter(i *interpreter.Interpreter) (*Target, error) {
	python, err := pythonVersion(i.Version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", i.Path, err)
	}
	platforms := hostPlatforms(&i.Platform)
	version := tag.Version{Major: i.VersionInfo[0], Minor: i.VersionInfo[1]}
	interpreterTag := shortName(i.Implementation) + i.ABI.Nodot
	var tags []tag.Tag
	pure := "" // of others than CPython and PyPy packaging lists none
	switch i.Implementation {
	case "cpython":
		abis := cpythonABIs(version, i.ABI.Threaded, i.ABI.Debug, i.ABI.Pymalloc)
		tags, pure = tag.CPython(version, abis, platforms), interpreterTag
	case "pypy":
		tags, pure = tag.Generic(interpreterTag, genericABIs(i, version), platforms), "pp3"
	default:
		tags = tag.Generic(interpreterTag, genericABIs(i, version), platforms)
	}
	name := interpreterTag
	if i.ABI.Threaded {
		name += "t"
	}
	if i.ABI.Debug {
		name += "d"
	}
	return &Target{
		Name:        name + "-" + platformName(platforms),
		Environment: hostEnvironment(i.Environment),
		Python:      python,
		Tags:        tag.Rank(append(tags, tag.Compatible(version, pure, platforms)...)),
		Interpreter: i,
	}, nil
}

// shortName is what tags call an implementation.
func shortName(implementation string) string {
	switch implementation {
	case "cpython":
		return "cp"
	case "pypy":
		return "pp"
	case "ironpython":
		return "ip"
	case "jython":
		return "jy"
	}
	return implementation
}

// platformName is the platform that a target is named after: the best, but for
// linux_x86_64, which tells less than the manylinux after it.
func platformName(platforms []string) string {
	for _, platform := range platforms {
		if !strings.HasPrefix(platform, "linux_") {
			return platform
		}
	}
	if len(platforms) == 0 {
		return "any"
	}
	return platforms[0]
}

// hostPlatforms lists the platforms of an interpreter, the best first.
func hostPlatforms(p *interpreter.Platform) []string {
	switch p.System {
	case "Linux":
		return linuxPlatforms(p)
	case "Darwin":
		arch := p.Machine
		if p.Bits == 32 {
			arch = "i386"
			if strings.HasPrefix(p.Machine, "ppc") {
				arch = "ppc"
			}
		}
		return tag.MacOS(numbers(p.MacOS), arch)
	case "iOS":
		return tag.IOS(numbers(p.IOS), escape(p.Multiarch))
	case "Android":
		return tag.Android(p.AndroidLevel, escape(p.Name[strings.LastIndexByte(p.Name, '-')+1:]))
	case "Emscripten":
		if p.Emscripten != "" {
			return []string{"pyemscripten_" + p.Emscripten + "_wasm32", escape(p.Name)}
		}
	}
	return []string{escape(p.Name)}
}

// linuxPlatforms adds manylinux and musllinux by what the interpreter is linked
// with. Where a 32-bit interpreter runs on a 64-bit kernel, the machine is not
// what the kernel says.
func linuxPlatforms(p *interpreter.Platform) []string {
	machine, ok := strings.CutPrefix(escape(p.Name), "linux_")
	if !ok {
		return []string{escape(p.Name)}
	}
	if p.Bits == 32 {
		switch machine {
		case "x86_64":
			machine = "i686"
		case "aarch64":
			machine = "armv8l"
		}
	}
	machines := []string{machine}
	if machine == "armv8l" {
		machines = append(machines, "armv7l")
	}
	var platforms []string
	for _, m := range machines {
		platforms = append(platforms, "linux_"+m)
	}
	if hasManylinux(p, machines) {
		for _, m := range machines {
			platforms = append(platforms, tag.ManylinuxExcept(m, numbers(p.Glibc), func(v tag.Version) bool {
				return slices.Contains(p.Refused, fmt.Sprintf("%d_%d_%s", v.Major, v.Minor, m))
			})...)
		}
	}
	if len(p.Musl) == 2 {
		for _, m := range machines {
			platforms = append(platforms, tag.Musllinux(m, numbers(p.Musl))...)
		}
	}
	return platforms
}

// hasManylinux reports whether manylinux wheels are for an interpreter at all.
// Of ARM and 32-bit Intel only certain ABIs are, which the ELF header tells.
func hasManylinux(p *interpreter.Platform, machines []string) bool {
	switch {
	case len(p.Glibc) != 2:
		return false
	case slices.Contains(machines, "armv7l"):
		return p.Armhf
	case slices.Contains(machines, "i686"):
		return p.I686
	}
	return tag.HasManylinux(machines[0])
}

// genericABIs names the ABI of an interpreter that is no CPython, from the
// suffix of extension modules: ".pypy39-pp73-x86_64-linux-gnu.so".
func genericABIs(i *interpreter.Interpreter, version tag.Version) []string {
	parts := strings.Split(i.ABI.ExtSuffix, ".")
	if len(parts) < 3 {
		return cpythonABIs(version, i.ABI.Threaded, i.ABI.Debug, i.ABI.Pymalloc)
	}
	words := strings.Split(parts[1], "-")
	count := len(words)
	switch {
	case strings.HasPrefix(parts[1], "cpython") && count > 1:
		return []string{escape("cp" + words[1])}
	case strings.HasPrefix(parts[1], "cp"):
		count = 1
	case strings.HasPrefix(parts[1], "pypy"):
		count = min(count, 2)
	case strings.HasPrefix(parts[1], "graalpy"):
		count = min(count, 3)
	case parts[1] == "":
		return nil
	}
	return []string{escape(strings.Join(words[:count], "-"))}
}

// escape writes a name as tags do.
func escape(s string) string {
	return strings.ToLower(strings.NewReplacer(".", "_", "-", "_", " ", "_").Replace(s))
}

func numbers(n []int) tag.Version {
	if len(n) != 2 {
		return tag.Version{}
	}
	return tag.Version{Major: n[0], Minor: n[1]}
}

func hostEnvironment(values map[string]string) pep508.Environment {
	return pep508.Environment{
		ImplementationName:           values["implementation_name"],
		ImplementationVersion:        values["implementation_version"],
		OSName:                       values["os_name"],
		PlatformMachine:              values["platform_machine"],
		PlatformRelease:              values["platform_release"],
		PlatformSystem:               values["platform_system"],
		PlatformVersion:              values["platform_version"],
		PythonFullVersion:            values["python_full_version"],
		PlatformPythonImplementation: values["platform_python_implementation"],
		PythonVersion:                values["python_version"],
		SysPlatform:                  values["sys_platform"],
	}
}

// Facts returns the marker variables by name, as the target's interpreter gives
// them: the form in which runtime/manifest asks for them.
func (t *Target) Facts() map[string]string {
	e := &t.Environment
	return map[string]string{
		"implementation_name":            e.ImplementationName,
		"implementation_version":         e.ImplementationVersion,
		"os_name":                        e.OSName,
		"platform_machine":               e.PlatformMachine,
		"platform_release":               e.PlatformRelease,
		"platform_system":                e.PlatformSystem,
		"platform_version":               e.PlatformVersion,
		"python_full_version":            e.PythonFullVersion,
		"platform_python_implementation": e.PlatformPythonImplementation,
		"python_version":                 e.PythonVersion,
		"sys_platform":                   e.SysPlatform,
	}
}
