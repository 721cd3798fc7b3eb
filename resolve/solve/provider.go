package solve

import (
	"cmp"
	"context"
	"fmt"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// Provider answers the solver's questions. The solver asks from one goroutine, in an order that depends on nothing but
// the problem and earlier answers. Answers to the same question must be the same during one Solve.
//
// An error that is none of those named below ends the solve.
type Provider interface {
	// Candidates returns every version of a project, in any order, without duplicates. The name is normalised. The
	// slice must not change before the end of the Solve. The error for a project that does not exist is a *NotFound.
	Candidates(ctx context.Context, name string) ([]Candidate, error)
	// Metadata returns what a version says about itself. The error for a version that cannot be used after all is an
	// *Unusable.
	Metadata(ctx context.Context, name string, version pep440.Version) (Metadata, error)
	// Direct returns the candidate behind a direct reference (name @ URL). Its Direct field must be set. Its metadata
	// is asked for by DirectMetadata, if the provider has one, else by Metadata.
	// The error for a reference that gives no such distribution is an *Unusable.
	Direct(ctx context.Context, requirement pep508.Requirement) (Candidate, error)
	// Prefetch is a hint that Metadata of these versions is likely to be asked for soon; without versions, that
	// Candidates of the project is. It must return at once.
	Prefetch(name string, versions []pep440.Version)
}

// DirectMetadata is implemented by a Provider whose project may have one version both on an index and behind a URL.
type DirectMetadata interface {
	DirectMetadata(ctx context.Context, name string, candidate Candidate) (Metadata, error)
}

// Candidate is one version of a project as the index shows it.
type Candidate struct {
	Version pep440.Version
	// Yanked versions are passed over unless the user pins one (PEP 592). YankedReason may be empty.
	Yanked       bool
	YankedReason string
	// RequiresPython is the text of the index; empty or malformed: no restriction.
	RequiresPython string
	// Unusable says why the target cannot use this version, as in "no wheel for cp312-win_amd64"; empty if it can.
	// Remedy is one action that would change that, as "choose another target"; it may be empty.
	Unusable, Remedy string
	// Fallback is set of a version that is picked only where no other of its project can be.
	Fallback bool
	// Direct is the URL of a direct reference, else empty.
	Direct string
}

// Metadata is what a distribution says about itself.
type Metadata struct {
	RequiresPython pep440.SpecifierSet
	Requires       []pep508.Requirement
	// Extras are the names of the extras it provides, normalised or not.
	Extras []string
}

// NotFound says that a project is on no index.
type NotFound struct {
	Name string
	// Near are names that do exist and resemble it, the nearest first.
	Near []string
	// Remedy is the action that helps where Near is empty; "" is another spelling.
	Remedy string
	// Where ends a sentence that says where it was looked for, as in "in none of
	// the find-links"; "" is "on no index".
	Where string
}

func (e *NotFound) Error() string { return fmt.Sprintf("%s is %s", e.Name, e.where()) }

func (e *NotFound) where() string { return cmp.Or(e.Where, "on no index") }

// Unusable says that a version cannot be used, and why.
type Unusable struct {
	// Reason completes "foo 1.0 is unusable: ", as in "its metadata has no Name".
	Reason string
}

func (e *Unusable) Error() string { return e.Reason }
