package solve

import (
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// Problem is what to solve. Requirements, Environment and Python must be set; the zero value of all else is useful.
type Problem struct {
	// Requirements are the user's own. One whose marker is false in Environment is left out.
	Requirements []Root
	// Constraints restrict the versions of what is required, and require nothing. Their extras are ignored.
	Constraints []Root
	// Overrides replace every requirement on the same name, the user's own too. Where the marker of none of a name's
	// overrides is true, the name is not required at all.
	Overrides []pep508.Requirement
	// Exclusions are names of projects that are never required, whoever says so.
	Exclusions []string

	// Environment is what markers are evaluated in, and Python what Requires-Python is compared with.
	Environment pep508.Environment
	Python      pep440.Version

	// Preferences are versions to take where the requirements allow them, by normalised name. A preferred version is
	// taken even if it is yanked.
	Preferences map[string]pep440.Version
	Prereleases Prereleases
	Mode        Mode
	// NoDependencies leaves out what the required distributions require themselves.
	NoDependencies bool
}

// Root is a requirement or constraint of the user.
type Root struct {
	pep508.Requirement
	// From says where it stands, as in "requirements.txt line 3"; empty if there is nothing to say.
	From string
}

// Prereleases says when pre-releases may be picked.
type Prereleases int

const (
	// IfNecessary takes the pre-releases of a project only if a requirement or constraint names one, or if the
	// project has no final release that the target can use. In what distributions require themselves a bound such as
	// "<2.0.dev0" does not name one: it is how they keep pre-releases out.
	IfNecessary Prereleases = iota
	// Allow takes pre-releases as if they were final releases.
	Allow
	// Disallow takes no pre-release, even if one is named. Direct references are taken as they are.
	Disallow
)

// Mode says which of several possible versions is tried first.
type Mode int

// The modes.
const (
	Highest      Mode = iota // the highest version
	Lowest                   // the lowest version
	LowestDirect             // the lowest version of what the user requires, the highest of all else
)
