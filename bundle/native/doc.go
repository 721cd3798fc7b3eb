// Package native writes what programs of Windows and macOS need around the zip of a
// bundle. A launcher stands before the zip in every format; ELF takes that as it is.
//
// In the PE format (https://learn.microsoft.com/windows/win32/debug/pe-format) the zip is
// an overlay. Its resources hold an icon, the application's version, and a manifest;
// its checksum covers the zip. Whoever signs it puts the signature behind the zip.
//
// In the Mach-O format the zip is a part of the segment __LINKEDIT, as the string table's
// end, and an ad-hoc signature covers it: macOS starts no program for arm64 without one.
//
// [Prepare] changes a launcher before the zip is behind it, [Seal] the whole file after.
// The same input gives the same bytes.
package native
