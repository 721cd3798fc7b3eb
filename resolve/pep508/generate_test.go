package pep508

import (
	"strings"

	"pgregory.net/rapid"
)

// anyEnvironment draws environments whose values turn up in the markers that anyMarkerText draws.
func anyEnvironment() *rapid.Generator[Environment] {
	version := rapid.SampledFrom([]string{"3.6", "3.10", "3.11", "3.11.7", "3.13.0rc1", "3.13.0a1+", "6.1.0-13-amd64", "10", ""})
	text := rapid.SampledFrom([]string{"posix", "nt", "linux", "win32", "x86_64", "CPython", ""})
	return rapid.Custom(func(t *rapid.T) Environment {
		return Environment{
			ImplementationName:           text.Draw(t, "implementation_name"),
			ImplementationVersion:        version.Draw(t, "implementation_version"),
			OSName:                       text.Draw(t, "os_name"),
			PlatformMachine:              text.Draw(t, "platform_machine"),
			PlatformPythonImplementation: text.Draw(t, "platform_python_implementation"),
			PlatformRelease:              version.Draw(t, "platform_release"),
			PlatformSystem:               text.Draw(t, "platform_system"),
			PlatformVersion:              version.Draw(t, "platform_version"),
			PythonFullVersion:            version.Draw(t, "python_full_version"),
			PythonVersion:                version.Draw(t, "python_version"),
			SysPlatform:                  text.Draw(t, "sys_platform"),
		}
	})
}

// anyMarkerText draws markers of every form, nested up to depth.
func anyMarkerText(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		space := rapid.SampledFrom([]string{" ", "  ", "\t"})
		for i := range rapid.IntRange(1, 3).Draw(t, "terms") {
			if i > 0 {
				b.WriteString(" " + rapid.SampledFrom([]string{"and", "or"}).Draw(t, "joint") + space.Draw(t, "space"))
			}
			if depth > 0 && rapid.Bool().Draw(t, "nested") {
				b.WriteString("(" + anyMarkerText(depth-1).Draw(t, "group") + ")")
			} else {
				b.WriteString(comparisonText(t))
			}
		}
		return b.String()
	})
}

func comparisonText(t *rapid.T) string {
	variable := rapid.SampledFrom([]string{
		"python_version", "python_full_version", "platform_release", "implementation_version", "os_name", "os.name",
		"sys_platform", "platform_machine", "platform_version", "python_implementation", "extra",
	}).Draw(t, "variable")
	literal := rapid.SampledFrom([]string{
		`"3.11"`, `'3.11.*'`, `"3.13.0rc1"`, `"3.6 3.10"`, `"posix"`, `'linux'`, `"win32 linux"`, `"Some_Extra"`, `""`, `'say "x"'`, `"it's"`, `"a\\b"`, `"tab\t"`,
	}).Draw(t, "literal")
	op := rapid.SampledFrom([]string{"==", "!=", "<=", ">=", "<", ">", "in", "not in", "~=", "==="}).Draw(t, "operator")
	if rapid.IntRange(0, 3).Draw(t, "reversed") == 0 {
		return literal + " " + op + " " + variable
	}
	return variable + " " + op + " " + literal
}
