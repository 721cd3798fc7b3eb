package launch

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// registered returns the interpreters of a version that installers have entered in the
// registry, as https://peps.python.org/pep-0514/ has it: the user's before the machine's.
// version is "3.12", "3.13t" for a free-threaded one, or "3" for any, of which the
// newest comes first.
func registered(version string) []string {
	var paths []string
	for _, root := range []struct {
		key    registry.Key
		access uint32
	}{
		{registry.CURRENT_USER, 0},
		{registry.LOCAL_MACHINE, registry.WOW64_64KEY},
		{registry.LOCAL_MACHINE, registry.WOW64_32KEY},
	} {
		var found []installation
		for _, company := range subkeys(root.key, `Software\Python`, root.access) {
			if company == "PyLauncher" { // it is not a company, says the PEP
				continue
			}
			for _, tag := range subkeys(root.key, `Software\Python\`+company, root.access) {
				one := installationAt(root.key, `Software\Python\`+company+`\`+tag, tag, root.access)
				if one.fits(version) {
					found = append(found, one)
				}
			}
		}
		slices.SortStableFunc(found, func(a, b installation) int { return b.minor - a.minor })
		for _, one := range found {
			paths = append(paths, one.path)
		}
	}
	return paths
}

// subkeys lists the keys below a key, none if there is no such key.
func subkeys(root registry.Key, path string, access uint32) []string {
	key, err := registry.OpenKey(root, path, registry.ENUMERATE_SUB_KEYS|access)
	if err != nil {
		return nil
	}
	defer key.Close()
	names, err := key.ReadSubKeyNames(-1)
	if err != nil {
		return nil
	}
	return names
}

// An installation is one entry of the registry.
type installation struct {
	path    string // of its interpreter
	minor   int    // 12 of 3.12; -1 if it is no Python 3, or none that is known
	variant string // "t" for a free-threaded build
}

func (i installation) fits(version string) bool {
	return i.path != "" && i.minor >= 0 && (version == "3" || version == "3."+strconv.Itoa(i.minor)+i.variant)
}

// installationAt reads an entry.
func installationAt(root registry.Key, path, tag string, access uint32) installation {
	one := installation{minor: -1, path: text(root, path+`\InstallPath`, "ExecutablePath", access)}
	if one.path == "" {
		if folder := text(root, path+`\InstallPath`, "", access); folder != "" {
			one.path = filepath.Join(folder, "python.exe")
		}
	}
	version := text(root, path, "SysVersion", access)
	if version == "" { // as installers of Python 3.4 and older have it
		version = tag
	}
	if minor, ok := strings.CutPrefix(version, "3."); ok {
		if number, err := strconv.Atoi(minor); err == nil {
			one.minor = number
		}
	}
	if strings.HasSuffix(strings.TrimSuffix(tag, "-arm64"), "t") {
		one.variant = "t"
	}
	return one
}

// text reads a value, "" if there is none.
func text(root registry.Key, path, name string, access uint32) string {
	key, err := registry.OpenKey(root, path, registry.QUERY_VALUE|access)
	if err != nil {
		return ""
	}
	defer key.Close()
	value, _, err := key.GetStringValue(name)
	if err != nil {
		return ""
	}
	return value
}
