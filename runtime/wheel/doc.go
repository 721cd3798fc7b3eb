// Package wheel reads wheels without trusting them and installs them into an
// environment.
//
// The format is the binary distribution format of
// https://packaging.python.org/en/latest/specifications/binary-distribution-format/
// and, for what an installation leaves behind,
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/.
//
// Reading has three depths, each one deeper than the last:
//
//   - [Open] reads the zip's central directory and nothing else. It refuses names that could leave the folder they
//     are unpacked into, duplicates, encrypted members, sizes beyond [Limits] and a wheel whose .dist-info
//     doesn't belong to its file name.
//   - Reading a member checks its local header against the central directory, its size and its CRC-32.
//   - [Verify] and [Install] read every member, and check each one against RECORD as well.
//
// [Install] writes what `pip install --no-index` of the same wheels would write
// into a fresh environment. The package doesn't resolve, download, or create
// environments.
package wheel
