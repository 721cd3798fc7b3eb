package lockfile

import (
	"path"
	"strings"
	"time"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// LockVersion is the version of the format that is written.
const LockVersion = "1.0"

// A Lock is the content of a pylock.toml.
type Lock struct {
	// Version is lock-version; "" is LockVersion.
	Version string
	// Environments are markers of which one must hold where the lock is used;
	// none restricts nothing.
	Environments   []*pep508.Marker
	RequiresPython pep440.SpecifierSet
	// Extras and DependencyGroups are the names that a user may choose among. Nil
	// is a key that is not there, and empty one that says there is nothing.
	Extras           []string
	DependencyGroups []string
	// DefaultGroups are the groups that are chosen unless the user says otherwise.
	DefaultGroups []string
	CreatedBy     string
	Packages      []Package
	// Tool has a table per tool. It is data for people and tools, and must not
	// change what is installed.
	Tool map[string]map[string]any

	// Warnings are sentences about what was met on reading and not understood.
	Warnings []string
}

// A Package is one entry of packages: exactly one of VCS, Directory, Archive and
// the pair of Sdist and Wheels is set.
type Package struct {
	Name string // normalised
	// Version is zero where it may change with the source.
	Version        pep440.Version
	Marker         *pep508.Marker // nil holds everywhere
	RequiresPython pep440.SpecifierSet
	// Dependencies name other packages, each with what tells it from others. They
	// are for people; nothing is installed because of them.
	Dependencies []map[string]any

	VCS       *VCS
	Directory *Directory
	Archive   *File

	// Index is the URL of the index that announced Sdist and Wheels, "" if unknown.
	Index  string
	Sdist  *File
	Wheels []File

	// Digests are those of the files, each as "sha256:HEX", where a lock of another
	// tool doesn't say where the files are: then an index does.
	Digests []string

	AttestationIdentities []map[string]any
	Tool                  map[string]map[string]any
}

// VCS is a source tree in a repository, at a commit.
type VCS struct {
	Type string // "git"
	// One of URL and Path is set; a relative path is relative to the lock file.
	URL, Path         string
	RequestedRevision string // what the user asked for, for people
	CommitID          string
	Subdirectory      string
}

// Directory is a source tree on this machine.
type Directory struct {
	Path         string // relative to the lock file, or absolute
	Editable     bool
	Subdirectory string
}

// File is a wheel, a source distribution or an archive.
type File struct {
	// Name is the file's name, "" where it is the last part of Path or URL.
	Name string
	// UploadTime is zero if unknown.
	UploadTime time.Time
	// URL or Path is set, or both: then Path is taken. A relative path is relative
	// to the lock file.
	URL, Path string
	Size      int64 // in bytes, -1 if unknown
	// Hashes are hexadecimal digests by algorithm; there is one at least.
	Hashes map[string]string
	// Subdirectory is where the project is in an archive of a source tree.
	Subdirectory string
}

// FileName returns the file's name.
func (f *File) FileName() string {
	switch {
	case f.Name != "":
		return f.Name
	case f.Path != "":
		return f.Path[strings.LastIndexAny(f.Path, `/\`)+1:]
	}
	return urlName(f.URL)
}

// urlName returns the last part of a URL's path, percent signs resolved.
func urlName(address string) string {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	return unescapePercent(path.Base(address))
}

// IsName reports whether a file may be called so: pylock.toml, or pylock.NAME.toml
// with a name that has no dot.
func IsName(name string) bool {
	if name == "pylock.toml" {
		return true
	}
	name, starts := strings.CutPrefix(name, "pylock.")
	name, ends := strings.CutSuffix(name, ".toml")
	return starts && ends && name != "" && !strings.Contains(name, ".")
}
