// Package recompress writes and reads the archives of an executable whose wheels are
// packed anew with zstd: smaller than what wheels are made of, and quicker to unpack.
//
// Such an archive is a file of frames (RFC 8878) with a seek table in the zstd
// seekable format at its end. What the frames hold, one after the other, is the same zip
// archive with stored members, cut into pieces of up to [frameSize] bytes, so that equal
// text of many small files is there once, and that all processors can unpack.
// A second skippable frame, in front of the table, holds that zip's directory once
// more, by zlib: Pythons that have no zstd read from it what there is.
// docs/format.md has the details.
//
// It knows neither bundles nor caches. Archives may come from anywhere: names,
// sizes and numbers are checked, and no frame may be larger than it says.
package recompress

// frameSize is up to how many bytes of the zip are a frame; the largest that a reader
// takes.
const frameSize = 2 << 20
