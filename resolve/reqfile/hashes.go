package reqfile

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
)

// HashMode reports whether every file must have a hash that the user gave:
// because an option says so or because any entry has one. Digests in URLs do
// not count.
func HashMode(entries []Entry, o Options) bool {
	if o.RequireHashes || o.NoRequireHashes {
		return o.RequireHashes
	}
	for _, e := range entries {
		if len(e.Hashes) > 0 {
			return true
		}
	}
	return false
}

// A HashError lists the requirements that hash mode cannot do with.
type HashError struct {
	Faults []HashFault
}

// A HashFault is one requirement that hash mode cannot do with.
type HashFault struct {
	Entry  Entry
	Reason string
}

func (e *HashError) Error() string {
	var text strings.Builder
	text.WriteString("in hash mode")
	for i, fault := range e.Faults {
		separator := ", "
		if i > 0 {
			separator = "; "
		}
		fmt.Fprintf(&text, "%s%s (%s) %s", separator, fault.Entry.Text, fault.Entry.Where, fault.Reason)
	}
	return text.String()
}

// CheckHashes returns a *HashError if hash mode cannot work with the entries
// for which applies is true: each must be pinned to one version or one file,
// and have a hash. Entries of one project, constraints too, help each other.
func CheckHashes(entries []Entry, applies func(Entry) bool) error {
	pinned, hashed := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		name := pep508.NormalizeName(e.Requirement.Name)
		if name == "" || !applies(e) {
			continue
		}
		pinned[name] = pinned[name] || e.Pinned()
		hashed[name] = hashed[name] || e.hashed()
	}
	var faults []HashFault
	for _, e := range entries {
		if e.Constraint || !applies(e) {
			continue
		}
		name := pep508.NormalizeName(e.Requirement.Name)
		reason := ""
		switch {
		case e.Kind == Repository:
			reason = "is a repository, which has no hash"
		case !e.CanHash():
			reason = "is a folder, which has no hash"
		case !e.Pinned() && !pinned[name]:
			reason = "must be pinned to one version with =="
		case !e.hashed() && !hashed[name]:
			reason = "has no --hash"
		default:
			continue
		}
		faults = append(faults, HashFault{e, reason})
	}
	if len(faults) == 0 {
		return nil
	}
	return &HashError{faults}
}

// CanHash reports whether there is one file behind the entry: a repository and a
// folder have no hash.
func (e Entry) CanHash() bool {
	return e.Kind != Repository && (e.Kind != Local || isArchive(e.Path))
}

// Pinned reports whether the entry leaves no choice of a version: by a URL, or
// by a single == or === clause.
func (e Entry) Pinned() bool {
	if e.Kind != Indexed {
		return true
	}
	clauses := e.Requirement.Specifier.Clauses()
	return len(clauses) == 1 && (clauses[0].Operator() == "==" || clauses[0].Operator() == "===")
}

func (e Entry) hashed() bool {
	return len(e.Hashes) > 0 || len(e.URLHashes) > 0
}
