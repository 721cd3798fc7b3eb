package resolve

import (
	"fmt"

	"github.com/gobundle/gobundle/resolve/target"
)

// Formats says which files of a project may be picked. The zero value allows
// all.
type Formats struct {
	// NoWheels leaves source distributions only, and NoSources wheels only.
	NoWheels, NoSources bool
	// PreferWheels takes an older version with a wheel before a newer one that
	// has to be built.
	PreferWheels bool
}

// formats returns what holds for a project, by its normalised name.
func (o *Options) formats(name string) Formats {
	if o.Formats == nil {
		return Formats{}
	}
	return o.Formats(name)
}

// none is the pick for a release without a file for the target.
func (f Formats) none(name string, r *release, on *target.Target) pick {
	switch {
	case r.excluded != "" && len(r.wheels) == 0 && len(r.sdists) == 0:
		return pick{reason: r.excluded, remedy: "name a later time with --exclude-newer, or leave it out", excluded: true}
	case f.NoWheels && len(r.sdists) == 0 && len(r.wheels) > 0:
		return pick{
			reason:   "no source distribution (--no-binary rules out its wheels)",
			remedy:   fmt.Sprintf("let wheels of %s be used, with --only-binary %s behind --no-binary", name, name),
			excluded: true,
		}
	case f.NoSources && len(r.sdists) > 0:
		reason := "only a source distribution, which --only-binary rules out"
		if len(r.wheels) > 0 {
			reason = whyNone(r, on) + "; --only-binary rules out its source distribution"
		}
		return pick{reason: reason, remedy: remedyBuild(name), excluded: true}
	}
	return pick{reason: whyNone(r, on)}
}

// remedyBuild is what lets a project be built that --only-binary is about.
func remedyBuild(name string) string {
	return fmt.Sprintf("let %s be built, with --no-binary %s behind --only-binary", name, name)
}
