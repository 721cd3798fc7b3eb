package wheel

import "fmt"

// InvalidError says that a file is no wheel, or one that can't be trusted.
type InvalidError struct {
	Wheel  string // file name
	Path   string // member, or "" when the whole file is meant
	Reason string // why, as the end of a sentence
}

func (e *InvalidError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s is not a valid wheel: %s", e.Wheel, e.Reason)
	}
	return fmt.Sprintf("%s is not a valid wheel: %q %s", e.Wheel, e.Path, e.Reason)
}

// RecordError says that a wheel's content and its RECORD disagree.
type RecordError struct {
	Wheel  string // file name
	Path   string // the member or row, or "" when RECORD itself is meant
	Reason string // how they disagree, as the end of a sentence
}

func (e *RecordError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("RECORD of %s %s", e.Wheel, e.Reason)
	}
	return fmt.Sprintf("RECORD of %s doesn't match: %q %s", e.Wheel, e.Path, e.Reason)
}

// VersionError says that a wheel follows a newer major version of the format
// than this package knows.
type VersionError struct {
	Wheel   string // file name
	Version string // the Wheel-Version it declares
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s has Wheel-Version %s; only 1.x is understood", e.Wheel, e.Version)
}

// EntryPointError says that entry_points.txt, or one script in it, can't be used.
type EntryPointError struct {
	Wheel  string // file name, or "" when only the text is known
	Line   int    // from 1; 0 if unknown
	Text   string // the offending line or script
	Reason string
}

func (e *EntryPointError) Error() string {
	where := "entry_points.txt"
	if e.Wheel != "" {
		where += " of " + e.Wheel
	}
	if e.Line > 0 {
		where += fmt.Sprintf(", line %d", e.Line)
	}
	return fmt.Sprintf("%s: %q %s", where, e.Text, e.Reason)
}

// LongestPath is how many characters Windows takes in a path, unless its
// administrator has lifted that.
const LongestPath = 259

// LongPathError says that files of an environment would have paths that are too long.
type LongPathError struct {
	Prefix   string // the environment's root
	Longest  int    // characters of the longest path
	Programs bool   // of its programs, which no setting allows
}

func (e *LongPathError) Error() string {
	what := "files"
	if e.Programs {
		what = "programs"
	}
	return fmt.Sprintf("%s in %s would have paths of %d characters, and Windows takes %d", what, e.Prefix, e.Longest, LongestPath)
}

// CollisionError says that two distributions write one path with different
// content.
type CollisionError struct {
	Path   string // where, relative to the environment, with slashes
	First  string // "name version" of the distribution that comes first, or "" for a file that is already there
	Second string // "name version"
}

func (e *CollisionError) Error() string {
	if e.First == "" {
		return fmt.Sprintf("%s would replace the existing %s", e.Second, e.Path)
	}
	if e.First == e.Second {
		return fmt.Sprintf("%s writes %s twice, with different content", e.First, e.Path)
	}
	return fmt.Sprintf("%s and %s both write %s, with different content", e.First, e.Second, e.Path)
}
