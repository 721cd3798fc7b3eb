package solve

import "github.com/gobundle/gobundle/resolve/pep440"

// Resolution is a set of versions that satisfies a Problem.
type Resolution struct {
	// Pins are the versions picked, in the order of their names.
	Pins []Pin
	// Consulted are the conditions on the environment under which the same pins are a resolution of the same problem,
	// without duplicates, in the order of By, then of their texts.
	Consulted []Consulted
	// Warnings are sentences for the user: unknown extras, yanked versions.
	Warnings []string
}

// Pin is one picked version.
type Pin struct {
	Name    string // normalised
	Version pep440.Version
	// Extras are those requested of it, normalised and sorted.
	Extras []string
	// Direct is the URL of the direct reference it comes from, else empty.
	Direct string
	// Requires are the names of the pins that it requires in this environment, sorted, as in "flask[async]".
	Requires []string
	// Requested is whether the user requires it.
	Requested    bool
	Yanked       bool
	YankedReason string
}

// Consulted is one condition that the resolution depends on: either a marker or a Requires-Python.
type Consulted struct {
	// Marker is the text of the marker, and Extras are those it was evaluated with.
	Marker string
	Extras []string
	// RequiresPython is the text of the specifiers.
	RequiresPython string
	// Truth is what the condition came out as. Requires-Python is always true.
	Truth bool
	// By is whose condition it is: "flask 3.0.0", "requirements", "constraints" or "overrides".
	By string
}
