package tag

import "fmt"

// oldestAndroid is the first API level that can run CPython.
const oldestAndroid = 16

// IOS returns the platforms of PEP 730 that an iOS of the given version runs,
// the newest first. The multiarch is "arm64_iphoneos" and the like. An iOS
// before 12 runs none.
func IOS(version Version, multiarch string) []string {
	var platforms []string
	for minor := version.Minor; version.Major >= 12; minor = 9 {
		for ; minor >= 0; minor-- {
			platforms = append(platforms, fmt.Sprintf("ios_%d_%d_%s", version.Major, minor, multiarch))
		}
		version.Major--
	}
	return platforms
}

// Android returns the platforms of PEP 738 that an Android of the given API
// level runs, the newest first. The abi is "arm64_v8a" and the like.
func Android(level int, abi string) []string {
	var platforms []string
	for ; level >= oldestAndroid; level-- {
		platforms = append(platforms, fmt.Sprintf("android_%d_%s", level, abi))
	}
	return platforms
}
