package tag

import (
	"fmt"
	"slices"
)

// Manylinux returns the platforms of PEP 600 that a system with the given
// version of glibc runs, the newest first, each followed by its older name
// where it has one. Tags older than glibc 2.5 (x86_64, i686) or 2.17 (all
// others) do not exist.
func Manylinux(arch string, glibc Version) []string {
	return ManylinuxExcept(arch, glibc, nil)
}

// ManylinuxExcept is Manylinux without the platforms that the system refuses
// by its _manylinux module. A nil refused refuses none.
func ManylinuxExcept(arch string, glibc Version, refused func(Version) bool) []string {
	oldest := Version{2, 17}
	if arch == "x86_64" || arch == "i686" {
		oldest = Version{2, 5}
	}
	var platforms []string
	for v := glibc; v.Major >= 2; {
		for ; v.Minor >= 0 && !v.Before(oldest); v.Minor-- {
			if refused != nil && refused(v) {
				continue
			}
			platforms = append(platforms, fmt.Sprintf("manylinux_%d_%d_%s", v.Major, v.Minor, arch))
			if name := legacyManylinux(v); name != "" {
				platforms = append(platforms, name+"_"+arch)
			}
		}
		// No glibc 3 exists. packaging assumes 50 to be the last 2.x then.
		v = Version{v.Major - 1, 50}
	}
	return platforms
}

// legacyManylinux returns the name that a glibc version had before PEP 600.
func legacyManylinux(glibc Version) string {
	switch glibc {
	case Version{2, 17}:
		return "manylinux2014"
	case Version{2, 12}:
		return "manylinux2010"
	case Version{2, 5}:
		return "manylinux1"
	}
	return ""
}

// HasManylinux reports whether manylinux wheels exist for the machine at all.
// packaging checks armv7l and i686 by the interpreter's ELF header besides.
func HasManylinux(arch string) bool {
	return slices.Contains([]string{"x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"}, arch)
}

// Musllinux returns the platforms of PEP 656 that a system with the given
// version of musl runs, the newest first.
func Musllinux(arch string, musl Version) []string {
	var platforms []string
	for minor := musl.Minor; minor >= 0; minor-- {
		platforms = append(platforms, fmt.Sprintf("musllinux_%d_%d_%s", musl.Major, minor, arch))
	}
	return platforms
}
