package index

import "time"

// File is one file of a project, as an index page or a folder announces it.
// Nothing of it has been checked against the file itself.
type File struct {
	// Name is the file's name: never empty, no path separators, no control characters.
	Name string
	// URL is absolute and holds neither credentials nor a fragment; it is a file URL for a local file.
	URL string
	// Path is the file's path on this machine, "" for a file to be fetched.
	Path string
	// Hashes are the digests announced, nil when none is.
	Hashes Digests
	// RequiresPython is the announced specifier, as written; "" when there is none.
	RequiresPython string
	// Yanked says that the file was withdrawn (PEP 592); YankedReason may be "" even then.
	Yanked       bool
	YankedReason string
	// Size in bytes, -1 if unknown (PEP 700).
	Size int64
	// UploadTime is zero if unknown (PEP 700).
	UploadTime time.Time
	// Excluded says why the file must not be taken, as the end of a sentence; "" is
	// for one that may be.
	Excluded string
	// HasMetadata says that the wheel's METADATA is served at URL + ".metadata"
	// (PEP 658, 714); MetadataHashes are its digests, nil when none is announced.
	HasMetadata    bool
	MetadataHashes Digests
	// Index names where the file was announced, without secrets: an index URL,
	// or a find-links entry.
	Index string
}

// Project is what the sources together say of one project.
type Project struct {
	// Name is normalised.
	Name string
	// Files are in the order announced: those of find-links first, then those of the index.
	Files []File
	// Versions are the versions the index names (PEP 700), as written; nil when it names none.
	Versions []string
	// Index is the index that knows the project, without secrets; "" when only find-links do.
	Index string

	// tracks and alternates are the URLs of the same project on other indexes, as
	// the page has them (PEP 708), normalised by comparable.
	tracks, alternates []string
}
