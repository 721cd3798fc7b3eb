package indextest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// Dist describes one file of a project. Name and Version must be set; all else
// has a useful zero value.
type Dist struct {
	Name, Version string
	// Tag is that of the wheel's file name, "" is "py3-none-any"; it may be a
	// compressed set, as "py2.py3-none-any". Build is the build tag, "" for none.
	Tag, Build string
	// Requires are Requires-Dist lines; Extras are Provides-Extra lines.
	Requires, Extras []string
	RequiresPython   string
	// Files are the contents by path in the wheel. Without any the wheel has a
	// module named like the distribution that defines __version__.
	Files map[string]string
	// Executables are paths among Files that get mode 0755.
	Executables []string
	// Scripts and GUIScripts are entry points: "name" to "module:attribute".
	// EntryPoints has further groups.
	Scripts, GUIScripts map[string]string
	EntryPoints         map[string]map[string]string
	// DataScripts and Data are files below .data/scripts and .data/data. Other
	// .data folders can be made by Files.
	DataScripts, Data map[string]string
	// Padding is the size of a further file that doesn't compress.
	Padding int
	// Metadata replaces METADATA when it is not ""; Headers are further lines of it.
	Metadata string
	Headers  []string
	// Purelib is Root-Is-Purelib; nil takes it from Tag.
	Purelib *bool

	// Sdist makes a source distribution instead of a wheel.
	Sdist bool
	// FileName and Raw replace the file's name and bytes.
	FileName string
	Raw      []byte

	// What the index says of the file.
	Yanked       bool
	YankedReason string
	UploadTime   time.Time
	// Without what a better index would say:
	NoMetadata       bool // no METADATA beside the wheel (PEP 658)
	NoHash           bool
	NoRequiresPython bool
	// And what it says wrongly:
	WrongHash, WrongMetadataHash bool

	// Faults of the wheel itself:
	WrongRecord   bool // RECORD has another digest for the first file
	MissingRecord bool // RECORD lacks the first file
	Truncate      int  // this many bytes are cut off at the end
}

// file is a Dist made.
type file struct {
	dist     Dist
	project  string // normalised
	name     string
	data     []byte
	sha256   string // as announced
	metadata []byte // nil for none
}

func makeFile(d Dist) file {
	f := file{dist: d, project: pep508.NormalizeName(d.Name)}
	if d.Sdist {
		f.name, f.data = Sdist(d)
	} else {
		f.name, f.data = Wheel(d)
		f.metadata = []byte(d.metadata())
	}
	f.sha256 = hexSum(f.data)
	if d.WrongHash {
		f.sha256 = hexSum([]byte(f.sha256))
	}
	return f
}

// metadataSHA256 is the digest of the metadata as announced.
func (f *file) metadataSHA256() string {
	if f.dist.WrongMetadataHash {
		return hexSum([]byte("another"))
	}
	return hexSum(f.metadata)
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// escapedName is the distribution's name as file names have it.
func (d *Dist) escapedName() string {
	return strings.ReplaceAll(pep508.NormalizeName(d.Name), "-", "_")
}

// stem is "name-version" as file names and dist-info folders have it.
func (d *Dist) stem() string {
	return d.escapedName() + "-" + strings.ReplaceAll(d.Version, "-", "_")
}

func (d *Dist) tag() string { return cmp.Or(d.Tag, "py3-none-any") }

// metadata is the text of METADATA.
func (d *Dist) metadata() string {
	if d.Metadata != "" {
		return d.Metadata
	}
	var b strings.Builder
	line := func(key, value string) { b.WriteString(key + ": " + value + "\n") }
	line("Metadata-Version", "2.1")
	line("Name", d.Name)
	line("Version", d.Version)
	line("Summary", "A made-up distribution")
	if d.RequiresPython != "" {
		line("Requires-Python", d.RequiresPython)
	}
	for _, requirement := range d.Requires {
		line("Requires-Dist", requirement)
	}
	for _, extra := range d.Extras {
		line("Provides-Extra", extra)
	}
	for _, header := range d.Headers {
		b.WriteString(header + "\n")
	}
	return b.String()
}
