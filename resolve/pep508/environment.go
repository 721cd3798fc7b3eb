package pep508

import "strings"

// Environment holds the values of the marker variables of one interpreter on one platform. What is not known is "".
type Environment struct {
	ImplementationName           string `json:"implementation_name"`
	ImplementationVersion        string `json:"implementation_version"`
	OSName                       string `json:"os_name"`
	PlatformMachine              string `json:"platform_machine"`
	PlatformPythonImplementation string `json:"platform_python_implementation"`
	PlatformRelease              string `json:"platform_release"`
	PlatformSystem               string `json:"platform_system"`
	PlatformVersion              string `json:"platform_version"`
	PythonFullVersion            string `json:"python_full_version"`
	PythonVersion                string `json:"python_version"`
	SysPlatform                  string `json:"sys_platform"`
}

// Lookup returns the value of a variable by its name in markers; ok is false for a name that is none of them, "extra"
// included.
func (e Environment) Lookup(variable string) (value string, ok bool) {
	switch variable {
	case "implementation_name":
		return e.ImplementationName, true
	case "implementation_version":
		return e.ImplementationVersion, true
	case "os_name":
		return e.OSName, true
	case "platform_machine":
		return e.PlatformMachine, true
	case "platform_python_implementation":
		return e.PlatformPythonImplementation, true
	case "platform_release":
		return e.PlatformRelease, true
	case "platform_system":
		return e.PlatformSystem, true
	case "platform_version":
		return e.PlatformVersion, true
	case "python_full_version":
		// An interpreter built from a checkout calls itself "3.13.0a1+", which is no version.
		if strings.HasSuffix(e.PythonFullVersion, "+") {
			return e.PythonFullVersion + "local", true
		}
		return e.PythonFullVersion, true
	case "python_version":
		return e.PythonVersion, true
	case "sys_platform":
		return e.SysPlatform, true
	default:
		return "", false
	}
}
