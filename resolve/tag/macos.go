package tag

import "fmt"

// MacOS returns the platforms that a macOS of the given version runs on the
// machine "arm64", "x86_64", "i386", "ppc", "ppc64", or on every machine of
// "universal2", the newest first. Since macOS 11 tags have the minor number 0.
func MacOS(version Version, arch string) []string {
	var platforms []string
	add := func(v Version, formats []string) {
		for _, format := range formats {
			platforms = append(platforms, fmt.Sprintf("macosx_%d_%d_%s", v.Major, v.Minor, format))
		}
	}
	if version.Major == 10 {
		for v := version; v.Minor >= 0; v.Minor-- {
			add(v, macFormats(v, arch))
		}
		return platforms
	}
	for v := (Version{version.Major, 0}); v.Major >= 11; v.Major-- {
		add(v, macFormats(v, arch))
	}
	// macOS 11 runs what was built for 10.x. No arm64 binary is that old, but
	// the x86_64 half of a universal2 one may be.
	for v := (Version{10, 16}); version.Major >= 11 && v.Minor >= 4; v.Minor-- {
		if arch == "x86_64" {
			add(v, macFormats(v, arch))
		} else {
			add(v, []string{"universal2"})
		}
	}
	return platforms
}

// macFormats lists the binary formats that a machine runs, its own first.
func macFormats(version Version, arch string) []string {
	switch arch {
	case "x86_64":
		if version.Before(Version{10, 4}) {
			return nil
		}
		return []string{"x86_64", "intel", "fat64", "fat3", "universal2", "universal"}
	case "arm64":
		return []string{"arm64", "universal2"}
	case "i386":
		if version.Before(Version{10, 4}) {
			return nil
		}
		return []string{"i386", "intel", "fat3", "fat", "universal"}
	case "ppc64":
		if version.Before(Version{10, 4}) || (Version{10, 5}).Before(version) {
			return nil
		}
		return []string{"ppc64", "fat64", "universal"}
	case "ppc":
		if (Version{10, 6}).Before(version) {
			return nil
		}
		return []string{"ppc", "fat3", "fat", "universal"}
	}
	return []string{arch}
}
