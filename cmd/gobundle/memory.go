package main

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much a run allocates between two collections, in percent of
// what it holds. Most runs hold little and end soon: by the usual 100 they would
// spend a fifth of their time on collecting a few megabytes.
const gcPercent = 300

// collectLate sets gcPercent, unless GOGC says otherwise.
func collectLate() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// collectSoon is for builds that hold much at once.
func collectSoon() {
	const gcPercent = 50
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
