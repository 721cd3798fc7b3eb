package pack

import (
	"fmt"
	"math"
	"strings"

	"github.com/gobundle/gobundle/runtime/manifest"
)

// A LimitError says that a bundle is too large for the Pythons it is meant for.
// A zip of 4 GiB or more, or of 65,535 members or more, has records which the
// zipimport module of CPython reads from 3.13 on
// (https://github.com/python/cpython/issues/94146), and that of PyPy not at all.
type LimitError struct {
	Size    int64 // of the file in bytes
	Members int
	// Targets are those that could not start the bundle.
	Targets []string
}

func (e *LimitError) Error() string {
	what, limit := fmt.Sprintf("the bundle would have %.1f GiB", float64(e.Size)/(1<<30)), "4 GiB"
	if e.Size < math.MaxUint32 {
		limit = "2 GiB"
	}
	if e.Members >= math.MaxUint16 {
		what, limit = fmt.Sprintf("the bundle would have %d members", e.Members), "65,534 members"
	}
	return fmt.Sprintf("%s, and %s can't start a zip of more than %s; CPython 3.13 and newer can, and a bundle that is a folder has no limit", what, strings.Join(e.Targets, ", "), limit)
}

// first64 is the first CPython that starts a bundle with ZIP64 records.
// firstPython is the first whose zipimport is written in Python: the one in C before it counts
// in C's long, which on Windows ends at 2 GiB.
var (
	first64     = manifest.Key{3, 13}
	firstPython = manifest.Key{3, 8}
)

// checkLimits refuses a layout that one of the targets could not start.
func checkLimits(l *layout, m *manifest.Manifest) error {
	var unable []string
	for _, target := range m.Targets {
		if !canStart(l, target) {
			unable = append(unable, target.Name)
		}
	}
	if len(unable) == 0 {
		return nil
	}
	return &LimitError{Size: l.total, Members: len(l.members), Targets: unable}
}

func canStart(l *layout, target manifest.Target) bool {
	python, known := manifest.KeyOf(target.Python)
	switch {
	case l.zip64:
		return known && target.Implementation == "cpython" && python.Compare(first64) >= 0
	case l.total > math.MaxInt32 && strings.Contains(target.Name, "-win"):
		return known && python.Compare(firstPython) >= 0
	}
	return true
}
