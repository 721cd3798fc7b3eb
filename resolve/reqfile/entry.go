package reqfile

import (
	"strconv"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// A File is what a requirements file says, all included files inlined.
type File struct {
	// Entries are the requirements and constraints in order of appearance.
	Entries []Entry
	// Options are the options given to Read, as changed by the file.
	Options Options
	// Warnings name what pip ignores silently, in order of appearance.
	Warnings []Warning
}

// A Kind says where the files of a requirement come from.
type Kind int

// The kinds of requirements.
const (
	// Indexed requirements are looked up by name.
	Indexed Kind = iota
	// Archive requirements have the URL of a wheel or a source archive.
	Archive
	// Repository requirements have the URL of a version control system, as
	// in git+https://host/project@revision.
	Repository
	// Local requirements are a folder or an archive of this machine.
	Local
)

// An Entry is one requirement or constraint.
type Entry struct {
	// Requirement holds name, extras, specifier, URL and marker. The name is
	// empty if only the thing behind the URL knows it, which no constraint
	// may leave open. Unless Kind is Indexed, URL is set; for Local it is a
	// file URL.
	Requirement pep508.Requirement
	Kind        Kind
	// Path is the absolute path of a Local requirement, else "".
	Path string
	// Editable is whether the requirement was given with -e.
	Editable bool
	// Constraint is whether the entry restricts a version only and causes no
	// installation.
	Constraint bool
	// Hashes are the digests allowed by --hash options as "sha256:hex", in
	// lower case. Any of them will do.
	Hashes []string
	// URLHashes are digests in the fragment of URL, in the same form and of
	// any algorithm. They do not turn on hash mode.
	URLHashes []string
	// ConfigSettings are the settings for the build backend by key; a key
	// given more than once has a list of values.
	ConfigSettings map[string][]string
	Where          Position
	// Text is the line as it stands in the file, joined and without comment;
	// variables are not replaced and passwords are masked.
	Text string
}

// A Position is a line of a file.
type Position struct {
	// File is the path or URL as the user would name it, passwords masked.
	File string
	// Line counts from 1. For a joined line it is the first one's number. It is 0
	// where there are no lines.
	Line int
}

// String returns "requirements.txt line 3".
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + " line " + strconv.Itoa(p.Line)
}

// A Warning is about something without effect, which pip passes over.
type Warning struct {
	Where  Position
	Reason string
}

func (w Warning) String() string {
	return w.Where.String() + ": " + w.Reason
}
