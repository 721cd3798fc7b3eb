package bundle

import (
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/target"
)

// checkHashes checks, in hash mode, that the requirements of the targets have
// hashes. What is for none of them needs none, as with pip.
func (r *read) checkHashes(targets []*target.Target) error {
	if !r.requireHashes {
		return nil
	}
	return reqfile.CheckHashes(r.entries, func(entry reqfile.Entry) bool {
		for _, on := range targets {
			// Of a marker that can't be evaluated the solver complains.
			if holds, err := entry.Requirement.Marker.Evaluate(on.Environment); err != nil || holds {
				return true
			}
		}
		return false
	})
}
